"""Whether a sentence states something of a name: denials, plans, and where their reach ends."""

from __future__ import annotations

import pytest

from kg.extract.assertion import assertion
from kg.model import Span


def read(sentence: str) -> dict[str, str]:
    """What the sentence says of each name in it: words with a digit stand for names."""
    names = [word.strip(",.;:()") for word in sentence.split() if any(c.isdigit() for c in word)]
    places = {name: Span(sentence.index(name), sentence.index(name) + len(name)) for name in names}
    return {name: assertion(sentence, Span(0, len(sentence)), place).value for name, place in places.items()}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # Stated.
        ("We train Oak1 on the Leaf2 corpus.", "stated stated"),
        ("Oak1 outperforms Elm2 by four points.", "stated stated"),
        ("We show that Oak1 can be trained on Leaf2.", "stated stated"),
        ("Oak1 needs not only Leaf2 but also Twig3.", "stated stated stated"),
        ("Oak1 is not only faster than Elm2.", "stated stated"),
        ("Oak1 is not just a copy of Elm2.", "stated stated"),
        ("The gain is not limited to Leaf2 and holds on Twig3.", "stated stated"),
        # Denied.
        ("We do not use Leaf1.", "negated"),
        ("Oak1 doesn't need Leaf2.", "stated negated"),
        ("Oak1 doesn’t need Leaf2.", "stated negated"),
        ("Oak1 reads trees without relying on Elm2.", "stated negated"),
        ("Our model cannot be run on Chip1.", "negated"),
        ("It was never tested on Leaf1.", "negated"),
        ("Neither Oak1 nor Elm2 reads bark.", "negated negated"),
        ("There is no need for Leaf1.", "negated"),
        ("Oak1 avoids Leaf2.", "stated negated"),
        ("Oak1 eliminates the need for Leaf2.", "stated negated"),
        ("We train on Leaf1 instead of Twig2.", "stated negated"),
        ("We train on Leaf1 rather than Twig2.", "stated negated"),
        ("Trees grow without Leaf1, Twig2, or Bark3.", "negated negated negated"),
        # The reach of a denial.
        ("We do not use Leaf1 but Twig2.", "negated stated"),
        ("We do not use Leaf1; we use Twig2.", "negated stated"),
        ("Oak1 does not read Leaf2, while Elm3 reads Twig4.", "stated negated stated stated"),
        ("We do not train on Leaf1: the weights of all layers stay as they were, and every score is taken on Twig2.", "negated stated"),
        ("Leaf1 is not what the forest looks like in the long dark winter nights of the north, as Twig2 shows.", "stated stated"),
        ("We do not use Leaf1, we use Twig2 instead of Bark3.", "negated stated negated"),
        # Phrases that a comma closes.
        ("Unlike Elm1, our model reads Leaf2.", "negated stated"),
        ("Unlike Elm1, Oak2 achieves Leaf3, Twig4, and Bark5.", "negated stated stated stated stated"),
        ("Without fine-tuning on Leaf1, Oak2 also excels in Twig3.", "negated stated stated"),
        ("Instead of Elm1, Oak2 is used.", "negated stated"),
        ("In contrast to Elm1, Oak2 reads Leaf3.", "negated stated stated"),
        ("Rather than training on Leaf1, Oak2 reads Twig3.", "negated stated stated"),
        ("Moreover, unlike Elm1, Oak2 reads Leaf3.", "negated stated stated"),
        ("Oak1, unlike Elm2, reads Leaf3, Twig4, and Bark5.", "stated negated stated stated stated"),
        ("Without Leaf1, Twig2, or Bark3, Oak4 fails.", "negated negated negated stated"),
        ("Unlike Elm1, Ash2 and Fir3, Oak4 reads Leaf5.", "negated negated negated stated stated"),
        ("Unlike the tree readers (Elm1, Ash2), Oak3 reads Leaf4.", "negated negated stated stated"),
        ("Unlike earlier readers, such as Elm1 or Ash2, Oak3 reads Leaf4.", "negated negated stated stated"),
        ("Unlike Elm1, which reads Leaf2, Oak3 reads Twig4.", "negated negated stated stated"),
        ("Oak1 grows without labels of Leaf2, hand-made rules of Twig3, or Bark4.", "stated negated negated negated"),
        ("By planting rather than felling, Oak1 keeps Leaf2.", "stated stated"),
        ("Oak1 is trained, without Leaf2, Twig3, or Bark4.", "stated negated negated negated"),
        ("Without 1,000 trees of Leaf1, Oak2 fails.", "negated negated stated"),
        ("We do not use, unlike Elm1, any part of Leaf2.", "negated negated"),
        # Planned.
        ("We plan to evaluate it on Leaf1.", "planned"),
        ("We intend to extend Oak1 to Leaf2.", "planned planned"),
        ("In the future, Oak1 will read Leaf2.", "planned planned"),
        ("Future work will use Leaf1.", "planned"),
        ("We hope that it helps users of Leaf1.", "planned"),
        ("Oak1 could be extended to Leaf2.", "stated planned"),
        ("A test on Leaf1 is left for those who hold Twig2.", "stated planned"),
        ("We plan to read Leaf1, but Twig2 is read today.", "planned stated"),
        ("We plan to test it, unlike Elm1, on Leaf2.", "planned planned"),
        ("We plan to use Leaf1 without Twig2.", "planned planned"),  # what is not yet done is not denied either
    ],
)
def test_what_is_said_of_each_name(sentence: str, expected: str) -> None:
    names = read(sentence)
    assert list(names.values()) == expected.split(), names


def test_only_the_sentence_of_a_mention_counts() -> None:
    text = "We do not use Leaf. Twig is used."
    assert assertion(text, Span(20, 33), Span(20, 24)) == "stated"
    assert assertion(text, Span(0, 19), Span(14, 18)) == "negated"


@pytest.mark.parametrize("filler", [",", ", and", ", a", "(", "without ", "unlike a, "])
def test_long_sentences_are_read_in_no_time(filler: str) -> None:
    sentence = "Unlike " + filler * 2_000 + " Oak"
    assert assertion(sentence, Span(0, len(sentence)), Span(len(sentence) - 3, len(sentence)))
