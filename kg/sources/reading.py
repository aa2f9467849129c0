"""An opened input → its papers: unpacked where it is packed, its format told, what is wrong with it a rejection."""

from __future__ import annotations

from dataclasses import replace

from kg.model import Rejection
from kg.sources import listing, plain, zipped
from kg.sources.blocks import split_lines
from kg.sources.decoding import HEAD_BYTES, binary_kind, decode
from kg.sources.formats import Format, Found, Input, RefusedError, Start
from kg.sources.packed import Damage, DamagedError, MissingExtraError, is_packed, is_zip, unpacked
from kg.sources.registry import Registry


def read_input(input: Input, registry: Registry, format: Format | None) -> Found:
    """What `input` holds, all members of an archive; raises nothing for bad input."""
    if is_zip(input.head):
        yield from _read_archive(input, registry, format)
        return
    if not is_packed(input.head):
        yield from _read_content(input, registry, format)
        return
    try:
        rest = unpacked(input.head, input.rest)
    except MissingExtraError as error:
        yield _reject(input, "missing-extra", str(error))
        return
    yield from _read_unpacked(replace(input, head=rest.read(HEAD_BYTES), rest=rest), registry, format)


def _read_archive(input: Input, registry: Registry, format: Format | None) -> Found:
    """The papers of an archive's files that a folder would be read for, whatever else lies in it."""
    known = 0
    try:
        for member in zipped.members(input.file()):
            if not registry.is_known(member.name):
                continue
            known += 1
            if isinstance(member.content, Damage):
                yield _reject(input, member.content.code, member.content.message, place=member.name)
                continue
            inner = Input(input.source, member.content.read(HEAD_BYTES), member.content, name=member.name)
            for item in _read_unpacked(inner, registry, format):
                yield replace(item, place=f"{member.name}, {item.place}" if item.place else member.name)
            if member.content.damage is not None and member.content.damage.code == "bomb":
                return  # all members share what may be unpacked
    except DamagedError as error:
        yield _reject(input, error.damage.code, error.damage.message)
    except RefusedError as error:
        yield _reject(input, error.code, f"{error}: name the archive as a file")
    else:
        if not known:
            yield _reject(
                input, "no-papers", "no file in the archive has an ending that is read: give .txt, .md, .jsonl, .bib, .csv or the like"
            )


def _read_unpacked(inner: Input, registry: Registry, format: Format | None) -> Found:
    if is_packed(inner.head):
        yield _reject(inner, "nested", "packed twice, an archive in an archive: unpack it once")
        return
    yield from _read_content(inner, registry, format)


def _read_content(input: Input, registry: Registry, format: Format | None) -> Found:
    """The papers, or a rejection where there is none; then a rejection for what is wrong with the packing."""
    kind = binary_kind(input.head)
    start = Start(input.head, decode(input.head).lstrip() if kind is None else "", input.ending)
    chosen = format or registry.by_content(start)
    if chosen is None and kind is not None:
        if input.damage is None:
            yield _reject(input, "binary", f"{kind}, which is not read: give text, PDF, or metadata as JSON, CSV, BibTeX or RIS")
        else:
            yield _reject(input, input.damage.code, input.damage.message)
        return
    chosen = chosen or registry.by_ending(start)
    found = 0
    try:
        for item in chosen.read(input) if chosen else _read_plain(input):
            found += 1
            yield item
    except RefusedError as error:
        yield _reject(input, error.code, str(error), place=error.place)
        return
    except MissingExtraError as error:
        yield _reject(input, "missing-extra", str(error))
        return
    if input.damage is not None:
        yield _reject(input, input.damage.code, _of_damage(input.damage, found))
    elif not found:
        yield _nothing_in(input, start)


def _read_plain(input: Input) -> Found:
    """A listing, or one paper where there are sections of one or no second title."""
    source, lines = input.source, split_lines(input.all_text())
    if plain.is_one_paper([line.text for line in lines if len(line.text) <= 40]):
        yield plain.read_lines(lines, source, format=plain.FORMAT)
        return
    papers = list(listing.read_lines(lines, source))
    if len(papers) == 1:
        yield replace(papers[0], format=plain.FORMAT)
    elif papers or len(lines) > 1:
        yield from papers
    elif lines:
        yield plain.read_lines(lines, source, format=plain.FORMAT)


def _of_damage(damage: Damage, found: int) -> str:
    return f"{damage.message}; {found} papers before that were read" if damage.cut else damage.message


def _nothing_in(input: Input, start: Start) -> Rejection:
    if not start.text.strip() and len(input.head) < HEAD_BYTES:
        return _reject(input, "empty", "nothing in it: check that it is the right file")
    return _reject(input, "no-papers", "no title found: put each title on a line of its own above its abstract, or name the format")


def _reject(input: Input, code: str, message: str, *, place: str = "") -> Rejection:
    return Rejection(input.source, place, "read", code, message)
