"""Sub- and superscripts in a line of text: H₂O, 10⁶, Ca²⁺, but BERT_base, 2^n, 5th.

Unicode has a script form of every digit and of a few signs, and NFKC, which `kg.names` applies, folds it back: "CO₂" and "CO2" are one name.
It has no forms of most letters, so those keep the marks of LaTeX.
"""

from __future__ import annotations

SUBSCRIPTS = str.maketrans("0123456789+-−=", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌")
SUPERSCRIPTS = str.maketrans("0123456789+-−=", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼")
_SCRIPT_SIGNS = frozenset([*SUBSCRIPTS.values(), *SUPERSCRIPTS.values()])
_SIMPLE = frozenset("0123456789+-−=")
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
_PLAIN = {ord(sign): str(digit) for digit, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")}
_MAX_SIMPLE_CHARS = 8  # "-12", "2+": what is longer is read more easily between marks


def script(mark: str, content: str, base: str) -> str:
    """A sub- ("_") or superscript ("^") as it stands after the text `base`.

    CO + 2 → "₂", 10 + -6 → "⁻⁶", 5 + th → "th", A + * → "*", x + i → "_i", x + i+1 → "_(i+1)"; "" for no content.
    """
    content = " ".join(content.split())
    if not content:
        return ""
    if mark == "^":
        if content in ("∘", "°") or (content == "o" and base[-1:].isdecimal()):
            return "°"
        if content == "TM":
            return "™"
        if content in _ORDINALS or not any(map(str.isalnum, content)):
            return content
    simple = len(content) <= _MAX_SIMPLE_CHARS and _SIMPLE.issuperset(content) and any(map(str.isdecimal, content))
    if simple:
        return content.translate(SUPERSCRIPTS if mark == "^" else SUBSCRIPTS)
    parenthesised = content[0] == "(" and content.find(")") == len(content) - 1
    return mark + (content if content.isalnum() or parenthesised else f"({content})")


def with_plain_indices(word: str) -> str:
    """`word`, as long as before, with subscript digits as plain ones: "π₀" → "π0"; powers stay: "C⁴" is another name than "C4"."""
    return word if word.isascii() else word.translate(_PLAIN)


def grouped(text: str) -> str:
    """`text` as one operand: in parentheses where it is more than one word ("b+1", "x²")."""
    text = text.strip()
    return text if text.isalnum() and _SCRIPT_SIGNS.isdisjoint(map(ord, text)) else f"({text})"
