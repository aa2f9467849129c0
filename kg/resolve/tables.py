"""The tables of the register, and the values of their rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kg.model import EntityType
from kg.resolve.uses import Use

FORMAT = 4  # SQLite's user_version; a file of another format is made again

Thing = tuple[str, str]  # type, key

# Keys begin with what is rare: the planner has no statistics and would search by type.
SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE use (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE, type TEXT NOT NULL, thing TEXT NOT NULL, papers INTEGER NOT NULL);
CREATE INDEX use_by_thing ON use (thing, type);
CREATE TABLE member (paper TEXT NOT NULL, place INTEGER NOT NULL, use INTEGER NOT NULL, PRIMARY KEY (paper, place)) WITHOUT ROWID;
CREATE INDEX member_by_use ON member (use, paper);
CREATE TABLE struck (paper TEXT NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (paper, name, type)) WITHOUT ROWID;
CREATE INDEX struck_by_name ON struck (name, type);
CREATE TABLE called (
    type TEXT NOT NULL, name TEXT NOT NULL, thing TEXT NOT NULL, uses INTEGER NOT NULL, PRIMARY KEY (name, type, thing)
) WITHOUT ROWID;
CREATE TABLE hinted (
    type TEXT NOT NULL, name TEXT NOT NULL, thing TEXT NOT NULL, uses INTEGER NOT NULL, PRIMARY KEY (name, type, thing)
) WITHOUT ROWID;
CREATE TABLE ended (
    type TEXT NOT NULL, name TEXT NOT NULL, thing TEXT NOT NULL, uses INTEGER NOT NULL, PRIMARY KEY (name, type, thing)
) WITHOUT ROWID;
CREATE TABLE thing (type TEXT NOT NULL, thing TEXT NOT NULL, home TEXT NOT NULL, root TEXT NOT NULL, PRIMARY KEY (thing, type)) WITHOUT ROWID;
CREATE INDEX thing_by_home ON thing (home, type);
CREATE INDEX thing_by_root ON thing (root, type);
CREATE TABLE near (
    type TEXT NOT NULL, thing TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, start TEXT NOT NULL, ending TEXT NOT NULL,
    PRIMARY KEY (thing, type)
) WITHOUT ROWID;
CREATE INDEX near_by_start ON near (start, size, type);
CREATE INDEX near_by_ending ON near (ending, size, type);
CREATE TABLE open (
    type TEXT NOT NULL, thing TEXT NOT NULL, other TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (thing, type, other)
) WITHOUT ROWID;
CREATE INDEX open_by_other ON open (other, type);
CREATE TABLE united (type TEXT NOT NULL, home TEXT NOT NULL, root TEXT NOT NULL, PRIMARY KEY (home, type)) WITHOUT ROWID;
CREATE TABLE entity (
    type TEXT NOT NULL, root TEXT NOT NULL, stem TEXT NOT NULL, curated INTEGER NOT NULL, papers INTEGER NOT NULL,
    path TEXT NOT NULL, name TEXT NOT NULL, wider TEXT NOT NULL, PRIMARY KEY (root, type)
) WITHOUT ROWID;
CREATE INDEX entity_by_stem ON entity (stem, type);
CREATE INDEX entity_by_path ON entity (path);
CREATE INDEX entity_by_wider ON entity (wider);
-- What each paper or thing adds to the figures of the graph, and how many papers link to an address.
CREATE TABLE share (path TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE link (address TEXT PRIMARY KEY, papers INTEGER NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """A use, with the papers that share it."""

    use: Use
    papers: int
    first: str  # the smallest of their keys


@dataclass(frozen=True, slots=True)
class Placed:
    """A thing of its own, as the register has it: what its identifier depends on."""

    type: str
    root: str
    stem: str
    curated: bool
    papers: int
    path: str
    name: str
    wider: str  # path of the next wider thing, "" where there is none


def encode(use: Use) -> str:
    """A use as the register keeps it."""
    return json.dumps([use.type, use.name, use.others, use.pairs, use.thing, use.names, use.hints, use.wider], separators=(",", ":"))


@lru_cache(maxsize=1 << 16)
def decode(body: str) -> Use:
    """The use that `encode` wrote."""
    type, name, others, pairs, thing, names, hints, wider = json.loads(body)
    stated = tuple((short, long) for short, long in pairs)
    return Use(EntityType(type), name, tuple(others), stated, thing, tuple(names), tuple(hints), tuple(wider))


def by_use(counted: Counted) -> Use:
    """What counted uses are sorted by."""
    return counted.use


def placed(row: tuple[Any, ...]) -> Placed:
    """The thing in a row of the table entity."""
    type, root, stem, curated, papers, path, name, wider = row
    return Placed(type, root, stem, bool(curated), papers, path, name, wider)
