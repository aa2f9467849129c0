"""Whether a format keeps its promises: `check` for tests of your own, `python -m kg.sources.conformance NAME FILE…` for a look.

A format and samples of it come in, problems in words go out. It reads odd inputs and spoiled samples, each of them twice.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.errors import KgError
from kg.model import Metadata, Record, Rejection, Section
from kg.sources.decoding import HEAD_BYTES, binary_kind, decode
from kg.sources.formats import Format, Input, RefusedError, Start
from kg.sources.registry import load

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_PAPER = "We propose OwlNet, a network for night vision. It is trained on DuskSet with 8 A100 GPUs.\n"

# Format of each → content, which no other may claim.
_KNOWN: dict[str, bytes] = {
    "listing": f"OwlNet: Night Vision for Small Drones\n\n{_PAPER}\nLampNet lights DuskSet\n\n{_PAPER}".encode(),
    "markdown": f"# OwlNet\n\n## Abstract\n\n{_PAPER}".encode(),
    "jsonl": b'{"title": "OwlNet", "abstract": "We propose OwlNet."}\n{"title": "LampNet"}\n',
    "bibtex": b"@article{owl, title={OwlNet}, year=2024}\n",
    "csv": b"id,title,abstract\n1,OwlNet,We propose OwlNet.\n",
}
_ODD: dict[str, bytes] = {
    "nothing": b"",
    "white space": b" \n\t\r\n ",
    "one character": b"x",
    "NUL bytes": b"\0" * 1000,
    "every byte": bytes(range(256)) * 4,
    "a mark of UTF-16 and half a character": b"\xff\xfeT\x00i",
    "UTF-8 cut in a character": "Ünïcödé 🦉".encode()[:-2],
    "lone carriage returns": b"a\rb\r\rc\r",
    "a very long line": b"a" * 300_000,
    "deep brackets": b"[" * 5000 + b"{" * 5000 + b"(" * 5000,
    "deep elements": b"<a>" * 5000,
    "quotes that never close": b'title,abstract\n"a,"b\n' * 50,
    "a terminal's escape codes": b"\x1b[31mred\x1b[0m\x07\n",
}


def check(format: Format, samples: Sequence[bytes] = ()) -> list[str]:
    """What keeps an object from being a good format, in words; empty if nothing.

    It knows its samples and gives papers of them, leaves known formats alone, raises nothing but `RefusedError` for odd, cut and spoiled
    inputs, gives `Record` and `Rejection` alone, with the source that it was given, and the same for the same input.

    Args:
        format: what is tried.
        samples: inputs of this format, whole, each with at least one paper.
    """
    if not isinstance(format, Format):
        return [f"it is {type(format).__name__}, not kg.sources.formats.Format"]
    problems = [] if _NAME.fullmatch(format.name) else [f'its name is {format.name!r}, and should read like "my-format"']
    problems += [f"its ending {e!r} should be in lower case with a dot" for e in format.endings if e != e.lower() or e[:1] != "."]
    for name, content in _KNOWN.items():
        problems += _of_start(format, name, content, expected=None if name == format.name else False)
    for name, content in {**_KNOWN, **_ODD}.items():
        problems += [*_of_start(format, name, content, expected=None), *_read(format, name, content)[1]]
    for number, sample in enumerate(samples, start=1):
        problems += _of_sample(format, f"sample {number}", sample)
    return list(dict.fromkeys(problems))


def _of_sample(format: Format, name: str, sample: bytes) -> Iterator[str]:
    yield from _of_start(format, name, sample, expected=True)
    found, problems = _read(format, name, sample)
    yield from problems
    if not any(isinstance(item, Record) for item in found):
        yield f"{name}: it gives no paper"
    if not any(isinstance(item, Record) and item.title.strip() for item in found):
        yield f"{name}: no paper has a title"
    for part in range(16):
        at = len(sample) * part // 16
        yield from _read(format, f"{name} cut after {at} bytes", sample[:at])[1]
        for byte in (b"\0", b"\xff", b"{", b"<", b'"'):
            yield from _read(format, f"{name} with {byte!r} at {at}", sample[:at] + byte + sample[at + 1 :])[1]


def _of_start(format: Format, name: str, content: bytes, *, expected: bool | None) -> list[str]:
    head = content[:HEAD_BYTES]
    try:
        known = format.recognises(Start(head, decode(head).lstrip() if binary_kind(head) is None else "", ""))
    except Exception as error:
        return [f"{name}: to tell the format raises {_words(error)}"]
    if expected is None or bool(known) is expected:
        return []
    return [f"{name}: it is not told by its content"] if expected else [f"{name}: it claims what is of another format"]


def _read(format: Format, name: str, content: bytes) -> tuple[list[object], list[str]]:
    """What comes of an input, and what is wrong with that."""
    first = _items(format, content)
    if isinstance(first, str):
        return [], [f"{name}: reading raises {first}"]
    problems = [f"{name}: {problem}" for item in first for problem in _of_item(format, item)]
    if _items(format, content) != first:
        problems.append(f"{name}: read twice, it gives two results")
    return first, problems


def _items(format: Format, content: bytes) -> list[object] | str:
    rest = io.BytesIO(content)
    input = Input("some/file", rest.read(HEAD_BYTES), rest)
    found: list[object] = []
    try:
        found.extend(format.read(input))
    except RefusedError as error:
        found.append(Rejection(input.source, error.place, "read", error.code, str(error)))
    except (Exception, SystemExit) as error:
        return _words(error)
    return found


def _of_item(format: Format, item: object) -> Iterator[str]:
    if isinstance(item, Record):
        texts = (item.source, item.place, item.title, item.abstract, item.issued, item.format)
        if not all(isinstance(text, str) for text in texts) or not isinstance(item.version, int):
            yield "a paper has a field of the wrong type"
        elif not isinstance(item.metadata, Metadata) or not all(isinstance(section, Section) for section in item.sections):
            yield "a paper's metadata or sections are none"
        elif item.source != "some/file":
            yield f"a paper's source is {item.source!r}, and it was given 'some/file'"
        elif item.format != format.name:
            yield f"a paper's format is {item.format!r}, and should be {format.name!r}"
    elif isinstance(item, Rejection):
        if item.source != "some/file" or item.stage != "read":
            yield f"a rejection is of source {item.source!r} and stage {item.stage!r}, and should be of 'some/file' and 'read'"
        if not item.code or not item.message or "\n" in item.message:
            yield "a rejection needs a code, and a message on one line"
    else:
        yield f"it gives {type(item).__name__}, not Record or Rejection"


def _words(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def main(name: str, files: Sequence[str]) -> int:
    """Print what is wrong with the format of this name, a line each; 1 if anything is, 2 if there is none, as the exit code."""
    try:
        registry = load()
    except KgError as error:
        sys.stderr.write(f"error: {error}\nhint:  {error.hint}\n")
        return error.exit_code
    format = registry.named(name)
    if format is None:
        sys.stderr.write(f"error: no format is called {name!r}\nhint:  use one of {', '.join(registry.names)}\n")
        return 2
    problems = check(format, [Path(file).read_bytes() for file in files])
    sys.stdout.write("".join(f"{' '.join(problem.split())}\n" for problem in problems))
    sys.stderr.write(f"{name}: {len(problems)} problems\n")
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python -m kg.sources.conformance NAME [SAMPLE...]")  # exit code 1, as Python says it
    sys.exit(main(sys.argv[1], sys.argv[2:]))
