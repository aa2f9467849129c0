"""BibTeX, entry by entry, so that one that is broken costs no other and no key is too often there.

bibtexparser reads an entry; where one begins is told by a line that begins with "@", as all programs write them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kg.model import Record, Rejection
from kg.sources.dates import of_parts
from kg.sources.decoding import decode_line
from kg.sources.fields import record
from kg.sources.formats import Format, Found, Input, Start

if TYPE_CHECKING:
    from bibtexparser.library import Library

NAME = "bibtex"

MAX_ENTRY_CHARS = 1_000_000  # an abstract has 2,000; an unclosed brace must not gather a whole file
_MAX_STRINGS = 5_000  # names that are kept: those of all journals and proceedings a person reads
_MAX_STRING_CHARS = 2_000
_AT = re.compile(r"\s*@\s*([A-Za-z]+)\s*[{(]")
_SECOND = re.compile(r"\}[ \t]{0,20}(?=@[A-Za-z]{3,20}[ \t]{0,4}\{[^\s,={}]{1,200},)")
_SIGN = re.compile(r"(?:\s*%[^\n]*\n)*\s*@\s*[A-Za-z]{3,20}\s*[{(]")
# A formula; a letter made by a command in braces of its own, as {\"U} or {\ss}; a command; a brace; anything else.
_TOKEN = re.compile(r"\$[^$]*\$|\{\\(?:[A-Za-z]+|[^A-Za-z])\s*(?:\{?\\?[A-Za-z]?\}?)\}|\\(?:[A-Za-z]+|.)|[{}]|\s+|[^{}\\\s$]+|.", re.DOTALL)
_NO_PAPERS = ("string", "comment", "preamble", "proceedings")  # "proceedings": the volume, whose papers have entries of their own
_ARXIV_WORDS = re.compile(r"arXiv:\s?(\d{4}\.\d{4,5}|[a-z-]{2,12}(?:\.[A-Z]{2})?/\d{7})", re.IGNORECASE)
_COMMENT = re.compile(r"Comment:\s*(.*)", re.DOTALL)  # arXiv's, as Zotero writes it
_CODE = ("code", "code_url", "github", "repository")
_ACL = re.compile(r"https?://(?:www\.)?aclanthology\.org/(\S+?)/?$")


def read(input: Input) -> Found:
    """One paper or rejection per entry, streamed."""
    if input.has_utf8_lines:
        lines = ((number, decode_line(line) if line is not None else None) for number, line in input.lines())
    else:
        lines = ((number, line) for number, line in enumerate(input.all_text().split("\n"), start=1))
    yield from read_lines(lines, input.source)


def read_lines(lines: Iterable[tuple[int, str | None]], source: str) -> Iterator[Record | Rejection]:
    """One paper or rejection per entry, in order; comments and strings are none."""
    strings: dict[str, str] = {}
    for number, text in _entries(lines):
        place = f"line {number}"
        kind = _kind(text)
        if len(text) > MAX_ENTRY_CHARS:
            yield Rejection(source, place, "read", "too-long", "too long for one entry: close the braces of the entry that begins here")
        elif kind == "string" and len(strings) < _MAX_STRINGS:
            _define(text, strings)
        elif kind and kind not in _NO_PAPERS:
            yield _paper(text, strings, source, place)


def _entries(lines: Iterable[tuple[int, str | None]]) -> Iterator[tuple[int, str]]:
    """(number of its first line, text) of all that begins with "@" at the start of a line."""
    kept: list[str] = []
    first, size = 0, 0
    for number, line in _split(lines):
        if line is not None and _AT.match(line):
            if kept:
                yield first, "\n".join(kept)
            kept, first, size = [line], number, len(line)
        elif kept:
            part = line if line is not None else " " * (MAX_ENTRY_CHARS + 1)
            if size <= MAX_ENTRY_CHARS:
                kept.append(part)
            size += len(part)
    if kept:
        yield first, "\n".join(kept)


def _split(lines: Iterable[tuple[int, str | None]]) -> Iterator[tuple[int, str | None]]:
    """The lines, cut where a second entry begins in one."""
    for number, line in lines:
        if line is None or "@" not in line[1:]:
            yield number, line
        else:
            yield from ((number, part) for part in _SECOND.sub("}\n", line).split("\n"))


def _kind(text: str) -> str:
    match = _AT.match(text)
    return match.group(1).lower() if match else ""


def _paper(text: str, strings: dict[str, str], source: str, place: str) -> Record | Rejection:
    fields = _fields(text, strings)
    if isinstance(fields, str):
        return Rejection(source, place, "read", "bad-bibtex", f"not valid BibTeX ({fields}): mend the entry")
    found = record(_named(fields), source, place, NAME)
    if not found.title.strip():
        return Rejection(source, place, "read", "no-title", "an entry without a title: give it one")
    return found


def _define(text: str, strings: dict[str, str]) -> None:
    """Add what a @string defines."""
    library = _parsed(text)
    for string in [] if isinstance(library, str) else library.strings:
        strings[string.key.lower()] = _value(str(string.value), strings)[:_MAX_STRING_CHARS]


def _fields(text: str, strings: dict[str, str]) -> dict[str, str] | str:
    """The fields of an entry, their names in lower case, or what is wrong with it."""
    library = _parsed(text)
    if isinstance(library, str):
        return library
    entry = library.entries[-1] if library.entries else None
    if entry is None:
        failed = library.failed_blocks[-1] if library.failed_blocks else None
        entry = getattr(failed, "ignore_error_block", None)  # the entry that has a field twice is set aside
        if entry is None or not hasattr(entry, "fields"):
            return _reason(failed)
    fields: dict[str, str] = {}
    for field in entry.fields:
        fields.setdefault(field.key.lower(), _value(str(field.value), strings))
    return fields


def _value(raw: str, strings: dict[str, str]) -> str:
    """What a value as it is written stands for: `{a} # name # {b}` is three pieces, put together."""
    return "".join(_piece(piece.strip(), strings) for piece in _pieces(raw))


def _piece(piece: str, strings: dict[str, str]) -> str:
    if piece[:1] + piece[-1:] in ("{}", '""') and len(piece) > 1:
        return piece[1:-1]
    return strings.get(piece.lower(), piece)


def _pieces(raw: str) -> Iterator[str]:
    """The parts between "#" that stands in no braces and no quotes."""
    if "#" not in raw:
        yield raw
        return
    depth, quoted, start = 0, False, 0
    for at, character in enumerate(raw):
        if character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
        elif character == '"' and depth == 0:
            quoted = not quoted
        elif character == "#" and depth == 0 and not quoted:
            yield raw[start:at]
            start = at + 1
    yield raw[start:]


def _reason(failed: object) -> str:
    error = getattr(failed, "error", None)
    words = str(getattr(error, "abort_reason", "") or error or "a brace or a quote is not closed")
    return " ".join(words.split())[:120].rstrip(". ")


def _parsed(text: str) -> Library | str:
    try:
        from bibtexparser.entrypoint import parse_string  # 60 ms: only where there is BibTeX

        logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # it warns of what we tell of
        return parse_string(text, parse_stack=[])
    except (Exception, RecursionError) as error:  # it promises none; a strange entry must not cost the others
        return type(error).__name__


def _named(fields: dict[str, str]) -> dict[str, object]:
    """The fields under the names that `kg.sources.fields` reads, without braces that only hold capitals."""
    plain = {name: _unbraced(value) for name, value in fields.items() if value.strip()}
    archive = plain.get("archiveprefix", plain.get("eprinttype", "")).lower()
    eprint = plain.get("eprint", "")
    acl = _ACL.match(plain.get("url", ""))
    comment = _COMMENT.match(plain.get("note", "") or plain.get("annote", ""))
    named: dict[str, object] = {
        "title": plain.get("title", ""),
        "abstract": plain.get("abstract", "") or plain.get("abstractnote", ""),
        "doi": plain.get("doi", ""),
        "arxiv": eprint if archive in ("arxiv", "") and eprint else _arxiv_in(plain),
        "pmid": plain.get("pmid", "") or (eprint if archive in ("pubmed", "pmid") else ""),
        "pmcid": plain.get("pmcid", "") or (eprint if archive == "pmcid" else ""),
        "acl": f"https://aclanthology.org/{acl.group(1)}" if acl else "",
        "url": "" if acl else plain.get("url", ""),
        "date": plain.get("date", "") or of_parts(plain.get("year", ""), plain.get("month", "")),
        "authors": [{"literal": name} for name in _names(fields.get("author", ""))],
        "affiliations": plain.get("affiliation", "") or plain.get("affiliations", ""),
        "venue": plain.get("journal", "") or plain.get("journaltitle", "") or plain.get("booktitle", ""),
        "keywords": plain.get("keywords", "") or plain.get("keyword", ""),
        "license": plain.get("license", "") or plain.get("licence", ""),
        "copyright": plain.get("copyright", ""),
        "comment": comment.group(1) if comment else "",
        **{name: plain[name] for name in _CODE if name in plain},
    }
    return {name: value for name, value in named.items() if value}


def _names(value: str) -> list[str]:
    """The names of an `author` field, given name first; "and others" is none."""
    from bibtexparser.middlewares.names import split_multiple_persons_names

    return [" ".join(_unbraced(_given_name_first(name)).split()) for name in split_multiple_persons_names(value)]


def _given_name_first(name: str) -> str:
    from bibtexparser.middlewares.names import parse_single_name_into_parts

    try:
        return parse_single_name_into_parts(name, strict=False).merge_first_name_first
    except Exception:  # it promises none; a strange name must not cost the others
        return name


def _unbraced(value: str) -> str:
    """`value` without the braces that keep capitals: "{BERT}: {D}eep" → "BERT: Deep". Those of commands and formulas stay."""
    if "{" not in value:
        return value
    out: list[str] = []
    kept: list[bool] = []  # of each open brace, whether it stays
    of_command = False
    for part in _TOKEN.findall(value):
        if part == "{":
            kept.append(of_command)
        if part == "}" and kept:
            of_command = kept.pop()
            out.append(part if of_command else "")
            continue
        out.append("" if part == "{" and not kept[-1] else part)
        spaced = of_command and part.isspace() and out[-2:-1] != [] and out[-2][-1:].isalpha()  # "\\emph {x}", but not "\\& {x}"
        of_command = part[0] == "\\" or spaced
    return "".join(out)


def _arxiv_in(fields: dict[str, str]) -> str:
    """The arXiv id where programs write it without a field of its own: journal = {arXiv preprint arXiv:1706.03762}."""
    places = (fields.get(name, "") for name in ("journal", "journaltitle", "number", "howpublished"))
    return next((match.group(1) for place in places if (match := _ARXIV_WORDS.search(place))), "")


def _is_bibtex(start: Start) -> bool:
    return _SIGN.match(start.text) is not None


FORMAT = Format(NAME, "BibTeX", _is_bibtex, stream=read, endings=(".bib", ".bibtex"))
