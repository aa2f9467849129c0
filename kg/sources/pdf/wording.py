r"""Lines → one line of text: words that line ends break are put together, with or without their hyphen.

How the paper writes the word elsewhere decides first: "pre-\ntrained" is "pre-trained" where the paper has that, "pretrained" where it has that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kg.sources.pdf.page import Line

_HEAD = re.compile(r"[\w./:-]*\w$")  # what a broken line ends in
_TAIL = re.compile(r"\w[\w-]*")
_OPEN_ADDRESS = re.compile(r"(?:https?://|www\.|doi:|doi\.org/)\S*[/._=&?~-]$|(?:https?:|http://|https://)$")
# First halves of compounds, which keep their hyphen where the paper does not tell: "large-\nscale" is not "largescale".
_HEADS = (
    "cross self non semi multi state end well high low large small long short real open fine few zero one two three first second third full hand human "
    "data task domain context time word sentence graph knowledge image text top bottom left right off on in out up down general single double best "
    "least most less more near far quasi pseudo ground deep wide hard soft free event edge node point pixel token document question user machine "
    "computer decision rule object part mid"
)
_COMPOUND_HEADS = frozenset(_HEADS.split())


class Vocabulary:
    """The words that a paper writes whole."""

    def __init__(self, lines: Iterable[Line]) -> None:
        """Take them from the lines; the last word of a broken line and the first of the next one are none, but do no harm."""
        self._words = set(" ".join([line.text for line in lines]).split())  # as they stand, with what stands at them

    def joined(self, head: str, tail: str) -> str:
        """A word of which a line end parts `head` and `tail`."""
        return f"{head}-{tail}" if self._keeps_hyphen(head, tail) else head + tail

    def _has(self, word: str) -> bool:
        """Whether the paper writes a word somewhere, in small letters or with a capital, before a comma or the like perhaps."""
        words, other = self._words, word.capitalize() if word[0].islower() else word.lower()
        return word in words or other in words or f"{word}," in words or f"{word}." in words or f"{word})" in words

    def _keeps_hyphen(self, head: str, tail: str) -> bool:
        if self._has(f"{head}-{tail}"):
            return True
        if self._has(head + tail):
            return False
        if not tail[0].islower() or any(c.isdigit() for c in head) or "/" in head:
            return True
        if "-" in head or (head.isupper() and len(head) > 1):
            return True
        return head.casefold() in _COMPOUND_HEADS

    def text(self, lines: Sequence[Line]) -> str:
        """The lines as one."""
        out: list[str] = []  # words and lines, the last of which may be changed still
        broken = False
        for line in lines:
            if out:
                before, space, last = out.pop().rpartition(" ")
                out.append(before + space)
                out.append(self._continued(last, broken, line.text))
            else:
                out.append(line.text)
            broken = line.broken
        return "".join(out) + ("-" if broken else "")

    def _continued(self, last: str, broken: bool, text: str) -> str:
        """The last word of a line, broken or not, and then `text`."""
        if broken:
            head, tail = _HEAD.search(last), _TAIL.match(text)
            if head is None or tail is None:
                return f"{last}-{text}"
            return last[: head.start()] + self.joined(head.group(), tail.group()) + text[tail.end() :]
        end = last[-1:]
        if end in "/._=&?~-:" and _OPEN_ADDRESS.search(last) and text[:1].isascii() and ("doi" in last or not text[:1].isupper()):
            return last + text
        if end == "–" and last[-2:-1].isalpha() and text[:1].isalpha():  # "mention–\nmention"
            return last + text
        return f"{last} {text}"
