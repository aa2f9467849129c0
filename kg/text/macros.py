"""What LaTeX macros with arguments, declarations and links become; one function per kind of macro.

Comes in: a converter (`kg.text.latex`) and the place after the macro's name. Goes out: text appended to `out`, and where reading goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from kg.scripts import grouped, script


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


DROPPED = _words(  # with their argument
    "cite citep citet citealp citealt citeauthor citeyear autocite parencite ref eqref cref Cref autoref label vspace hspace "
    "includegraphics begin end color pagestyle bibliography bibliographystyle input thanks index vskip hskip phantom"
)
SECOND = _words("textcolor colorbox raisebox hyperref resizebox")  # the first argument is no text
DECLARATIONS = _words(
    "bf it em sc rm tt sf sl cal bfseries itshape scshape rmfamily ttfamily sffamily upshape mdseries normalfont tiny scriptsize "
    "footnotesize small normalsize large Large LARGE huge Huge displaystyle textstyle scriptstyle left right big Big bigg Bigg bigl "
    "bigr Bigl Bigr middle limits nolimits noindent centering protect nonumber notag xspace null relax boldmath unboldmath smallskip "
    "medskip bigskip mathstrut strut ensuremath"
)
_BLANKS = _words("quad qquad newline linebreak par hfill hfil item thinspace enspace smallbreak medbreak newpage space")
_TAKEN = _words(
    "emph textbf textit texttt textsc textsf textsl textmd underline uline overline mathrm mathbf mathit mathsf mathtt mathcal mathbb "
    "mathfrak mathscr bm boldsymbol operatorname mathnormal mathop tilde hat bar vec widetilde widehat pmb"
)
_OWN_SYMBOLS = {"epsilon": "ε", "phi": "φ"}  # the letters that people type, not their variants ϵ and ϕ
_TILDE = re.compile(r"\\~\{\}|\{?\\(?:text(?:ascii)?tilde|sim)\}?(?:\{\})?|\$\\sim\$")
_ESCAPED = re.compile(r"\\([_%#&~${}])")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the converter stands."""

    pos: int  # offset after the macro's name
    end: int  # end of the range that is being converted
    depth: int  # groups around it
    math: bool


class Converter(Protocol):
    """What a handler needs of the converter."""

    text: str

    def argument(self, pos: int, end: int) -> tuple[int, int] | None:
        """Start and end of the text inside the group at `pos`, or None."""

    def inside(self, argument: tuple[int, int], depth: int, math: bool) -> str:
        """The converted text of an argument."""


Handler = Callable[[Converter, list[str], Place], int]


def _drop(converter: Converter, out: list[str], at: Place) -> int:
    r"""\cite{a}: nothing, and no space before it."""
    argument = converter.argument(at.pos, at.end)
    while out and not (stripped := out[-1].rstrip()):
        out.pop()
    if out:
        out[-1] = stripped
    return argument[1] + 1 if argument else at.pos


def _take_second(converter: Converter, out: list[str], at: Place) -> int:
    r"""\textcolor{red}{text}: text."""
    first = converter.argument(at.pos, at.end)
    second = converter.argument(first[1] + 1, at.end) if first else None
    taken = second or first
    if taken is None:
        return at.pos
    out.append(converter.inside(taken, at.depth, at.math))
    return taken[1] + 1


def _take(converter: Converter, out: list[str], at: Place) -> int:
    r"""\emph{x}: x."""
    argument = converter.argument(at.pos, at.end)
    if argument is None:
        return at.pos
    out.append(converter.inside(argument, at.depth, at.math))
    return argument[1] + 1


def _take_text(converter: Converter, out: list[str], at: Place) -> int:
    r"""\text{where} inside math is prose."""
    return _take(converter, out, Place(at.pos, at.end, at.depth, math=False))


def _blank(converter: Converter, out: list[str], at: Place) -> int:
    r"""\quad: a space."""
    out.append(" ")
    return at.pos


def _footnote(converter: Converter, out: list[str], at: Place) -> int:
    r"""\footnote{Code at …}: in parentheses, for footnotes hold links."""
    argument = converter.argument(at.pos, at.end)
    if argument is None:
        return at.pos
    out.append(f" ({converter.inside(argument, at.depth, at.math)})")
    return argument[1] + 1


def _fraction(converter: Converter, out: list[str], at: Place) -> int:
    r"""\frac{a}{b+1}: a/(b+1)."""
    upper = converter.argument(at.pos, at.end)
    lower = converter.argument(upper[1] + 1, at.end) if upper else None
    if upper is None or lower is None:
        return at.pos
    out.append("/".join(grouped(converter.inside(part, at.depth, True)) for part in (upper, lower)))
    return lower[1] + 1


def _root(converter: Converter, out: list[str], at: Place) -> int:
    r"""\sqrt{n}: √n."""
    argument = converter.argument(at.pos, at.end)
    if argument is None:
        out.append("√")
        return at.pos
    out.append("√" + grouped(converter.inside(argument, at.depth, True)))
    return argument[1] + 1


def _textscript(mark: str) -> Handler:
    def handler(converter: Converter, out: list[str], at: Place) -> int:
        argument = converter.argument(at.pos, at.end)
        if argument is None:
            return at.pos
        out.append(script(mark, converter.inside(argument, at.depth, at.math), last(out)))
        return argument[1] + 1

    return handler


def _link(converter: Converter, out: list[str], at: Place) -> int:
    r"""\url{https://a.org}: the address, a space before it where it stood against a word."""
    argument = converter.argument(at.pos, at.end)
    if argument is None:
        return at.pos
    after = converter.text[argument[1] + 1 : argument[1] + 2]
    out.append(_apart(out) + address(converter.text[slice(*argument)]) + (" " if after.isalnum() else ""))
    return argument[1] + 1


def _named_link(converter: Converter, out: list[str], at: Place) -> int:
    r"""\href{https://a.org}{our page}: our page (https://a.org); the address alone where the words are the address."""
    target = converter.argument(at.pos, at.end)
    words = converter.argument(target[1] + 1, at.end) if target else None
    if target is None or words is None:
        return _link(converter, out, at)
    link, label = address(converter.text[slice(*target)]), converter.inside(words, at.depth, at.math)
    bare = link.partition("://")[2].rstrip("/")
    out.append(_apart(out) + (link if not label or "://" in label or label.rstrip("/") == bare else f"{label} ({link})"))
    return words[1] + 1


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(DROPPED, _drop),
    **dict.fromkeys(SECOND, _take_second),
    **dict.fromkeys(_BLANKS, _blank),
    **dict.fromkeys(_TAKEN, _take),
    **dict.fromkeys(("text", "textrm", "textnormal", "textup", "mbox", "hbox"), _take_text),
    **dict.fromkeys(("frac", "tfrac", "dfrac", "nicefrac"), _fraction),
    **dict.fromkeys(("url", "nolinkurl", "path"), _link),
    "sqrt": _root,
    "textsuperscript": _textscript("^"),
    "textsubscript": _textscript("_"),
    "footnote": _footnote,
    "href": _named_link,
}


@cache
def symbol(name: str) -> str | None:
    """What a macro without arguments prints ("alpha": "α"); None where pylatexenc knows no such symbol."""
    spec = _symbols().get_macro_spec(name)
    shown = _OWN_SYMBOLS.get(name) or getattr(spec, "simplify_repl", None)
    return shown if isinstance(shown, str) and shown and "%" not in shown and not shown.startswith("<") else None


@cache
def _symbols():  # type: ignore[no-untyped-def]  # noqa: ANN202 (pylatexenc has no types)
    from pylatexenc.latex2text import get_default_latex_context_db  # 40 ms: only where a text has a macro

    return get_default_latex_context_db()


def address(written: str) -> str:
    r"""A URL without LaTeX's escapes: "https://a.org/x\_y" → "https://a.org/x_y"."""
    return _ESCAPED.sub(r"\1", _TILDE.sub("~", written)).replace(" ", "")


def last(out: list[str]) -> str:
    """The last character written, "" where there is none."""
    return next((part[-1] for part in reversed(out) if part), "")


def _apart(out: list[str]) -> str:
    before = last(out)
    return " " if before.isalnum() or before in tuple(".,;:!?)”") else ""
