"""What a block is: running text, a caption, a note at the foot of its column, or debris (cells, formulas, labels in figures, code)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto

from kg.sources.pdf.blocks import BULLET, CAPTION, NOTE, NOTE_SMALLER, Block, Style, ends_sentence

_CODE = re.compile(
    r"^\s*(?:\d{1,3}:\s|//|#include|def |return |import |\$ |>>> |end (?:for|if|while)\b|(?:require|ensure|input|output):)", re.IGNORECASE
)
_LEADER = re.compile(r"(?:[.·…] ?){4,}")  # of a table of contents
_WORD = re.compile(r"\W*(?:[^\W\d_]{2,}(?:[-–’'/.][^\W\d_]+)*|[aAI])\W*")
_UNCASED = re.compile(r"[\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_FULL = 0.7  # of the column's width that a line of running text fills
_WORDS = 0.45  # of all that is parted by spaces, words in running text; tables have 0.2, formulas 0.1
_LOOKED_AT = 16  # words of a block, at its beginning; the others are like them
_LOWER = 0.35  # of the words of running text that begin small; German has 0.6


class Kind(Enum):
    """What a block is."""

    TEXT = auto()
    CAPTION = auto()
    NOTE = auto()
    DEBRIS = auto()


def kinds(found: Sequence[Block], style: Style) -> list[Kind]:
    """The kind of each block."""
    out = [_kind(block, style) for block in found]
    foot: int | None = None  # the highest block with the mark of a note among those in small print at the foot of a region
    end = 0
    for at in range(len(found) - 1, -2, -1):
        is_foot = (
            at >= 0 and not found[at].is_last and found[at].size < style.size - NOTE_SMALLER and out[at] is not Kind.CAPTION and end > 0
        )
        if not is_foot:
            if foot is not None:
                out[foot:end] = [Kind.NOTE] * (end - foot)
            foot, end = None, 0
            if at >= 0 and found[at].is_last and found[at].size < style.size - NOTE_SMALLER and out[at] is not Kind.CAPTION:
                end = at + 1
        if end and NOTE.match(found[at].text):
            foot = at
    return out


def continues(before: Block, block: Block) -> bool:
    """Whether `block` goes on with the paragraph that `before` ends in the middle of."""
    last = before.lines[-1]
    if last.broken:
        return True
    if ends_sentence(last.text):
        return False
    first = block.text[0]
    if first.islower() or first in "([“‘\"'=<>≤≥,;)" or _UNCASED.match(first):
        return not BULLET.match(block.text) or first not in "(["
    is_elsewhere = block.region != before.region
    return is_elsewhere and last.right > before.right - 1.5 * last.size and not BULLET.match(block.text)


def _kind(block: Block, style: Style) -> Kind:
    text = block.text
    caption = CAPTION.match(text)
    if caption and (caption["stop"] or block.lines[0].run_in or block.size < style.size - 0.4):
        return Kind.CAPTION if caption["label"][0].isupper() else Kind.DEBRIS
    if 2 * [line.font.mono and line.first.mono for line in block.lines].count(True) > len(block.lines) or _is_code(block):
        return Kind.DEBRIS
    return Kind.TEXT if _is_text(block, style) else Kind.DEBRIS


def _is_text(block: Block, style: Style) -> bool:
    """Whether sentences stand in it: words, most of them small, in lines that fill the column or begin at its edge and end in a stop."""
    lines = block.lines
    text = block.text
    tokens = text.split(None, _LOOKED_AT)
    if 3 * [line.cell for line in lines].count(True) > len(lines) or (
        _has_leader(text) and 2 * sum(_has_leader(line.text) for line in lines) >= len(lines)
    ):
        return False
    if not _UNCASED.search(text):
        some = tokens[:_LOOKED_AT]
        words = [token for token in some if token.isalpha() or _WORD.fullmatch(token)]
        lower = [word[0].islower() or word[0] in "([“‘" for word in words].count(True)
        if len(words) < _WORDS * len(some) or lower < _LOWER * len(words):
            return False
    width = block.right - block.left
    body = lines[:-1] or lines
    full = [line.right - line.left > _FULL * width for line in body].count(True)
    if len(lines) >= 3:
        return 2 * full >= len(body) or (_is_placed(block) and BULLET.match(text) is not None)
    if abs(block.size - style.size) > 1.6 and not full:
        return False
    if full == len(body) and len(tokens) >= 6:
        return True
    if BULLET.match(text) and len(tokens) >= 4:
        return lines[0].left - block.left < 6 * lines[0].size
    if not _is_placed(block):
        return False
    ends = ends_sentence(text) or lines[-1].broken
    starts_small = text[0].islower()
    return (ends and (len(tokens) >= 4 or starts_small)) or (starts_small and len(tokens) >= 2)


def _is_code(block: Block) -> bool:
    return _CODE.match(block.text) is not None and 2 * sum(_CODE.match(line.text) is not None for line in block.lines) >= len(block.lines)


def _has_leader(text: str) -> bool:
    return (". ." in text or ".." in text or "…" in text or "··" in text) and _LEADER.search(text) is not None


def _is_placed(block: Block) -> bool:
    """Whether it begins at the edge of its column, or indented from there."""
    first = block.lines[0]
    return first.left - block.left < 3.5 * first.size
