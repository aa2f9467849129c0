"""Figures as rows of text, for tables and files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import singledispatch
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


def table(figure: Figure[Any]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows of a figure; both empty where it has none. Identifiers stand last."""
    cells = [_cells(row) for row in figure.rows]
    header = tuple(cells[0]) if cells else ()
    return header, [tuple(row.values()) for row in cells]


@singledispatch
def _cells(row: object) -> dict[str, str]:
    raise TypeError(f"no table for {type(row).__name__}")


@_cells.register
def _(row: Standing) -> dict[str, str]:
    roles = dict(row.roles)
    return {
        "rank": str(row.rank), "name": row.entity.name, "type": row.entity.type, "papers": str(row.papers),
        **{role: str(roles.get(role, 0)) for role in ROLES if role != Role.MENTIONS}, "mentions": str(row.mentions),
        "foundation": "" if row.foundation is None else f"{row.foundation:.4f}",
        "years": _pairs(row.years), "id": row.entity.id,
    }  # fmt: skip


@_cells.register
def _(row: Ancestor) -> dict[str, str]:
    return {
        "name": row.entity.name, "type": row.entity.type, "generation": str(row.generation), "year": _year(row.year),
        "builds on": str(row.builds_on), "built on by": str(row.built_on_by), "ancestors": str(row.ancestors),
        "descendants": str(row.descendants), "ring": "yes" if row.in_ring else "", "id": row.entity.id,
    }  # fmt: skip


@_cells.register
def _(row: Step) -> dict[str, str]:
    return {
        "steps": f"{row.steps:+d}" if row.steps else "0", "name": row.entity.name, "type": row.entity.type, "year": _year(row.year),
        "via": _names(row.via), "root": "yes" if row.is_root else "", "papers": " ".join(row.papers), "id": row.entity.id,
    }  # fmt: skip


@_cells.register
def _(row: Community) -> dict[str, str]:
    more = len(row.members) - _MEMBERS
    return {
        "community": row.name, "members": str(len(row.members)), "papers": str(len(row.papers)),
        "things": _names(member.entity for member in row.members[:_MEMBERS]) + (f", … {more} more" if more > 0 else ""),
    }  # fmt: skip


@_cells.register
def _(row: Pair) -> dict[str, str]:
    return {
        "name": row.one.name, "used with": row.other.name, "type": row.other.type, "papers": str(row.papers),
        "expected": _small(row.expected), "lift": f"{row.lift:.1f}", "weight": f"{row.weight:.2f}", "id": row.other.id,
    }  # fmt: skip


@_cells.register
def _(row: Bridge) -> dict[str, str]:
    return {
        "paper": row.paper.title, "year": _year(row.paper.year), "ties": f"{row.ties:.2f}", "alone": str(row.alone),
        "participation": f"{row.participation:.2f}", "communities": " | ".join(row.communities),
        "things": " | ".join(_names(things) for things in row.things), "id": row.paper.id,
    }  # fmt: skip


@_cells.register
def _(row: Gap) -> dict[str, str]:
    return {
        "method": row.method.name, "other": row.other.name, "type": row.other.type,
        "method papers": str(row.method_papers), "other papers": str(row.other_papers), "expected": _small(row.expected),
        "probability": f"{row.probability:.2g}", "adjusted": f"{row.adjusted:.2g}",
        "nearest": "; ".join(f"{near.paper.title} ({near.names.name}; shares {_names(near.shared)})" for near in row.nearest),
        "method id": row.method.id, "other id": row.other.id,
    }  # fmt: skip


@_cells.register
def _(row: Trend) -> dict[str, str]:
    return {
        "name": row.entity.name, "type": row.entity.type, "trend": row.direction, "papers": str(row.papers),
        f"before {row.split}": f"{row.before:.1%}", f"since {row.split}": f"{row.since:.1%}", "score": f"{row.score:+.1f}",
        "adjusted": f"{row.adjusted:.2g}", "years": _pairs((year, number) for year, number, _ in row.years), "id": row.entity.id,
    }  # fmt: skip


def _names(things: Iterable[Entity]) -> str:
    return ", ".join(thing.name for thing in things)


def _year(year: int | None) -> str:
    return "" if year is None else str(year)


def _pairs(years: Iterable[Sequence[int]]) -> str:
    return " ".join(f"{year}:{number}" for year, number in years)


def _small(number: float) -> str:
    return f"{number:.2f}" if number < 10 else f"{number:.1f}"
