"""Each corpus's own format in, annotated sentences out. The sentences are made up here."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from kg import corpora
from kg.corpora import AnnotatedSentence
from kg.errors import SourceError, UsageError

PLM = {
    "doc_id": "7",
    "doc_tokens": [],
    "sentences": [["LeafNet", "counts", "leaves", "."], ["It", "learns", "from", "Grove", "Set", "."]],
    "ner": [[[0, 0, "Method"], [1, 2, "Task"]], [[7, 8, "Dataset"]]],
    "relations": [[[0, 0, 1, 2, "Used-For"], [0, 0, 1, 2, "Used-For"]], []],
}
LLM = {
    "doc_id": 7,
    "sentence": "LeafNet beats TwigNet , and LeafNet learns from Grove Set .",
    "ner": [["LeafNet", "Method"], ["TwigNet", "Method"], ["LeafNet", "Method"], ["Grove Set", "Dataset"]],
    "rel": [["LeafNet", "Trained-With", "Grove Set"], ["LeafNet", "Compare-With", "TwigNet"], ["LeafNet", "Used-For", "not here"]],
}
CONLL = "LeafNet\t0\tB-METHOD\n2\t8\tI-METHOD\nTwigNet\t10\tB-METHOD\nwins\t17\tO\n\n\nGroveSet\t20\tI-DATASET\nGrove\t28\tI-TASK\n"
SCIREX = {
    "doc_id": "p1",
    "words": ["document", ":", "LeafNet", "We", "count", "leaves", "with", "LeafNet"],
    "sentences": [[0, 3], [3, 8]],
    "ner": [[7, 8, "Method"], [4, 6, "Task"], [2, 3, "Method"], [2, 5, "Task"], [3, 4, "Person"]],
}
BRAT_TEXT = "We used LeafStat 2.1, e.g. for counts. It is (by Grove Inc.) new.\nTwigs were cut with an axe-2."


def brat(number: int, type: str, words: str, *more: str) -> str:
    """A line for a span of `BRAT_TEXT`, in pieces where `more` is given."""
    places = [(BRAT_TEXT.index(piece), BRAT_TEXT.index(piece) + len(piece)) for piece in (words, *more)]
    shown = " ".join((words, *more)).replace("\n", " ")
    return f"T{number}\t{type} {';'.join(f'{start} {end}' for start, end in places)}\t{shown}\n"


BRAT = (
    brat(1, "Application_Usage", "LeafStat") + brat(2, "Version", "2.1") + brat(3, "Developer", "Grove Inc")
    + brat(4, "Application_Usage", "ax")  # part of a word
    + brat(5, "Application_Usage", "Twigs", "cut") + brat(6, "Creator", "Grove") + brat(7, "Version", "new.\nTwigs")
    + "R1\tVersion_of Arg1:T2 Arg2:T1\t\nR2\tDeveloper_of Arg1:T3 Arg2:T1\t\nA1\tAttribute T1\n"
)  # fmt: skip


def write(path: Path, content: str | dict) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8", newline="")
    return path


def pack(path: Path, files: dict[str, str]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content.encode())
            archive.addfile(info, io.BytesIO(content.encode()))
    return path


def told(sentence: AnnotatedSentence) -> list[str]:
    """Spans and relations in words."""
    spans = [f"{span.type}: {sentence.surface(span)}" for span in sentence.spans]
    at = sentence.spans
    return spans + [
        f"{sentence.surface(at[a])}@{at[a].start} {type} {sentence.surface(at[b])}@{at[b].start}" for a, b, type in sentence.relations
    ]


def test_scier_with_places(tmp_path: Path) -> None:
    first, second = corpora.read("scier", write(tmp_path / "plm.jsonl", PLM))
    assert told(first) == ["Method: LeafNet", "Task: counts leaves", "LeafNet@0 Used-For counts leaves@1"]
    assert told(second) == ["Dataset: Grove Set"]
    assert first.document == second.document == "7"


def test_scier_with_strings_takes_the_nearest_mention(tmp_path: Path) -> None:
    (sentence,) = corpora.read("scier", write(tmp_path / "llm.jsonl", LLM))
    assert told(sentence) == [
        "Method: LeafNet", "Method: TwigNet", "Method: LeafNet", "Dataset: Grove Set",
        "LeafNet@5 Trained-With Grove Set@8", "LeafNet@0 Compare-With TwigNet@2",
    ]  # fmt: skip


def test_scier_strings_out_of_order_and_absent(tmp_path: Path) -> None:
    row = {"doc_id": "7", "sentence": "Leaf Net Leaf", "ner": [["Net", "A"], ["Leaf", "B"], ["Leaf", "B"], ["Root", "B"]], "rel": []}
    (sentence,) = corpora.read("scier", write(tmp_path / "llm.jsonl", row))
    assert [(span.start, span.type) for span in sentence.spans] == [(0, "B"), (1, "A"), (2, "B")]


@pytest.mark.parametrize(("name", "ending"), [("tdmsci", "conll"), ("crossner", "txt")])
def test_columns(tmp_path: Path, name: str, ending: str) -> None:
    write(tmp_path / "ai" / f"dev.{ending}", CONLL.replace("\n", "\r\n"))
    write(tmp_path / "ai" / "notes.md", "not of the corpus")
    first, second = corpora.read(name, tmp_path)
    assert told(first) == ["METHOD: LeafNet 2", "METHOD: TwigNet"]
    assert told(second) == ["DATASET: GroveSet", "TASK: Grove"]  # tags that begin nothing still mark a span
    assert (first.document, second.document) == ("ai/dev:1", "ai/dev:2")


def test_scirex_keeps_spans_of_one_sentence_and_its_four_types(tmp_path: Path) -> None:
    title, sentence = corpora.read("scirex", pack(tmp_path / "docs.tar.gz", {"./train_docs/p1.json": json.dumps(SCIREX)}))
    assert told(title) == ["Method: LeafNet"]
    assert told(sentence) == ["Task: count leaves", "Method: LeafNet"]
    assert [s.document for s in (title, sentence)] == ["p1", "p1"]


def test_scirex_from_a_folder_is_the_same(tmp_path: Path) -> None:
    packed = pack(tmp_path / "docs.tar.gz", {name: json.dumps({**SCIREX, "doc_id": name}) for name in ("b.json", "a.json")})
    for name in ("b", "a"):
        write(tmp_path / "folder" / f"{name}.json", {**SCIREX, "doc_id": f"{name}.json"})
    assert list(corpora.read("scirex", packed)) == list(corpora.read("scirex", tmp_path / "folder"))


def test_somesci_drops_what_is_no_whole_words_of_one_sentence(tmp_path: Path) -> None:
    first, second, third = corpora.read("somesci", pack(tmp_path / "b.tar.gz", {"./x/p.txt": BRAT_TEXT, "./x/p.ann": BRAT}))
    assert told(first) == ["Application_Usage: LeafStat", "Version: 2 . 1", "2 . 1@3 Version_of LeafStat@2"]
    assert told(second) == ["Creator: Grove", "Developer: Grove Inc"]
    assert told(third) == []
    assert third.words == ("Twigs", "were", "cut", "with", "an", "axe", "-", "2", ".")
    assert {s.document for s in (first, second, third)} == {"x/p"}


def test_readers_begin_before_all_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "dev.jsonl", json.dumps(PLM) + "\nrubbish\n")
    sentences = corpora.read("scier", path)
    assert next(sentences).words[0] == "LeafNet"


@pytest.mark.parametrize("name", corpora.NAMES)
@pytest.mark.parametrize(
    "content", ["rubbish", "{}", "[1, 2]", '{"a": 1}', "\x00\x01", '{"doc_id": "\\ud800"}', "[" * 100_000, "word\tX-y\n", "\tO\n"]
)
def test_rubbish_is_refused_with_its_place(tmp_path: Path, name: str, content: str) -> None:
    path = write(tmp_path / "file.jsonl", content)
    with pytest.raises(SourceError, match="file") as caught:
        list(corpora.read(name, path))
    assert caught.value.hint


@pytest.mark.parametrize("name", corpora.NAMES)
def test_what_is_not_there_or_holds_nothing_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "bad.tar.gz").write_bytes(b"\x1f\x8bnot really")
    (tmp_path / "latin.conll").write_bytes(b"caf\xe9\tO\n")
    (tmp_path / "empty").mkdir()
    for path in ("absent", "empty", "bad.tar.gz", "latin.conll"):
        with pytest.raises(SourceError):
            list(corpora.read(name, tmp_path / path))


@pytest.mark.parametrize(
    "row",
    [
        {**PLM, "ner": [[[0, 9, "Method"]], []]},  # ends outside its sentence
        {**PLM, "ner": [[[0, 0, "Method"]]]},  # a sentence without its list
        {**PLM, "relations": [[[0, 0, 3, 3, "Used-For"]], []]},  # an end that is no span
        {**LLM, "ner": [["LeafNet"]]},
        {**LLM, "sentence": 3},
        {key: value for key, value in LLM.items() if key != "rel"},
    ],
)
def test_scier_with_parts_that_do_not_fit_is_refused(tmp_path: Path, row: dict) -> None:
    with pytest.raises(SourceError, match="line 2"):
        list(corpora.read("scier", write(tmp_path / "dev.jsonl", "\n" + json.dumps(row))))


@pytest.mark.parametrize("change", [{"ner": [[7, 9, "Method"]]}, {"ner": [[7, 7, "Method"]]}, {"sentences": 3}, {"words": None}])
def test_scirex_with_parts_that_do_not_fit(tmp_path: Path, change: dict) -> None:
    path = write(tmp_path / "p.json", {**SCIREX, **change})
    if "ner" in change and change["ner"][0][1] == 9:  # runs over the last sentence's end: as over any other's
        assert [told(s) for s in corpora.read("scirex", path)] == [[], []]
    else:
        with pytest.raises(SourceError, match=r"p\.json"):
            list(corpora.read("scirex", path))


def test_brat_files_come_in_pairs(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="other half"):
        list(corpora.read("somesci", write(tmp_path / "f" / "p.txt", BRAT_TEXT).parent))


def test_an_unknown_corpus_is_a_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'conll'") as caught:
        corpora.read("conll", tmp_path)
    assert "tdmsci" in caught.value.hint
