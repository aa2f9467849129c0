"""Listings of every shape are read back: made-up papers set in made-up pages."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.sources import listing
from kg.sources.blocks import split_lines, wrap_width
from kg.sources.decoding import decode

NOUNS = [
    "owl", "lamp", "harbour", "drone", "meadow", "engine", "river", "ladder", "window", "signal", "garden", "bridge", "winter", "copper",
    "market",
]  # fmt: skip
VERBS = ["measure", "learn", "compare", "sort", "count", "predict", "follow", "improve", "describe", "map"]
SMALL = ["with", "of", "from", "for", "by", "and"]
CHROME = [
    "new", "Subscribe", "Sign In", "Mar 11", "12", "Get the week's papers by mail!", "byXY and friends of research", "View PDF", "3.4k", "·",
]  # fmt: skip

# The reader goes by shape, so it is right nearly always, not always: the same examples each time. A busy machine is no failure.
examples = settings(max_examples=60, deadline=None, derandomize=True)


@dataclass(frozen=True)
class Paper:
    """A title, and an abstract of one to three paragraphs."""

    title: str
    paragraphs: tuple[str, ...]


def _title(words: Random, length: int, small: Sequence[str] = SMALL) -> str:
    nouns = [word.title() for word in words.choices(NOUNS, k=length)]
    nouns.insert(length // 2, words.choice(small))
    name = "".join(word.title() for word in words.choices(NOUNS, k=2))
    return words.choice(["", f"{name}: ", f"X2-{name}: ", "Large-Scale "]) + " ".join(nouns) + words.choice(["", "", "", "?"])


def _sentence(words: Random) -> str:
    return f"We {words.choice(VERBS)} the {' '.join(words.choices(NOUNS + SMALL, k=words.randint(6, 18)))}."


# The lengths are Hypothesis' to choose and to shrink; the words come from one number, which is many times quicker than a choice for each.
SEEDS = st.integers(0, 9999).map(Random)
TITLE_LENGTHS = st.integers(4, 9)


@st.composite
def papers(draw: st.DrawFn, paragraphs: int = 3) -> Paper:
    words = draw(SEEDS)
    counts = draw(st.lists(st.integers(2, 5), min_size=1, max_size=paragraphs))
    return Paper(_title(words, draw(TITLE_LENGTHS)), tuple(" ".join(_sentence(words) for _ in range(count)) for count in counts))


def unique(min_size: int = 1, paragraphs: int = 3) -> st.SearchStrategy[list[Paper]]:
    return st.lists(papers(paragraphs), min_size=min_size, max_size=6, unique_by=lambda paper: paper.title)


def read(text: str) -> list[Paper]:
    return [
        Paper(" ".join(record.title.split()), tuple(" ".join(part.split()) for part in record.abstract.split("\n\n") if part.strip()))
        for record in listing.read(decode(text.encode()), "some.txt")
    ]


def page(found: list[Paper], *, below_title: str = "\n\n", below_paper: str = "\n\n", between: str = "") -> str:
    return below_paper.join(paper.title + below_title + between + "\n\n".join(paper.paragraphs) for paper in found)


@examples
@given(unique())
def test_title_blank_line_abstract(found: list[Paper]) -> None:
    assert read(page(found)) == found


@examples
@given(unique(), st.lists(st.sampled_from(CHROME), max_size=8, unique=True), st.sampled_from(["\n", "\n\n"]))
def test_chrome_above_is_left_out(found: list[Paper], chrome: list[str], gap: str) -> None:
    assert read("".join(line + gap for line in chrome) + "\n" + page(found)) == found


@examples
@given(unique(paragraphs=1), st.sampled_from(["\n", "\n\n"]), st.sampled_from(["\n", "\n\n"]), st.sampled_from(["\n", "\r\n", "\r"]))
def test_missing_blank_lines_and_other_line_ends(found: list[Paper], below_title: str, below_paper: str, end: str) -> None:
    assert read(page(found, below_title=below_title, below_paper=below_paper).replace("\n", end)) == found


@examples
@given(
    unique(),
    st.sampled_from(
        [
            "Ada Lovelace, Alan M. Turing and Grace Hopper\n\n",
            "12 March 2024\nhttps://arxiv.org/abs/2401.00001\n\n",
            "arXiv:2401.00001v2\n\nUpvote 12\n\n",
            "Authors: A. Turing\nSubjects: cs.CL\n\nAbstract\n\n",
        ]
    ),
)
def test_chrome_between_title_and_abstract(found: list[Paper], between: str) -> None:
    assert read(page(found, between=between)) == found


@examples
@given(unique(), st.sampled_from(["\n\nUpvote\n\n7\n\n", "\n\n---\n\n", "\n\nView PDF\n2 comments\n\n", "\n-----\n"]))
def test_chrome_and_rules_between_papers(found: list[Paper], below_paper: str) -> None:
    assert read(page(found, below_paper=below_paper)) == found


@examples
@given(unique(min_size=2), st.integers(60, 100))
def test_wrapped_lines(found: list[Paper], width: int) -> None:
    wrapped = page([Paper(textwrap.fill(p.title, width), tuple(textwrap.fill(part, width) for part in p.paragraphs)) for p in found])
    assert read(wrapped) == found


@examples
@given(unique(min_size=2), st.data())
def test_titles_over_two_lines(found: list[Paper], data: st.DataObject) -> None:
    def split(title: str) -> str:
        words = title.split()  # a line ends where it is full or after a colon; what fits on one line is not split
        ends = [at for at in range(1, len(words)) if len(" ".join(words[:at])) >= 40 or words[at - 1][-1] == ":"]
        at = data.draw(st.sampled_from(ends)) if ends else len(words)
        return (" ".join(words[:at]) + "\n" + " ".join(words[at:])).strip()

    assert read(page([Paper(split(paper.title), paper.paragraphs) for paper in found])) == found


@examples
@given(unique(), st.sampled_from([" and the rest is cut", "…", " see https://example.org/code/b_c", ""]))
def test_a_last_paper_without_its_end(found: list[Paper], end: str) -> None:
    *rest, last = found
    cut = Paper(last.title, (*last.paragraphs[:-1], last.paragraphs[-1].rstrip(".") + end))
    assert read(page([*rest, cut])) == [*rest, cut]


@examples
@given(
    st.lists(st.builds(_title, SEEDS, TITLE_LENGTHS, st.just(SMALL[:-1])), min_size=3, max_size=12, unique=True),
    st.sampled_from(["\n", "\n\n"]),
)
def test_a_list_of_titles(found: list[str], gap: str) -> None:
    # None with "and": "Harbour Lamp and Winter Bridge" might as well be two people, and no abstract is there to tell.
    assert read(gap.join(found)) == [Paper(title, ()) for title in found]


@examples
@given(unique(min_size=3), st.sampled_from(["{}. ", "[{}] ", "- "]))
def test_numbers_of_a_list_are_no_part_of_the_titles(found: list[Paper], mark: str) -> None:
    assert read(page([Paper(mark.format(n) + p.title, p.paragraphs) for n, p in enumerate(found, start=1)])) == found


@examples
@given(unique(min_size=2), st.sampled_from(["=", "-"]))
def test_underlined_titles(found: list[Paper], mark: str) -> None:
    assert read(page([Paper(f"{p.title}\n{mark * 12}", p.paragraphs) for p in found], below_title="\n")) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Owls at Night\n\nWe show OwlNet, trained on DuskSet.\n\nBats by Day\n\nWe show BatNet.\n", ["Owls at Night", "Bats by Day"]),
        ("How do owls see at night?\n\nOwls see well. We show why they do so with a camera.\n", ["How do owls see at night?"]),
        ("Effects of light on owls.\n\n" + "We measured light. It was dim and it grew dimmer through the evening of each day.\n\n", ["Effects of light on owls."]),
        ("arXiv:2401.00001\nTitle: Owls at Night\nAuthors: A. Turing\n\nWe show OwlNet. It sees.\n", ["Owls at Night"]),
        ("Owls at Night\n\nWe show OwlNet.\n", ["Owls at Night"]),
        ("Owls Seen from Harbour Bridges by Night\niOwl: Sorting Lamps\nGraph Networks and Language Models\nBats by Day in the Market of a Town\n",
         ["Owls Seen from Harbour Bridges by Night", "iOwl: Sorting Lamps", "Graph Networks and Language Models", "Bats by Day in the Market of a Town"]),
        ("Night Lamps and River Bridges\n\nAda Lovelace, Alan Turing and Grace Hopper\n\nWe light the lamps of a river. Its bridges are seen by night.",
         ["Night Lamps and River Bridges"]),
        ("Sign In\nDaily Papers\nbyXY and friends\nGet more papers by mail!\n\nOwls at Night\n\nWe show OwlNet. It sees the river by night.", ["Owls at Night"]),
        ("Just one title of a paper", ["Just one title of a paper"]),
        ("new\n\nSubscribe\n\n12\n", []),
        ("", []),
    ],
)  # fmt: skip
def test_small_listings(text: str, expected: list[str]) -> None:
    assert [paper.title for paper in read(text)] == expected


def test_an_address_on_a_line_of_its_own_stays_in_a_wrapped_abstract() -> None:
    address = "https://example.org/owls/of/the/harbour/and/of/the/meadow"
    body = "We measure the light of the harbour lamp by night and compare it with the dim light of the meadow in winter. " * 5 + address
    (first, second) = read(page([Paper("Owls at Night", (textwrap.fill(body, 72),)), Paper("Bats by Day", (textwrap.fill(body, 72),))]))
    assert first.paragraphs == second.paragraphs == (body,)


def test_identifiers_above_or_below_go_with_their_paper() -> None:
    body = "We show a way. It is short, and it is tested on the owls of the harbour."
    below = f"Owls See Well at Night\nhttps://arxiv.org/abs/2401.00001v2\n\n{body}\n\nBats Hear Well by Day\n\n{body}\n\narXiv:2401.00002\n"
    above = f"arXiv:2401.00001v2\n\nOwls See Well at Night\n\n{body}\n\narXiv:2401.00002\n\nBats Hear Well by Day\n\n{body}\n"
    for text in (below, above):
        first, second = listing.read(text, "some.txt")
        assert [i.value for i in first.identifiers] in (["https://arxiv.org/abs/2401.00001v2"], ["arXiv:2401.00001v2"])
        assert [i.value for i in second.identifiers] == ["arXiv:2401.00002"]


def test_places_and_format_are_told() -> None:
    found = list(
        listing.read("Owls See Well at Night\n\nThey do. We show it.\n\nBats Hear Well by Day\n\nThey do. We show it.\n", "some.txt")
    )
    assert [(r.source, r.place, r.format) for r in found] == [("some.txt", "paper 1", "listing"), ("some.txt", "paper 2", "listing")]


@settings(examples, max_examples=300)
@given(st.text(alphabet=st.sampled_from("Ab .?\n-#12:…“é研"), max_size=300))
def test_any_text_is_read_without_fail_and_nothing_is_made_up(text: str) -> None:
    for record in listing.read(text, "some.txt"):
        for line in (record.title + "\n" + record.abstract).split("\n"):
            assert line.strip() in text


def test_wrapping_is_told_by_the_lines() -> None:
    long = "We measure the light of the harbour lamp by night and compare it with the dim light of the meadow in winter. " * 6
    assert wrap_width(split_lines(textwrap.fill(long, 72))) in range(66, 73)
    assert wrap_width(split_lines("\n".join(["A Title of a Paper", "Another Longer Title of a Paper", "Third"] * 5))) == 0
    assert wrap_width(split_lines(f"A Title\n{long}\nA Title\n{long}\n" * 4)) == 0
