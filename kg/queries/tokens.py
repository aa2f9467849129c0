"""SPARQL text in, tokens out: enough of the grammar to know a keyword from a string, a comment, an IRI or a name.

The one hard place is "<", which begins an IRI or compares. Engines that read without a tokeniser (pyoxigraph's is one)
take it as the grammar asks at that point: in `FILTER(?a<'x>')` it compares, though `<'x>` would be an IRI. A reader that
gets this wrong falls out of step with the engine, and then a quote may hide a keyword. Hence the frames below: "<" compares
only inside the parentheses of an expression and after an operand.

Grammar: https://www.w3.org/TR/sparql11-query/#sparqlGrammar, with the triple terms of SPARQL 1.2.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a token is."""

    IRI = "iri"  # <http://…>
    STRING = "string"  # with its quotes
    LANGUAGE = "language"  # @en
    VARIABLE = "variable"  # ?x or $x
    BLANK = "blank"  # _:x
    NAME = "name"  # prefix:local, also prefix: and :local
    NUMBER = "number"
    WORD = "word"  # a keyword, or the name of a built-in function
    MARK = "mark"  # all other characters, most of them alone


@dataclass(frozen=True, slots=True)
class Token:
    """One token and where it stands."""

    kind: Kind
    text: str  # as written
    start: int  # offset of its first character

    @property
    def end(self) -> int:
        """Offset behind its last character."""
        return self.start + len(self.text)


# PN_CHARS_BASE, PN_CHARS_U and PN_CHARS of the grammar, as the inside of a character class; by whether all of a text is ASCII, since
# the full classes take 20 ms to compile, a tenth of what a short `kg query` takes, and few queries have a letter for them.
_BASES = {
    True: "A-Za-z",
    False: "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff",
}
_MORE = {True: "_0-9", False: "_0-9\u00b7\u0300-\u036f\u203f\u2040"}
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"

_SKIP = re.compile(r"(?:[\s\ufeff]++|#[^\r\n]*+)*+")
_IRI = re.compile(r"<(?:[^<>\"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>")


@dataclass(frozen=True, slots=True)
class _Patterns:
    """What the tokens of a text are told by."""

    run: re.Pattern[str]  # a prefix, or words parted by dots
    local: re.Pattern[str]
    others: tuple[tuple[Kind, re.Pattern[str]], ...]


@functools.cache
def _patterns(ascii_only: bool) -> _Patterns:
    """The patterns for a text whose characters are all ASCII, or for any text."""
    more = _MORE[ascii_only]
    letters = _BASES[ascii_only] + more  # of a variable
    chars = letters + r"\-"
    # No class of letters is written twice in a pattern: what begins and what ends with a dot is told by a look ahead.
    return _Patterns(
        run=re.compile(rf"(?![{more}\-\.])(?:\.*+[{chars}])++"),
        local=re.compile(rf"(?!\.)(?:\.*+(?:[{chars}:]|{_ESCAPED}))++"),
        others=(
            (Kind.STRING, re.compile(r"'''(?:'{0,2}+(?:[^'\\]|\\.))*+'''" + r'|"""(?:"{0,2}+(?:[^"\\]|\\.))*+"""', re.DOTALL)),
            (Kind.STRING, re.compile(r"'(?:[^'\\\n\r]|\\.)*+'" + r'|"(?:[^"\\\n\r]|\\.)*+"')),
            (Kind.VARIABLE, re.compile(rf"[?$][{letters}]++")),
            (Kind.LANGUAGE, re.compile(r"@[A-Za-z]++(?:-{1,2}[A-Za-z0-9]++)*+")),
            (Kind.BLANK, re.compile(rf"_:(?!\.)(?:\.*+[{chars}])++")),
            (Kind.NUMBER, re.compile(r"[0-9]++(?:\.[0-9]++)?+(?:\.?[eE][+-]?[0-9]++)?+|\.[0-9]++(?:[eE][+-]?[0-9]++)?+")),
            (Kind.MARK, re.compile(r"\^\^|\{\||\|\}|>>|&&|\|\||[!<>]=|.", re.DOTALL)),
        ),
    )


# Searched inside words, since such an engine also takes FILTERREGEX(…) and SELECTDISTINCT(…); no other keyword holds them.
_ONE_EXPRESSION = re.compile("FILTER|BIND", re.IGNORECASE)  # the next parenthesis holds an expression
_EXPRESSIONS = re.compile("SELECT|BY|HAVING", re.IGNORECASE)  # and so do all that follow
_NO_EXPRESSION = re.compile("WHERE|FROM|LIMIT|OFFSET|VALUES", re.IGNORECASE)
_OPERANDS = frozenset({Kind.IRI, Kind.STRING, Kind.LANGUAGE, Kind.VARIABLE, Kind.BLANK, Kind.NAME, Kind.NUMBER})
_OPENED_BY = {")": "(", "}": "{", ")>>": "<<(", ">>": "<<"}
_OPERAND_ENDS = (")", "}", "]", ">>", "true", "false")


def tokenise(sparql: str) -> Iterator[Token]:
    """The tokens of a query or update, without white space and comments.

    Never fails: a character that begins no token is a mark. `true` and `false` are words.
    """
    place, patterns = _Place(), _patterns(sparql.isascii())
    at = _skip(sparql, 0)
    while at < len(sparql):
        for token in _next(sparql, at, place, patterns):
            place.pass_by(token)
            yield token
            at = token.end
        at = _skip(sparql, at)


def declared_prefixes(tokens: Iterable[Token]) -> set[str]:
    """The prefixes that a text declares, given its tokens."""
    pairs = itertools.pairwise(tokens)
    return {a.text[:-1] for a, b in pairs if a.kind is Kind.NAME and a.text.endswith(":") and b.kind is Kind.IRI}


@dataclass(slots=True)
class _Frame:
    opened_by: str  # "{", "(", "<<(" or "<<"
    expression: bool  # whether "<" may compare here
    expects: str = ""  # "once" or "lasting": the next parenthesis holds an expression


@dataclass(slots=True)
class _Place:
    """Where in the grammar the reader stands: the open brackets, and whether an operand has just ended."""

    frames: list[_Frame] = field(default_factory=lambda: [_Frame("{", expression=False)])
    after_operand: bool = False

    @property
    def compares(self) -> bool:
        """Whether "<" is an operator here."""
        return self.after_operand and self.frames[-1].expression

    @property
    def in_triple_term(self) -> bool:
        return self.frames[-1].opened_by == "<<("

    def pass_by(self, token: Token) -> None:
        """Move behind `token`."""
        if token.kind is Kind.MARK:
            self._bracket(token.text)
        elif token.kind is Kind.WORD:
            self._keyword(token.text)
        self.after_operand = token.kind in _OPERANDS or token.text.lower().endswith(_OPERAND_ENDS)

    def _keyword(self, word: str) -> None:
        frame = self.frames[-1]
        if _NO_EXPRESSION.search(word):
            frame.expects = ""
        elif _EXPRESSIONS.search(word):
            frame.expects = "lasting"
        elif _ONE_EXPRESSION.search(word):
            frame.expects = "once"

    def _bracket(self, mark: str) -> None:
        frame = self.frames[-1]
        if mark == "(":
            self.frames.append(_Frame(mark, expression=frame.expression or bool(frame.expects)))
        elif mark in ("{", "<<(", "<<"):
            if mark == "{" == frame.opened_by:  # FILTER EXISTS {, or the end of what SELECT lists
                frame.expects = ""
            self.frames.append(_Frame(mark, expression=False))
        elif len(self.frames) > 1 and frame.opened_by == _OPENED_BY.get(mark):
            self.frames.pop()
            if self.frames[-1].expects == "once":
                self.frames[-1].expects = ""


def _skip(sparql: str, at: int) -> int:
    found = _SKIP.match(sparql, at)
    return found.end() if found else at


def _next(sparql: str, at: int, place: _Place, patterns: _Patterns) -> Iterator[Token]:
    """The token at `at`; several where words are parted by dots."""
    if sparql[at] == "<":
        yield _angle(sparql, at, place)
    elif place.in_triple_term and sparql.startswith(")>>", at):
        yield Token(Kind.MARK, ")>>", at)
    elif (run := patterns.run.match(sparql, at)) or sparql[at] == ":":
        yield from _name_or_words(sparql, at, run.end() if run else at, patterns)
    else:
        yield next(Token(kind, found[0], at) for kind, pattern in patterns.others if (found := pattern.match(sparql, at)))


def _angle(sparql: str, at: int, place: _Place) -> Token:
    """An IRI, the opening of a triple term, or an operator."""
    if place.compares:
        return Token(Kind.MARK, "<=" if sparql.startswith("<=", at) else "<", at)
    found = _IRI.match(sparql, at)
    if found:
        return Token(Kind.IRI, found[0], at)
    return Token(Kind.MARK, next(mark for mark in ("<<(", "<<", "<=", "<") if sparql.startswith(mark, at)), at)


def _name_or_words(sparql: str, at: int, end: int, patterns: _Patterns) -> Iterator[Token]:
    if sparql.startswith(":", end):
        local = patterns.local.match(sparql, end + 1)
        yield Token(Kind.NAME, sparql[at : local.end() if local else end + 1], at)
        return
    for part in re.finditer(r"[^.]+|\.", sparql[at:end]):
        yield Token(Kind.MARK if part[0] == "." else Kind.WORD, part[0], at + part.start())
