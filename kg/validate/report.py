"""What was found in a graph, and the report of it for people."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Triple

from kg import vocab
from kg.terms import Term

_WIDTH = 120  # characters of a node or value in the report


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong."""

    severity: str  # "Violation", "Warning" or "Info"; violation queries find violations
    source: str  # the shape ("shape:Paper") or query ("claim-without-evidence") that found it
    message: str  # what is wrong, for people
    focus: str  # the node, as a CURIE
    path: str = ""  # the property, as a CURIE; "" where none is meant
    value: str = ""  # the value as a CURIE or text; "" where none is meant


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked and what was found, sorted."""

    findings: tuple[Finding, ...]
    triples: int  # in the graph
    checks: int  # shapes and queries that looked at it

    @property
    def conforms(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def text(self, limit: int = 5) -> str:
        """The report for people: findings of a kind together, with their number and at most `limit` examples."""
        if self.conforms:
            return f"The graph conforms: {self.triples} triples, {self.checks} checks, nothing wrong.\n"
        kinds: dict[tuple[str, str, str], list[Finding]] = {}
        for finding in self.findings:
            kinds.setdefault((finding.severity, finding.source, finding.message), []).append(finding)
        lines = [f"{len(self.findings)} findings of {len(kinds)} kinds in {self.triples} triples, {self.checks} checks.\n"]
        for (severity, source, message), found in kinds.items():
            lines.append(f"\n{severity}: {message}  [{source}: {len(found)}]\n")
            lines += [f"  {_example(finding)}\n" for finding in found[:limit]]
            if len(found) > limit:
                lines.append(f"  … and {len(found) - limit} more\n")
        return "".join(lines)


def shown(term: Term | Triple | None) -> str:
    """The term for people, on one line of printable characters, cut at 120: a CURIE where a prefix fits, else N-Triples."""
    if term is None:
        return ""
    if isinstance(term, BlankNode):
        return "a blank node"  # its label is another in every run
    text = _curie(term.value) if isinstance(term, NamedNode) else str(term)
    printable = text if text.isprintable() else "".join(c if c.isprintable() else f"\\u{ord(c):04X}" for c in text)
    return printable if len(printable) <= _WIDTH else f"{printable[: _WIDTH - 1]}…"


def _curie(iri: str) -> str:
    for prefix, namespace in _prefixes():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"


@functools.cache
def _prefixes() -> tuple[tuple[str, str], ...]:
    return tuple((vocab.NAMESPACES | vocab.data_prefixes()).items())


def _example(finding: Finding) -> str:
    return " ".join(part for part in (finding.focus, finding.path, finding.value) if part)
