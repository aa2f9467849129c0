"""Whether a place of the text states something: not where it is denied, hoped for, or put off to later work.

After NegEx and ConText (Chapman et al. 2001, doi:10.1006/jbin.2001.1029; Harkema et al. 2009, doi:10.1016/j.jbi.2009.05.002): a trigger
in the same clause before the mention, within a reach. What is not asserted is still a mention, and carries no role and no relation.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from kg.model import Span


class Assertion(StrEnum):
    """How the text puts what it says at a place."""

    STATED = "stated"
    NEGATED = "negated"
    PLANNED = "planned"


_CLAUSE_END = re.compile(
    r"[;:]|,\s+(?:but|while|whereas|although|and we|we)\b|\b(?:but|however|instead(?!\s+of)|rather(?!\s+than))\b", re.IGNORECASE
)
# A denying phrase ends at its last comma: "Without A, B excels in C" and "B, unlike A, uses C" state C. A comma that a list goes on after
# is not its last: "without A, B, or C" denies all three. Members of a list with "and" have one or two words, the first no verb ("uses C, D, and E").
_MEMBER = r"(?!(?-i:[a-z]+s)\s)[^\s,;:()]+(?:\s+[^\s,;:()]+)?"
_ASIDE = re.compile(
    rf"""\b(?:without|unlike|in\s+contrast\s+to|as\s+opposed\s+to|instead\s+of|rather\s+than)\b
    (?:\([^()]{{0,200}}\)|[^();:]){{0,300}}?,\s+
    (?!(?:[^,;:]{{1,40}},\s+){{0,9}}n?or\b
      |(?:{_MEMBER},\s+){{0,9}}and\b
      |{_MEMBER}\s+(?:and|or)\s+{_MEMBER},
      |(?:which|who|such\s+as|including)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
# "we plan to evaluate on X", "future work will use X", "could be extended to X", "we hope that X"
_PLANNED = re.compile(
    r"\b(?:plan(?:s|ned|ning)?\s+(?:to|on)|intend(?:s|ed)?\s+to|future\s+(?:work|research|directions?|stud(?:y|ies)|versions?|extensions?)"
    r"|in\s+the\s+future|hope(?:s)?\s+(?:to|that)|aim\s+to\s+(?:extend|release)|remains?\s+to\s+be|is\s+left\s+(?:for|to)|will\s+(?:soon|later)"
    r"|could\s+(?:be|also|potentially)\s|might\s+(?:be|also)\s|may\s+(?:one\s+day|eventually)|would\s+(?:allow|enable|require|need))",
    re.IGNORECASE,
)
# "we do not use X", "without X", "unlike X", "instead of X", "rather than X", "X-free", "no need for X"
_NEGATED = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|has|have|can|could|should)(?:\s+not|n['’]t)(?!\s+(?:only|just|merely|limited))|cannot|never|without|unlike|in\s+contrast\s+to|as\s+opposed\s+to"
    r"|instead\s+of|rather\s+than|no\s+longer|no\s+need\s+(?:for|to)|neither|not\s+(?:rely|relying|require|requiring|use|using|need|needing|based|depend)\b"
    r"|free\s+of|eliminat\w+\s+the\s+need\s+for|avoid(?:s|ing)?)\b",
    re.IGNORECASE,
)
_REACH = 60  # characters between a denial and what it denies: some ten words
_PLAN_REACH = 160  # a plan governs its whole clause


def assertion(text: str, sentence: Span, mention: Span) -> Assertion:
    """How the sentence puts the mention: the last clause before it decides."""
    clause = _clause(text[sentence.start : sentence.end], mention.start - sentence.start)
    if _PLANNED.search(clause[-_PLAN_REACH:]):
        return Assertion.PLANNED
    if _NEGATED.search(clause[-_REACH:]):
        return Assertion.NEGATED
    return Assertion.STATED


def _clause(sentence: str, place: int) -> str:
    """What stands before `place` in its clause, with spaces for asides that are closed there."""
    start = max((match.end() for match in _CLAUSE_END.finditer(sentence, 0, place)), default=0)
    place -= start
    clause = sentence[start:]
    before = clause[:place]
    for first, end in _asides(clause):
        if end <= place:
            before = f"{before[:first]}{' ' * (end - first)}{before[end:]}"
    return before


@lru_cache(maxsize=1 << 8)  # all names of a clause ask for the same
def _asides(clause: str) -> tuple[tuple[int, int], ...]:
    """Where denying phrases begin and end that a comma closes."""
    return tuple(match.span() for match in _ASIDE.finditer(clause))
