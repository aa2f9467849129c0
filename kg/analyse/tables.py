"""Figures as rows of text, for tables and files; identifiers stand last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kg.analyse.bridges import Bridge
from kg.analyse.corpus import ROLES, Entity
from kg.analyse.couse import Community, Pair
from kg.analyse.figure import Figure
from kg.analyse.gaps import Gap
from kg.analyse.lineage import Ancestor, Step
from kg.analyse.standing import Standing
from kg.analyse.trends import Trend
from kg.model import Role

_MEMBERS = 12  # of a community, told in a cell; JSON has all

_Columns = Mapping[str, Callable[[Any], str]]


def table(figure: Figure[Any]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows of a figure; the header is there without rows too."""
    columns = _COLUMNS[figure.kind]
    return tuple(columns), [tuple(cell(row) for cell in columns.values()) for row in figure.rows]


def _entity(*, year: bool = False) -> _Columns:
    columns: dict[str, Callable[[Any], str]] = {"name": lambda row: row.entity.name, "type": lambda row: row.entity.type}
    return columns | ({"year": lambda row: _optional(row.year)} if year else {})


def _in_role(role: str) -> Callable[[Standing], str]:
    return lambda row: str(dict(row.roles).get(role, 0))


def _names(things: Iterable[Entity]) -> str:
    return ", ".join(thing.name for thing in things)


def _members(row: Community) -> str:
    more = len(row.members) - _MEMBERS
    return _names(member.entity for member in row.members[:_MEMBERS]) + (f", … {more} more" if more > 0 else "")


def _nearest(row: Gap) -> str:
    return "; ".join(f"{near.paper.title} ({near.names.name}; shares {_names(near.shared)})" for near in row.nearest)


def _optional(number: int | None) -> str:
    return "" if number is None else str(number)


def _years(years: Iterable[tuple[int, int]]) -> str:
    """Year and papers, as in "2019:3 2020:5"."""
    return " ".join(f"{year}:{number}" for year, number in years)


def _shares(row: Trend) -> str:
    """Year, papers with it and papers of the year, as in "2019:3/120"; years without papers are left out."""
    return " ".join(f"{year}:{number}/{total}" for year, number, total in row.years if total)


def _small(number: float) -> str:
    return f"{number:.2f}" if number < 10 else f"{number:.1f}"


_COLUMNS: Mapping[type, _Columns] = {
    Standing: {
        "rank": lambda row: str(row.rank), **_entity(), "papers": lambda row: str(row.papers),
        **{role: _in_role(role) for role in ROLES if role != Role.MENTIONS}, "mentions": lambda row: str(row.mentions),
        "foundation": lambda row: "" if row.foundation is None else f"{row.foundation:.4f}",
        "years": lambda row: _years(row.years), "id": lambda row: row.entity.id,
    },
    Ancestor: {
        **_entity(year=True), "generation": lambda row: str(row.generation), "builds on": lambda row: str(row.builds_on),
        "built on by": lambda row: str(row.built_on_by), "ancestors": lambda row: str(row.ancestors),
        "descendants": lambda row: str(row.descendants), "ring": lambda row: "yes" if row.in_ring else "", "id": lambda row: row.entity.id,
    },
    Step: {
        "steps": lambda row: f"{row.steps:+d}" if row.steps else "0", **_entity(year=True), "via": lambda row: _names(row.via),
        "root": lambda row: "yes" if row.is_root else "", "papers": lambda row: " ".join(row.papers), "id": lambda row: row.entity.id,
    },
    Community: {
        "community": lambda row: row.name, "members": lambda row: str(len(row.members)), "papers": lambda row: str(len(row.papers)),
        "things": _members,
    },
    Pair: {
        "name": lambda row: row.one.name, "used with": lambda row: row.other.name, "type": lambda row: row.other.type,
        "papers": lambda row: str(row.papers), "expected": lambda row: _small(row.expected), "lift": lambda row: f"{row.lift:.1f}",
        "weight": lambda row: f"{row.weight:.2f}", "id": lambda row: row.other.id,
    },
    Bridge: {
        "paper": lambda row: row.paper.title, "year": lambda row: _optional(row.paper.year), "ties": lambda row: f"{row.ties:.2f}",
        "alone": lambda row: str(row.alone), "participation": lambda row: f"{row.participation:.2f}",
        "communities": lambda row: " | ".join(row.communities), "things": lambda row: " | ".join(_names(things) for things in row.things),
        "id": lambda row: row.paper.id,
    },
    Gap: {
        "method": lambda row: row.method.name, "other": lambda row: row.other.name, "type": lambda row: row.other.type,
        "method papers": lambda row: str(row.method_papers), "other papers": lambda row: str(row.other_papers),
        "expected": lambda row: _small(row.expected), "probability": lambda row: f"{row.probability:.2g}",
        "adjusted": lambda row: f"{row.adjusted:.2g}", "verdict": lambda row: "surprising" if row.surprising else "chance may explain it",
        "nearest": _nearest, "method id": lambda row: row.method.id,
        "other id": lambda row: row.other.id,
    },
    Trend: {
        **_entity(), "trend": lambda row: row.direction, "papers": lambda row: str(row.papers), "later": lambda row: f"{row.later:.2f}",
        "score": lambda row: f"{row.score:+.1f}",
        "adjusted": lambda row: f"{row.adjusted:.2g}", "years": _shares, "id": lambda row: row.entity.id,
    },
}  # fmt: skip
