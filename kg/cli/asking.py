"""The questions of `kg review` asked on a terminal, one pair at a time; every answer is in the graph before the next question."""

from __future__ import annotations

import sys
from collections.abc import Collection
from typing import TYPE_CHECKING

import typer

from kg.cli import output
from kg.cli.explain import decision_line, question_text
from kg.errors import KgError

if TYPE_CHECKING:
    from kg.api import Graph
    from kg.explanation import Pair, Question, Side
    from kg.lookup import Quote
    from kg.model import Decision

_KEYS = "[s]ame  [d]ifferent  [r]ename  [w]rong entity  [x] wrong statement  [enter] skip  [u]ndo  [q]uit: "
_Act = tuple["Decision", ...]


class _End(Exception):  # noqa: N818 (not an error: the person has had enough)
    """No more answers are to come."""


def ask(graph: Graph, types: Collection[str] | None, limit: int) -> None:
    """Ask about each open pair, best score first; Ctrl-C and Ctrl-D end, and what was decided so far is kept.

    Args:
        graph: of the store that is decided on.
        types: values of EntityType to ask about; None for all.
        limit: most pairs to ask about.
    """
    session = _Session(graph)
    code = 0
    try:
        session.run(types, limit)
    except _End:
        output.emit("")
    except KeyboardInterrupt:
        output.emit("")
        code = 130
    output.say(f"{len(session.acts)} decided; `kg review --decided` lists all decisions, `kg review --undo N` takes one back")
    if code:
        raise typer.Exit(code)


class _Session:
    """What was decided since the questions began."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._pairs: list[Pair] = []
        self.acts: list[tuple[int, _Act]] = []  # place of the question, what was decided there

    def run(self, types: Collection[str] | None, limit: int) -> None:
        """Go through the questions that are open now."""
        self._pairs = self._graph.review.pairs(types)[:limit]
        if not self._pairs:
            output.say("no question is open")
        place = 0
        while place < len(self._pairs):
            question = self._graph.review.question(self._pairs[place])
            if question is not None:
                output.emit(f"\n({place + 1} of {len(self._pairs)})  {question_text(question)}")
            place = self._answered(question, place) if question is not None else place + 1

    def _follow(self, place: int, name: str) -> None:
        """Ask the question at this place again where a thing has a new name, and with it another path."""
        known = {*self._pairs}
        new = [pair for pair in self._graph.review.pairs() if pair not in known and name in self._labels(pair)]
        self._pairs[place + 1 : place + 1] = new

    def _labels(self, pair: Pair) -> tuple[str, ...]:
        question = self._graph.review.question(pair)
        return () if question is None else (question.one.thing.label, question.other.thing.label)

    def _answered(self, question: Question, place: int) -> int:
        """Take an answer; the place of the question to go on with."""
        answer = _read(_KEYS).casefold()
        if answer == "q":
            raise _End
        if answer == "u":
            return self._take_back(place)
        if answer == "":
            return place + 1
        try:
            act = self._decided(answer, question)
        except KgError as error:  # of this answer alone: the next question can still be asked
            output.complain(str(error), error.hint)
            return place
        if act is None:
            return place
        for decision in act:
            output.say(f"decided: {decision_line(decision)}")
        if act:
            self.acts.append((place, act))
        if act and answer == "r":
            self._follow(place, act[0].other)
        return place if answer in ("r", "x") else place + 1

    def _take_back(self, place: int) -> int:
        if not self.acts:
            output.say("nothing was decided since the questions began")
            return place
        before, act = self.acts.pop()
        self._graph.review.undecide(*act)
        for decision in act:
            output.say(f"taken back: {decision_line(decision)}")
        return before

    def _decided(self, answer: str, question: Question) -> _Act | None:
        """What an answer decides, written; None where it is no answer."""
        one, other = question.one.thing.iri, question.other.thing.iri
        match answer:
            case "s":
                return self._write("same", one, other)
            case "d":
                return self._write("different", one, other)
            case "r":
                side = _which(question)
                name = _read(f"new name of {output.one_line(side.thing.label)}: ") if side is not None else ""
                return self._write("rename", side.thing.iri, name) if side is not None and name else None
            case "w":
                side = _which(question)
                return self._write("wrong-entity", side.thing.iri) if side is not None else None
            case "x":
                quote = _which_quote(question)
                if quote is None:
                    return None
                return self._write("wrong-statement", quote.subject.iri, quote.predicate, quote.object.iri, paper=quote.paper.iri)
        output.say("type one of the letters in brackets, or only enter")
        return None

    def _write(self, kind: str, *names: str, paper: str | None = None) -> _Act:
        from kg.deciding import word

        return self._graph.review.decide(*word(self._graph.path, kind, names, paper=paper))


def _which(question: Question) -> Side | None:
    """The side that a person means."""
    return {"1": question.one, "2": question.other}.get(_read("which, 1 or 2? "))


def _which_quote(question: Question) -> Quote | None:
    """The sentence that does not say what it is quoted for."""
    quotes = [*question.one.quotes, *question.other.quotes]
    for number, quote in enumerate(quotes, 1):
        output.emit(output.one_line(f"{number}  {quote.paper.label} {quote.predicate} {quote.object.label}"))
    return {str(number): quote for number, quote in enumerate(quotes, 1)}.get(_read("which statement is wrong? "))


def _read(prompt: str) -> str:
    """A line that a person types, without blanks at its ends; raises `_End` where there is none."""
    sys.stdout.write(output.plain(prompt))
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not line:
        raise _End
    return output.one_line(line)
