"""How well a block of a listing fits each label, and each label the one before it.

Scores are natural log-odds, rounded to halves. Those of titles and abstracts were read off 30,000 titles and abstracts of arXiv papers
(no title ends with a full stop, 95 % of abstracts do; in 93 % of titles more than four fifths of the long words have a capital, in 0.1 % of
sentences), tempered for fields that write titles like sentences. Those of chrome and of wrapped lines are judgement, tried on
listings put together from the same papers in 45 shapes (wrapped, without blank lines, with chrome, titles only, …).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from kg.sources.blocks import Block

NEVER = -1e9


class Label(IntEnum):
    """What a block is."""

    OUTSIDE = 0  # chrome before, after or between papers
    TITLE = 1
    TITLE_MORE = 2  # the second line of a title
    INSIDE = 3  # chrome between a title and its abstract
    ABSTRACT = 4
    ABSTRACT_MORE = 5  # a further line of the same paragraph
    PARAGRAPH = 6  # a further paragraph of the abstract


@dataclass(frozen=True, slots=True)
class Layout:
    """What holds for a listing as a whole."""

    width: int  # column at which paragraphs are wrapped, 0: not wrapped
    abstracts: bool  # there are abstracts at all; else it is a list of titles
    long: bool  # abstracts are long paragraphs, so that a short sentence is hardly one
    gaps: bool  # blank lines part papers, or titles and abstracts
    stopped_titles: bool  # titles end with a full stop, as in PubMed
    heading: int  # level of the headings that are titles, 0: titles are no headings
    alternating: bool  # nothing but titles and sentences in turn, each after a blank line
    cased: bool  # titles are in a script with upper and lower case


TEXT = (Label.ABSTRACT, Label.ABSTRACT_MORE, Label.PARAGRAPH)
TITLES = (Label.TITLE, Label.TITLE_MORE)


def layout_of(blocks: Sequence[Block], width: int) -> Layout:
    """The features of the whole listing that the scores of a block depend on."""
    paragraphs = [b for b in blocks if is_paragraph(b)]
    if not is_paragraph(blocks[-1]) and _is_cut_off(blocks[-1]):
        paragraphs.append(blocks[-1])
    long = [b for b in paragraphs if b.length > 400]
    short = [b for b in blocks if not is_paragraph(b) and b.words >= 4 and b.chrome < 2]
    above = [b for b, below in pairwise(blocks) if is_paragraph(below) and b.sentences == 1 and 20 <= b.length <= 200]
    parted = sum(b.gap > 0 for b in blocks[1:])
    heading = _title_level(blocks)
    titled = [b for b in blocks if b.heading == heading] if heading else short
    return Layout(
        width=width,
        abstracts=bool(paragraphs) or 4 * sum(b.stop for b in blocks if b.words >= 5) >= sum(b.words >= 5 and b.chrome < 2 for b in blocks),
        long=len(long) >= 3 and 2 * len(long) >= len(paragraphs),
        gaps=(bool(paragraphs) and len(blocks) < 6) or (parted > 0 and 4 * (parted + 1) >= len(blocks)),
        stopped_titles=len(above) >= 3 and 2 * sum(b.stop for b in above) > len(above) and 4 * sum(not b.stop for b in short) < len(above),
        heading=heading,
        alternating=_alternate(blocks),
        cased=2 * sum(b.cased for b in titled) >= len(titled),
    )


def is_paragraph(block: Block) -> bool:
    """Whether a block is running text beyond doubt."""
    return not block.heading and ((block.sentences >= 2 and block.stop and block.length > 80) or block.length > 300)


def _alternate(blocks: Sequence[Block]) -> bool:
    """Whether a line that is no sentence and one that is take turns from the first block to the last, so that shortness means nothing."""
    titles, texts = blocks[::2], blocks[1::2]
    return len(titles) == len(texts) and all(b.gap and not b.stop and b.chrome < 2 for b in titles) and all(b.gap and b.stop for b in texts)


def _is_cut_off(block: Block) -> bool:
    """Whether a block is running text whose end may be missing, as that of the last abstract often is."""
    return not block.heading and block.sentences >= 2 and block.length > 80 and block.capitals < 0.3


def lonely(layout: Layout) -> float:
    """What a title without an abstract costs: in a list of titles nothing, elsewhere it is most likely chrome."""
    return 3.5 if layout.abstracts else 0.0


def emissions(block: Block, layout: Layout) -> tuple[float, ...]:
    """The score of `block` for each label, in the labels' order."""
    chrome, title, text = _as_chrome(block, layout), _as_title(block, layout), _as_text(block, layout)
    return (
        chrome,
        title,
        _as_title_end(block),
        chrome,
        text + _as_abstract(block, layout),
        max(text, 0.0) - (2.0 if block.capitals >= 0.6 and block.words > 3 and not block.stop else 0.0),
        text,
    )


def _as_chrome(block: Block, layout: Layout) -> float:
    """Log-odds of page chrome."""
    if block.label == "title" and block.words > 1:
        return -4.0
    if block.words == 1 and block.label:  # "Abstract" on a line of its own
        return 4.0
    score = block.chrome
    if not score:
        score = 1.5 if block.words <= 3 and block.text[-1] != ":" else 0.0 if block.words <= 7 else -1.5
        if (block.capitals >= 0.6 and block.words >= 6) or block.length > 150:
            score -= 1.5
        if block.length > 300 or (block.stop and block.words > 2):
            score -= 1.0
    if block.repeats >= 3:
        score += 2.0
    if block.heading:
        score += -4.0 if block.heading == layout.heading and block.words >= 4 else 2.0
    if layout.cased and not block.cased:
        score += 5.0  # a translation or remark in another script
    return score


def _as_title(block: Block, layout: Layout) -> float:
    """Log-odds of a title (its first line)."""
    score = -3.0 if block.words <= 1 else -1.5 if block.words == 2 else -0.5 if block.words == 3 else 0.5
    if block.words <= 2 and block.text[-1] == ":":
        score = 0.0  # "NAME:", the rest of the title below
    if block.length > 220:
        score -= 3.0 if block.length <= 300 else 8.0
    if block.stop and not layout.stopped_titles:
        score -= 4.0
    if block.text[-1] in ",;" or block.lower:
        score -= 1.5
    score += 1.5 if block.capitals >= 0.6 else 0.5 if block.capitals >= 0.3 else 0.0
    score -= 1.5 if block.text[-1] == "!" else 0.0  # "Get the papers by mail!"
    score -= 1.5 * max(block.sentences - 1 - (1 if "? " in block.text or "! " in block.text else 0), 0)
    score -= block.chrome + (3.0 if block.url else 0.0) + (2.0 if block.repeats >= 3 else 0.0)
    if block.label:
        score += 5.0 if block.label == "title" else -5.0
    if layout.heading:
        score += 5.0 if block.heading == layout.heading else -3.0
    if layout.alternating and not block.stop:
        score += 2.0
    return score + (0.0 if layout.abstracts else 1.0)


def _as_text(block: Block, layout: Layout) -> float:
    """Log-odds of an abstract's paragraph (or its first line)."""
    if block.heading or block.label == "title":
        return -8.0
    if layout.cased and not block.cased:
        return -6.0
    score = (-1.0 if block.stop else -2.0) if block.length < 40 else 0.0 if block.length < 120 else 1.0 if block.length < 250 else 2.5
    score += 1.0 if block.stop else -0.5
    score += 1.5 if block.sentences > 1 else 0.0
    if block.sentences == 1 and block.length < 250:
        score += -2.0 if block.capitals >= 0.6 and block.words > 3 else 0.5 if block.capitals < 0.3 else 0.0
    if block.words < 4:
        score -= 2.0
    return score - block.chrome


def _as_abstract(block: Block, layout: Layout) -> float:
    """What the first paragraph of an abstract has over any other: "Abstract:" in front; the usual length, where abstracts are long."""
    if block.label == "abstract":
        return 3.0
    if not layout.abstracts:
        return -4.0
    score = -1.5 if layout.long and block.length < 150 else 0.0
    if layout.alternating and block.stop:
        score += 2.0
    return score - (1.5 if block.length < 60 and not block.stop else 0.0)


def _as_title_end(block: Block) -> float:
    """Log-odds of a title's second line."""
    score = 1.0 if block.capitals >= 0.6 else 0.5
    score -= block.chrome + (4.0 if block.stop else 0.0) + (3.0 if block.url else 0.0) + (2.0 if block.heading or block.label else 0.0)
    return score - (3.0 if block.sentences > 1 or block.length > 160 else 0.0)


def change(before: Label, this: Label, above: Block, block: Block, layout: Layout) -> float:
    """Score for `block` being `this` where the block above it is `before`, or any label of the same kind (`KINDS`)."""
    if this is Label.TITLE_MORE:
        return _title_goes_on(above, block, layout)
    if this is Label.ABSTRACT_MORE:
        return _paragraph_goes_on(above, block, layout)
    score = 0.0
    if before in TEXT:
        score -= 0.0 if above.stop or above.question or above.url or block.heading or block.gap == 2 else 1.0
        if this is Label.PARAGRAPH:
            score -= 0.5 + (2.0 if block.gap == 2 else 0.0)
    elif before is not Label.OUTSIDE and this is Label.TITLE:
        score -= lonely(layout)
    if this is Label.ABSTRACT:
        score += 1.0 - (3.0 if block.lower else 0.0)
    if this is Label.TITLE and block.gap == 0 and layout.gaps:
        score -= 1.5 if before is Label.OUTSIDE and not above.chrome else 0.5
    return score


def _title_goes_on(above: Block, block: Block, layout: Layout) -> float:
    if block.gap or block.heading or above.stop or (above.question and not block.lower):
        return NEVER
    score = -1.0
    if above.text[-1] in ":-–—,&" or block.lower or _ends_open(above.text):
        score += 2.5
    if block.hanging:
        score += 4.0
    elif layout.width:
        score += 4.0 if above.last_length + 1 + block.first_word > 0.9 * layout.width else -3.0
    elif layout.gaps:
        score += 2.5 if above.last_length + 1 + block.length > 40 else 0.0  # both would fit on one line: a menu of the page
    if above.capitals >= 0.6 and block.capitals < 0.3 and block.words > 3:
        score -= 3.0
    return score


def _ends_open(text: str) -> bool:
    """Whether the last word of `text` waits for more: "A Benchmark for"."""
    return text.rsplit(None, 1)[-1].lower() in {
        "a",
        "an",
        "the",
        "of",
        "for",
        "in",
        "on",
        "with",
        "and",
        "or",
        "to",
        "by",
        "from",
        "via",
        "using",
        "at",
        "as",
    }


def _paragraph_goes_on(above: Block, block: Block, layout: Layout) -> float:
    if block.gap or block.heading:
        return NEVER
    if layout.width:
        full = above.last_length + 1 + block.first_word > layout.width
        return -4.0 if not full else (1.0 if above.stop else 5.0) + block.chrome  # a link or number may fill a line of the text
    return -2.0 if above.stop or above.last_length > 160 else 0.5


def _title_level(blocks: Sequence[Block]) -> int:
    """The level whose headings are titles: the one with the most headings of four words and more; 0 where fewer than two are."""
    counts = {level: sum(b.heading == level and b.words >= 4 for b in blocks) for level in range(1, 7)}
    level = max(counts, key=lambda one: (counts[one], -one))
    return level if counts[level] >= 2 else 0
