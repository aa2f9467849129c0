"""How deep headings lie in each other, told by their numbers, their look and their words."""

from __future__ import annotations

import re

from kg.sources.pdf.headings import Heading, Look

_TOP = re.compile(
    r"(?:introduction|conclusions?|acknowledge?ments?|references|bibliography|limitations|related works?)\W{0,2}", re.IGNORECASE
)
_ROMAN = re.compile(r"[IVX]+")
_DEEP = {"roman": 1, "letter": 2, "digit": 3}  # in papers that count sections I, A, 1: IEEE, APS


class Outline:
    """The depths of the headings of one paper, asked for in their order."""

    def __init__(self) -> None:
        """Nothing was asked for yet."""
        self._levels: dict[Look, int] = {}  # of headings that look so
        self._is_roman: bool | None = None  # whether sections are counted I, II; None before the first number
        self._in_appendix = False

    def depth_of(self, heading: Heading) -> int:
        """How deep a heading lies, from 1: by its number, else as those that look like it, else by its size."""
        self._in_appendix = (
            self._in_appendix or (heading.is_references and not heading.number) or heading.text.casefold().startswith("appendi")
        )
        if heading.number:
            depth = self._of_number(heading)
            self._levels.setdefault(heading.look, depth)
            return depth
        if _TOP.fullmatch(heading.title) or heading.is_appendix:
            depth = 1
        elif heading.look in self._levels:
            return self._levels[heading.look]
        else:
            larger = [level for look, level in self._levels.items() if look[:2] > heading.look[:2]]
            depth = max(larger, default=0) + 1
        self._levels.setdefault(heading.look, depth)
        return depth

    def _of_number(self, heading: Heading) -> int:
        number = heading.number
        if self._is_roman is None:
            self._is_roman = number == ("I",)
        if len(number) > 1 or not self._is_roman:
            return len(number)
        if number[0].isdigit():
            return _DEEP["digit"]
        if _ROMAN.fullmatch(number[0]):
            return _DEEP["roman"]
        return 1 if self._in_appendix else _DEEP["letter"]


def follows(number: tuple[str, ...], last: tuple[str, ...]) -> bool:
    """Whether a number comes after another one in a paper's headings: 3.2 after 3.1, 3.1 after 3, 4 after 3.2.1; 1 after none."""
    if not all(part.isdigit() for part in number + last):
        return False
    this, that = tuple(map(int, number)), tuple(map(int, last))
    return this == (*that, 1) or any(this == (*that[:at], that[at] + 1) for at in range(len(that)))
