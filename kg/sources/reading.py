"""An opened input → its papers: unpacked where it is packed, its format told, what is wrong with it a rejection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kg.model import Rejection
from kg.sources import listing, plain, tarred, zipped
from kg.sources.blocks import split_lines
from kg.sources.decoding import HEAD_BYTES, binary_kind, decode
from kg.sources.formats import Format, Found, Input, RefusedError, Start
from kg.sources.members import NOT_A_FILE, Member
from kg.sources.packed import Damage, DamagedError, MissingExtraError, is_packed, is_zip, unpacked
from kg.sources.registry import Registry


def read_input(input: Input, registry: Registry, format: Format | None) -> Found:
    """What `input` holds, all members of an archive; raises nothing for bad input."""
    if is_zip(input.head):
        yield from _read_archive(input, registry, format)
        return
    if not is_packed(input.head):
        yield from _read_tar_or_content(input, registry, format)
        return
    try:
        rest = unpacked(input.head, input.rest)
    except MissingExtraError as error:
        yield _reject(input, "missing-extra", str(error))
        return
    inner = replace(input, head=rest.read(HEAD_BYTES), rest=rest)
    if is_packed(inner.head):
        yield _nested(inner)
        return
    yield from _read_tar_or_content(inner, registry, format)


def is_told(input: Input, registry: Registry) -> bool:
    """Whether content alone tells what `input` is: of a format, an archive, or packed data that is damaged or cannot be unpacked here."""
    if is_packed(input.head) and not is_zip(input.head):
        try:
            rest = unpacked(input.head, input.rest)
        except MissingExtraError:
            return True
        input = replace(input, head=rest.read(HEAD_BYTES), rest=rest)
    if input.damage is not None or is_packed(input.head) or tarred.is_tar(input.head):
        return True
    return registry.is_told(_start(input))


def begun(input: Input, registry: Registry, format: Format | None) -> Input:
    """The input of a file, with work on it begun where it is not packed, no text, and its format can."""
    if is_zip(input.head) or is_packed(input.head) or tarred.is_tar(input.head) or binary_kind(input.head) is None:
        return input
    chosen = format or registry.by_content(Start(input.head, "", input.ending, input.columns))
    return chosen.begin(input) if chosen and chosen.begin else input


def _read_tar_or_content(input: Input, registry: Registry, format: Format | None) -> Found:
    if tarred.is_tar(input.head):
        yield from _read_archive(input, registry, format)
    else:
        yield from _read_content(input, registry, format)


def _read_archive(input: Input, registry: Registry, format: Format | None) -> Found:
    """The papers of an archive's files that a folder would be read for, whatever else lies in it."""
    known = 0
    try:
        for member in _members(input):
            chosen = _chosen(input, member, registry)
            if chosen is None:
                continue
            known += 1
            if isinstance(chosen, Damage):
                yield _reject(input, chosen.code, chosen.message, place=member.name)
                continue
            for item in _read_member(chosen, registry, format):
                yield replace(item, place=f"{member.name}, {item.place}" if item.place else member.name)
            if chosen.damage is not None and chosen.damage.code == "bomb":
                return  # all members share what may be unpacked
    except DamagedError as error:
        damage = input.damage or error.damage
        yield _reject(input, damage.code, damage.message)
    except RefusedError as error:
        yield _reject(input, error.code, f"{error}: name the archive as a file")
    else:
        yield from _after_members(input, known)


def _after_members(input: Input, known: int) -> Found:
    if input.damage is not None:
        yield _reject(input, input.damage.code, input.damage.message)
    elif not known:
        yield _reject(
            input,
            "no-papers",
            "no file in the archive is one that is read, by ending or content: give .txt, .md, .jsonl, .bib, .csv or the like",
        )


def _members(input: Input) -> Iterator[Member]:
    return zipped.members(input.file()) if is_zip(input.head) else tarred.members(input.stream())


def _chosen(input: Input, member: Member, registry: Registry) -> Input | Damage | None:
    """The member as an input, or why it is not read; None where it is one that a folder would not be read for."""
    known = registry.is_known(member.name)
    if not known and not registry.may_be_known(member.name):
        return None
    if isinstance(member.content, Damage):
        return None if not known and member.content is NOT_A_FILE else member.content
    inner = Input(input.source, member.content.read(HEAD_BYTES), member.content, member.name, input.columns)
    return inner if known or is_packed(inner.head) or is_told(inner, registry) else None


def _read_member(inner: Input, registry: Registry, format: Format | None) -> Found:
    if is_packed(inner.head) or tarred.is_tar(inner.head):
        yield _nested(inner)
        return
    yield from _read_content(inner, registry, format)


def _nested(input: Input) -> Rejection:
    return _reject(input, "nested", "packed twice, an archive in an archive: unpack it once")


def _read_content(input: Input, registry: Registry, format: Format | None) -> Found:
    """The papers, or a rejection where there is none; then a rejection for what is wrong with the packing."""
    kind = binary_kind(input.head)
    start = _start(input)
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


def _start(input: Input) -> Start:
    text = decode(input.head).lstrip() if binary_kind(input.head) is None else ""
    return Start(input.head, text, input.ending, input.columns)


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
