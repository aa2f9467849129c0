"""The text of a page → the text with its letters: accents that are drawn apart put on them, ligatures told by their names in the file.

Every character keeps its place, for places are what pdfium is asked with: what goes is a `MARK`, what becomes several letters is one
character that stands for them until lines are made.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from kg.sources.pdf.characters import MARK, Characters

UNKNOWN = "\ufffd"  # a letter that the file does not name: better than a word without it
_FIRST = 0xF0000  # of the private characters that stand for ligatures
_MOST = 2000  # characters of each kind that are looked at on a page
_CONTROL = re.compile("[\x01\x03-\x08\x0b\x0c\x0e-\x1f]")  # that pdfium gives for codes without a meaning; 2 is its hyphen at a line end
_NO_LINE_END = re.compile(r"\r(?!\n)|(?<!\r)\n")
_ACCENTS = {
    "`": "\u0300", "´": "\u0301", "ˆ": "\u0302", "˜": "\u0303", "¯": "\u0304", "˘": "\u0306", "˙": "\u0307", "¨": "\u0308",
    "˚": "\u030a", "˝": "\u030b", "ˇ": "\u030c", "¸": "\u0327", "˛": "\u0328",
}  # fmt: skip
_ACCENT = re.compile(f"[{''.join(_ACCENTS)}]")
_DOTLESS = {"ı": "i", "ȷ": "j"}  # under an accent
_ASIDE = 0.3  # widths of the letter that the middle of its accent is away from its own, at most: slanted letters have 0.2
_APART = 0.12  # em between two letters of a word, at most; the narrowest spaces have 0.2


def mended(characters: Characters, ligatures: Callable[[], Mapping[str, Mapping[int, str]]]) -> tuple[str, dict[int, str]]:
    """The text, and what its private characters stand for, as `str.translate` takes it.

    Args:
        characters: of the page.
        ligatures: name of a font → code → letters; called only where a character means nothing.
    """
    text = characters.text
    expansions: dict[int, str] = {}
    if unmapped := _unmapped(text):
        text, expansions = _with_ligatures(text, unmapped, characters, ligatures)
    if any(accent in text for accent in _ACCENTS):
        text = _composed(text, characters)
    return text, expansions


def _with_ligatures(
    text: str, unmapped: Sequence[int], characters: Characters, ligatures: Callable[[], Mapping[str, Mapping[int, str]]]
) -> tuple[str, dict[int, str]]:
    """The text with a private character, or UNKNOWN, for each control that stands at a letter of its own font."""
    out = list(text)
    expansions: dict[int, str] = {}
    places = [(at, beside) for at in unmapped[:_MOST] if (beside := _letter_beside(text, at)) >= 0]
    fonts = characters.fonts_at([at for pair in places for at in pair])
    for (at, _), (font, _), (other, _) in zip(places, fonts[::2], fonts[1::2], strict=True):
        if font.symbols or font is not other:
            continue
        letters = ligatures().get(font.name, {}).get(ord(text[at]))
        if letters is None:
            out[at] = UNKNOWN
            continue
        code = next((code for code, known in expansions.items() if known == letters), _FIRST + len(expansions))
        expansions[code] = letters
        out[at] = chr(code)
    return "".join(out), expansions


def _unmapped(text: str) -> list[int]:
    """Places of controls that stand for letters that pdfium does not know, in rising order but for those that would be line ends."""
    places = [match.start() for match in _CONTROL.finditer(text)]
    ends = text.count("\r\n")  # to count is quick
    if text.count("\r") > ends or text.count("\n") > ends:
        places += [match.start() for match in _NO_LINE_END.finditer(text)]
    return places


def _letter_beside(text: str, at: int) -> int:
    """The place of a letter beside that of a control; -1 where there is none."""
    return next((place for place in (at - 1, at + 1) if 0 <= place < len(text) and text[place].isalpha()), -1)


def _composed(text: str, characters: Characters) -> str:
    """The text with accents on the letters that they are drawn over or under."""
    out = list(text)
    for match in [*_ACCENT.finditer(text)][:_MOST]:
        at = match.start()
        letters = [place for place in _near(text, at) if _with_accent(text[place], text[at])]
        if not letters:
            continue
        accent, *boxes = characters.boxes([at, *letters])
        middle = (accent[0] + accent[2]) / 2
        away, letter, box = min(
            (abs(middle - (box[0] + box[2]) / 2) / max(box[2] - box[0], 0.1), place, box) for place, box in zip(letters, boxes, strict=True)
        )
        if away > _ASIDE or out[letter] != text[letter]:
            continue
        out[letter] = _with_accent(text[letter], text[at])
        out[at] = MARK
        if letter > at:
            out[at + 1 : letter] = MARK * (letter - at - 1)
            _close_up(out, text, at, box[0], characters)
    return "".join(out)


def _near(text: str, at: int) -> list[int]:
    """Places beside an accent, with a space between perhaps; all of its line where it stands alone."""
    places = [at + step for step in (1, -1) if 0 <= at + step < len(text)]
    if all(text[place].isspace() for place in places):
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        return [place for place in range(start, end if end >= 0 else len(text)) if text[place].isalpha()][:_MOST]
    return places + [at + 2] * (text[at + 1 : at + 2] == " " and at + 2 < len(text))


def _with_accent(letter: str, accent: str) -> str:
    """The letter with the accent as one character; "" where there is none."""
    if not letter.isalpha():
        return ""
    whole = unicodedata.normalize("NFC", _DOTLESS.get(letter, letter) + _ACCENTS[accent])
    return whole if len(whole) == 1 else ""


def _close_up(out: list[str], text: str, at: int, left: float, characters: Characters) -> None:
    """Leave out the space before an accent where the letter under it follows the one before at once: "Poincar ´e"."""
    if at >= 2 and text[at - 1] == " " and text[at - 2].isalpha():
        (box,) = characters.boxes([at - 2])
        (_, size) = characters.fonts_at([at - 2])[0]
        if left - box[2] < _APART * size:
            out[at - 1] = MARK
