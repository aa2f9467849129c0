"""The quads of a file, whatever format and packing it has, with errors that say where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import IO, cast

from pyoxigraph import Quad, RdfFormat, Triple, parse

from kg.errors import SourceError
from kg.files.content import STDIN_NAME, Content, open_content
from kg.files.formats import ENDINGS, detect, ending, known
from kg.resources import STDIN

_ENTITY = re.compile(r"<!ENTITY\s+(%?)\s*([^\s>]+)\s+(?:\"([^\"]*)\"|'([^']*)'|(SYSTEM|PUBLIC))")
_LONGEST_ENTITY = 256  # characters: an entity stands for a namespace
_POSITION = re.compile(r"^Parser error at line (\d+)[^:]*: ")


def read_triples(path: Path) -> Iterator[Triple]:
    """The triples of a file, once each, whatever graph they stand in; blank nodes keep their labels.

    Raises:
        SourceError: the file cannot be opened, unpacked or parsed; says at which line.
    """
    seen: set[Triple] = set()
    with open_content(path) as content:
        for quad in quads(content, address(path)):
            if quad.triple not in seen:
                seen.add(quad.triple)
                yield quad.triple


def quads(content: Content, base_iri: str) -> Iterator[Quad]:
    """The quads of a file, in its order, as often as they stand there.

    Args:
        content: of the file.
        base_iri: what relative IRIs are relative to, where the file does not say.

    Raises:
        SourceError: it cannot be unpacked or parsed; says at which line.
    """
    format = detect(content.name, content.head)
    if format is RdfFormat.RDF_XML:
        _check_entities(content)
    try:
        yield from parse(cast("IO[bytes]", content), format=format, base_iri=base_iri)
    except SyntaxError as error:
        raise _broken(content, format, error) from error
    except (UnicodeError, ValueError) as error:
        raise SourceError(f"{content.name}: {error}", hint="correct the file, or export the graph again") from error
    except OSError as error:
        raise SourceError(f"cannot read {content.name}: {error.strerror or error}", hint="check the path and its rights") from error


def address(path: Path) -> str:
    """The IRI of a file, to which relative IRIs in it are relative; for standard input that of the working folder."""
    return Path.cwd().as_uri() + "/" if str(path) == STDIN else path.absolute().as_uri()


def _check_entities(content: Content) -> None:
    """Refuse entities that stand for more entities, for files or for long texts: a few lines of them fill any memory."""
    text = content.head.decode("utf-8", "replace")
    found = [*_ENTITY.finditer(text)]
    values = [match[3] or match[4] or "" for match in found]
    if any(match[1] or match[5] for match in found) or any("&" in value or len(value) > _LONGEST_ENTITY for value in values):
        raise SourceError(f"{content.name} defines entities that stand for more than a namespace", hint="write the names out")
    if "<!DOCTYPE" in text and "[" in text and not re.search(r"\]\s*>", text):
        raise SourceError(f"{content.name} has a document type that does not end in its first {len(text)} characters", hint="leave it out")


def _broken(content: Content, format: RdfFormat, error: SyntaxError) -> SourceError:
    message = _POSITION.sub("", error.msg or "it cannot be parsed")
    found = _POSITION.match(error.msg or "")
    line = error.lineno or (int(found[1]) if found else None)
    where = content.name if line is None else f"{content.name}, line {line}"
    if "LoadDocumentCallback" in message:
        return SourceError(f"{content.name} names a context on the network, and nothing is fetched", hint="put the context into the file")
    hint = "correct the line, or export the graph again"
    if format is RdfFormat.TURTLE and ("{" in message or "GRAPH" in message.upper()):
        hint = "a file with named graphs ends in .trig; else correct the line"
    if ending(PurePath(content.name)) not in ENDINGS and content.name != STDIN_NAME:
        where, hint = (
            f"{content.name} is not RDF, it seems{where.removeprefix(content.name)}",
            f"files that end in {known()} can be read",
        )
    return SourceError(f"{where}: {' '.join(message.split())[:200]} (read as {format.name})", hint=hint)
