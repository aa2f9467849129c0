"""A short run of the fuzzer, and that it would find what is wrong."""

from __future__ import annotations

import importlib.util
import random
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from kg.sources import ris


def _parsers() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz_parsers", Path(__file__).with_name("parsers.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["fuzz_parsers"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


parsers = _parsers()


@pytest.mark.slow
def test_twenty_seconds_of_spoiled_inputs_find_nothing(tmp_path: Path) -> None:
    outcome = parsers.Fuzzer(7, tmp_path / "found").run(20)
    assert outcome.inputs > 100
    assert len(outcome.formats) > 8
    kept = {what: Path(path).read_bytes()[:300] for what, path in outcome.findings.items()}
    assert not kept


def test_the_same_seed_gives_the_same_inputs() -> None:
    def some() -> list[bytes]:
        draw = random.Random(5)
        return [parsers.spoiled(draw, draw.choice(parsers.invented()).data, b"other " * 50) for _ in range(50)]

    assert some() == some()


def test_an_error_a_hang_and_much_memory_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers, "SECONDS", 0.2)
    held: list[bytearray] = []

    def read(input: object, registry: object, format: object) -> object:
        number = next(numbers)
        if number == 0:
            raise IndexError("a mistake")
        if number == 1:
            time.sleep(5)
        if number == 2:
            held.append(bytearray(b"x" * (parsers.MEMORY + 200) * 1024 * 1024))
        return iter(())

    numbers = iter(range(1000))
    monkeypatch.setattr(parsers, "read_input", read)
    outcome = parsers.Fuzzer(1, tmp_path).run(30, most=4)
    held.clear()
    assert [what.split(":")[0].split(" at ")[0] for what in outcome.findings] == ["IndexError", "hang", "memory"]
    assert all(Path(path).stat().st_size for path in outcome.findings.values())


def test_every_format_that_is_read_here_has_a_seed() -> None:
    fuzzer = parsers.Fuzzer(1, Path("unused"))
    names = {format.name for format in parsers.load().formats}
    assert ris.FORMAT.name in names
    read = parsers.Counter()
    fuzzer.outcome.formats = read
    for seed in parsers.invented():
        fuzzer._read(seed.data, None, "")
    assert {"arxiv", "atom", "bibtex", "csv", "html", "jats", "listing", "markdown", "medline", "openalex", "ris", "tei", "tsv"} <= set(
        read
    )
