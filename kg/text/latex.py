"""LaTeX in titles and abstracts to Unicode text.

Abstracts are prose with some LaTeX in it, not LaTeX: a bare "%", "#", "&", "_", "$5" or "~3" is text and stays. So this reads only what is
LaTeX beyond doubt (math between dollars, macros, accents, ties, quotes). pylatexenc gives the symbols that macros stand for.

Scripts are written as `kg.scripts` says: H$_2$O → H₂O, BERT$_{base}$ → BERT_base, $10^6$ → 10⁶, 5$^{th}$ → 5th.
"""

from __future__ import annotations

import re
import unicodedata

from kg.scripts import script
from kg.text.macros import DECLARATIONS, HANDLERS, Place, address, last, symbol

_MAX_DEPTH = 12  # nested groups; deeper ones stay as they are written

_SIGNS = ("\\", "$", "~", "``", "''", "--")
_URL = r"(?:https?://|www\.)(?:\\[_%#&~$]|[^\s<>\"{}|\\^`])+"
_TOKEN = re.compile(
    rf"""
      (?P<link>{_URL})                                   # https://example.org/~a_b: kept as it is
    | \$\$(?P<display>(?:\\.|[^\\$]){{1,2000}}+)\$\$      # $$x$$
    | \$(?P<inline>(?:\\.|[^\\$]){{1,1000}}+)\$           # $x$; `_is_math` tells it from "$5 and $10"
    | \\\((?P<round>.{{1,300}}?)\\\)                     # \(x\)
    | \\\[(?P<square>.{{1,300}}?)\\\]                    # \[x\]
    | \\(?P<macro>[A-Za-z]+)\*?                          # \emph
    | \\(?P<escape>.)                                    # \%
    | (?P<tie>~)
    | (?P<group>\{{)
    | (?P<quote>``|(?<!')''(?!'))
    | (?<=\w)(?P<dash>---?)(?=\w)                        # Erdős--Rényi
    """,
    re.VERBOSE,
)
_MATH_TOKEN = re.compile(r"\\(?P<macro>[A-Za-z]+)\*?|\\(?P<escape>.)|(?P<group>\{)|(?P<script>[_^])|(?P<tie>[~&])")
_BRACES = re.compile(r"\\.|[{}]")
_OPTION = re.compile(r"\s*\[[^\[\]]{0,200}\]")
_SPACES = re.compile(r"\s*")
_MATH_SIGNS = re.compile(r"[\\^_{}]")
_AMOUNT = re.compile(r"\d[\d.,]*\s?(?:[kKmMbB]n?\b)?")
_PLAIN_WORDS = re.compile(r"[A-Za-z]{2,}")

_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323", "b": "\u0331",
}  # fmt: skip
_SPACED = dict.fromkeys((" ", "\\", ",", ";", ":"), " ")
_ESCAPES = {**_SPACED, **dict.fromkeys(("!", "/", "-", "@"), ""), "|": "‖"}


def may_hold_latex(text: str) -> bool:
    """Whether `text` has any of the signs without which `to_text` changes nothing."""
    return any(sign in text for sign in _SIGNS)


def to_text(text: str) -> str:
    """`text`, one paragraph, with its LaTeX as Unicode in NFC; unchanged where there is none. Linear in the length of `text`."""
    if not may_hold_latex(text):
        return text
    return unicodedata.normalize("NFC", _Converter(text).prose(0, len(text), 0))  # what a backslash stood between may be one letter


class _Converter:
    """One text with its matching braces; converts ranges of it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.close = _matching_braces(text)
        self.open_quotes = 0

    def prose(self, start: int, end: int, depth: int) -> str:
        """The range outside math."""
        out: list[str] = []
        pos = start
        while (token := _TOKEN.search(self.text, pos, end)) is not None:
            out.append(self.text[pos : token.start()])
            pos = self._prose_token(token, out, end, depth)
        out.append(self.text[pos:end])
        return "".join(out)

    def math(self, start: int, end: int, depth: int, before: str = "") -> str:
        """The range inside math; `before` is the text that stands in front of it."""
        out: list[str] = [before] if before else []
        skip = len(out)
        pos = start
        while (token := _MATH_TOKEN.search(self.text, pos, end)) is not None:
            out.append(self.text[pos : token.start()])
            kind = token.lastgroup
            if kind == "script":
                pos = self._script(token, out, end, depth)
            elif kind == "group":
                pos = self._group(token.start(), out, True, depth, end)
            elif kind == "tie":
                out.append(" ")
                pos = token.end()
            elif kind == "macro":
                pos = self._macro(token, out, end, depth, True)
            else:
                pos = self._escape(token, out, end, depth)
        out.append(self.text[pos:end])
        return "".join(out[skip:]).strip()

    def _prose_token(self, token: re.Match[str], out: list[str], end: int, depth: int) -> int:
        kind = token.lastgroup or ""
        if kind in ("display", "inline", "round", "square"):
            return self._formula(token, kind, out, depth)
        if kind == "macro":
            return self._macro(token, out, end, depth, False)
        if kind == "escape":
            return self._escape(token, out, end, depth)
        if kind == "group":
            return self._group(token.start(), out, False, depth, end)
        if kind == "link":
            out.append(address(token.group()))
        elif kind == "tie":
            out.append(self._tie(token.start()))
        elif kind == "quote":
            out.append(self._quote(token))
        else:
            out.append("–" if token.group() == "--" else "—")
        return token.end()

    def _formula(self, token: re.Match[str], kind: str, out: list[str], depth: int) -> int:
        content = token.group(kind)
        following = self.text[token.end() : token.end() + 1]
        if depth >= _MAX_DEPTH or (kind == "inline" and not _is_math(content, following)):
            out.append(token.group()[0])
            return token.start() + 1
        out.append(self.math(token.start(kind), token.end(kind), depth + 1, last(out)))
        return token.end()

    def _tie(self, at: int) -> str:
        """A space for LaTeX's tie ("Fig.~3"), the sign itself where it says "about" ("spanning ~3 years") or stands in a path."""
        before, after = self.text[at - 1 : at], self.text[at + 1 : at + 2]
        if after == "\\":
            return " "
        if not before or before.isspace() or before in "([{/=<>~+-" or not after or after.isspace() or after == "~":
            return "~"
        return " "

    def _quote(self, token: re.Match[str]) -> str:
        """Typographic quotes for ``x'' and ''x'', the sign itself elsewhere ("5''")."""
        before, after = self.text[token.start() - 1 : token.start()], self.text[token.end() : token.end() + 1]
        opens = (not before or before.isspace() or before in "([-") and after and not after.isspace()
        if token.group() == "``" or (opens and not self.open_quotes):
            self.open_quotes += 1
            return "“"
        if not self.open_quotes:
            return token.group()
        self.open_quotes -= 1
        return "”"

    def _group(self, start: int, out: list[str], math: bool, depth: int, end: int) -> int:
        r"""A group without a macro before it: braces go where it holds LaTeX ("{\bf x}") or in math, else they are text ("{a, b}")."""
        close = self.close.get(start, end)
        if close >= end or depth >= _MAX_DEPTH:
            out.append("{")
            return start + 1
        if math:
            out.append(self.math(start + 1, close, depth + 1, last(out)))
        elif "\\" in self.text[start : min(close, start + 200)]:
            out.append(self.prose(start + 1, close, depth + 1).strip())
        elif self.text[start + 1 : close] == ",":  # 1{,}000
            out.append(",")
        else:
            out.append("{" + self.prose(start + 1, close, depth + 1) + "}")
        return close + 1

    def _escape(self, token: re.Match[str], out: list[str], end: int, depth: int) -> int:
        sign = token.group("escape")
        if sign in _ACCENTS and (accented := self._accented(sign, token.end(), end, depth)):
            out.append(accented[0])
            return accented[1]
        if sign == "~" and self.text.startswith("{}", token.end()):
            out.append("~")
            return token.end() + 2
        if sign == "," and last(out).isdecimal() and self.text[token.end() : min(token.end() + 1, end)].isdecimal():
            out.append(",")  # 12\,288
            return token.end()
        known = sign in _ESCAPES or not sign.isalnum()
        out.append(_ESCAPES.get(sign, sign) if known else "\\" + sign)
        return token.end()

    def _accented(self, accent: str, pos: int, end: int, depth: int) -> tuple[str, int] | None:
        """The letter at `pos` with an accent, and where the text goes on; None where no letter follows."""
        at = _skip_spaces(self.text, pos, end) if accent.isalpha() else pos
        letter, after = "", at
        if at in self.close and self.close[at] < end and depth < _MAX_DEPTH:
            letter, after = self.prose(at + 1, self.close[at], depth + 1).strip(), self.close[at] + 1
        elif self.text.startswith(("\\i", "\\j"), at) and not self.text[at + 2 : at + 3].isalpha():
            letter, after = self.text[at + 1], _skip_spaces(self.text, at + 2, end)
        elif at < end and (at > pos or not accent.isalpha()):
            letter, after = self.text[at], at + 1
        letter = {"ı": "i", "ȷ": "j"}.get(letter, letter)
        if not letter[:1].isalpha() or len(letter) > 2:
            return None
        return unicodedata.normalize("NFC", letter[0] + _ACCENTS[accent] + letter[1:]), after

    def _macro(self, token: re.Match[str], out: list[str], end: int, depth: int, math: bool) -> int:
        name, pos = token.group("macro"), token.end()
        if depth >= _MAX_DEPTH:
            out.append(token.group())
            return pos
        handler = HANDLERS.get(name)
        if handler is not None:
            return handler(self, out, Place(pos, end, depth, math))
        if name in _ACCENTS and (accented := self._accented(name, pos, end, depth)):
            out.append(accented[0])
            return accented[1]
        if name in DECLARATIONS:
            pos = _skip_spaces(self.text, pos, end)
            return pos + 1 if name in ("left", "right") and self.text.startswith(".", pos) else pos
        shown = symbol(name)
        if shown is not None:
            return self._put_symbol(shown, out, pos, end, math)
        if (argument := self.argument(pos, end)) is not None:
            out.append(self.inside(argument, depth, math) or (name if argument[0] == argument[1] else ""))
            return argument[1] + 1
        out.append(name if len(name) > 1 else "\\" + name)  # most likely a macro named after what it prints: "\DeAR"
        return pos

    def _put_symbol(self, shown: str, out: list[str], pos: int, end: int, math: bool) -> int:
        if shown.isascii() and shown.isalpha() and math:  # an operator: n\log n → n log n
            gap = " " if last(out).isalnum() else ""
            after = _skip_spaces(self.text, pos, end)
            follows = self.text[after : min(after + 1, end)]
            out.append(gap + shown + (" " if follows.isalnum() or follows == "\\" else ""))
            return after
        keep = not shown.isalpha() and (not math or last(out).isspace())  # "a \leq b" keeps its spaces, "\Delta G" has none
        out.append(shown)
        pos = pos if keep else _skip_spaces(self.text, pos, end)
        return pos + 2 if self.text.startswith("{}", pos) else pos

    def _script(self, token: re.Match[str], out: list[str], end: int, depth: int) -> int:
        """A sub- or superscript, as `kg.scripts` writes it."""
        pos = _skip_spaces(self.text, token.end(), end)
        if pos >= end:
            out.append(token.group())
            return token.end()
        part: list[str] = []
        macro = _MATH_TOKEN.match(self.text, pos, end)
        if depth >= _MAX_DEPTH:
            part, after = [self.text[pos]], pos + 1
        elif pos in self.close:
            after = self._group(pos, part, True, depth, end)
        elif macro is not None and macro.lastgroup == "macro":
            after = self._macro(macro, part, end, depth + 1, True)
        else:
            part, after = [self.text[pos]], pos + 1
        out.append(script(token.group(), "".join(part), last(out)))
        return after

    def argument(self, pos: int, end: int) -> tuple[int, int] | None:
        """Start and end of the text inside the group that follows at `pos`, options skipped; None where there is no group."""
        option = _OPTION.match(self.text, pos, end)
        pos = option.end() if option else pos
        close = self.close.get(pos, end)
        return (pos + 1, close) if close < end else None

    def inside(self, argument: tuple[int, int], depth: int, math: bool) -> str:
        """The converted text of an argument."""
        return (self.math if math else self.prose)(*argument, depth + 1).strip()


def _matching_braces(text: str) -> dict[int, int]:
    """Offset of each opening brace → offset of its closing one; escaped and unmatched braces are left out."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for match in _BRACES.finditer(text):
        if match.group() == "{":
            stack.append(match.start())
        elif match.group() == "}" and stack:
            pairs[stack.pop()] = match.start()
    return pairs


def _is_math(content: str, following: str) -> bool:
    r"""Whether what stands between two dollars is a formula: "n", "\alpha", " x^2 "; not "5 and ", "5-" before a digit, "5 to 6 in US"."""
    signs = bool(_MATH_SIGNS.search(content))
    outer = content[0].isspace(), content[-1].isspace()
    if any(outer):
        return all(outer) and signs
    if not any(c.isalnum() for c in content):  # $+$0.3, $>$1M
        return True
    if following.isdigit() and not signs and content.isascii():
        return False
    return signs or not (_AMOUNT.match(content) and len(_PLAIN_WORDS.findall(content)) >= 2)


def _skip_spaces(text: str, pos: int, end: int) -> int:
    match = _SPACES.match(text, pos, end)
    return match.end() if match else pos
