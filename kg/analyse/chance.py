"""What chance alone would give. Pure arithmetic; every formula names its source."""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, exp, lgamma, log, sqrt

ERROR = 0.05  # share of false alarms that a figure may have (Benjamini and Hochberg), and level of single tests


def expected(one: int, other: int, papers: int) -> float:
    """How many of so many papers would name both of two things that `one` and `other` papers name, were they independent."""
    return one * other / papers if papers else 0.0


def never(one: int, other: int, papers: int) -> float:
    """Probability that no paper names both of two independent things: C(N−K, n) / C(N, n), the hypergeometric distribution at 0.

    K and n papers of N name them (W. Feller, An Introduction to Probability Theory I, 3rd ed. 1968, II.6).
    """
    if one + other > papers:
        return 0.0
    return exp(_choose(papers - one, other) - _choose(papers, other))


def at_least(together: int, one: int, other: int, papers: int) -> float:
    """Probability that as many papers or more name both of two independent things: the upper tail of the same distribution."""
    most = min(one, other)
    lowest = max(0, one + other - papers)
    if together <= lowest:
        return 1.0
    if together > most:
        return 0.0
    term = exp(_choose(one, together) + _choose(papers - one, other - together) - _choose(papers, other))
    total = 0.0
    for k in range(together, most + 1):
        total += term
        term *= (one - k) * (other - k) / ((k + 1) * (papers - one - other + k + 1))
        if term <= total * 1e-16 and k * papers > one * other:  # past the peak the terms only fall
            break
    return min(1.0, total)


def _choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def lift(together: int, one: int, other: int, papers: int) -> float:
    """How many times as many papers name both as chance would give (S. Brin et al., SIGMOD 1997, "interest"); 1 is chance."""
    return together * papers / (one * other)


def npmi(together: int, one: int, other: int, papers: int) -> float:
    """Logarithm of the lift, normalised to [−1, 1]: 0 is chance, 1 never one without the other (G. Bouma, GSCL 2009)."""
    if together == papers:
        return 1.0
    return log(lift(together, one, other, papers)) / -log(together / papers)


def adjusted(tested: Sequence[float], tests: int) -> list[float]:
    """Probabilities corrected for so many tests: the share of false alarms among those that are no higher.

    The step-up procedure of Y. Benjamini and Y. Hochberg (J. R. Stat. Soc. B 57, 1995). Where `tests` is more than there are
    probabilities, the others count as 1, which only raises the result.
    """
    order = sorted(range(len(tested)), key=lambda i: tested[i])
    found = [1.0] * len(tested)
    least = 1.0
    for rank in range(len(order), 0, -1):
        place = order[rank - 1]
        least = min(least, tested[place] * tests / rank)
        found[place] = least
    return found


def trend(chosen: float, total: int, number: int, mean: float, variance: float) -> float:
    """Standard score of the ranks of `number` papers that name a thing, were they drawn from all papers without regard to the year.

    Cochran and Armitage's test for a trend in proportions, with the variance of drawing without replacement (N. Mantel, J. Am. Stat.
    Assoc. 58, 1963): (S − nμ) / √(n σ² (N − n) / (N − 1)). With ranks, ties at their mean, it is the rank-sum test (F. Wilcoxon,
    Biometrics 1, 1945). Positive where the share of papers rises. 0 where nothing varies.

    Args:
        chosen: S, the sum of the ranks of the papers that name it.
        total: N, how many papers there are.
        number: n, how many of them name it.
        mean: μ, of the ranks of all papers.
        variance: σ² of the ranks of all papers, divided by N.
    """
    spread = number * variance * (total - number) / (total - 1) if total > 1 else 0.0
    return (chosen - number * mean) / sqrt(spread) if spread > 0 else 0.0


def two_sided(score: float) -> float:
    """Probability that a standard normal variable lies as far from 0 as `score`."""
    return erfc(abs(score) / sqrt(2))
