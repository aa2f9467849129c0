"""The small graph that every query is asked: four invented papers on rivers and floods, written down by hand, with the kinds that
their things lie under, the reasons for other names, and one open question.

Each line of `CLAIMS` is one statement: paper, subject, predicate, object, the sentence that says it, the words for the
object, the words for the subject ("" where it is the paper), score, rule, devices. `graph.ttl` holds what comes of it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pyoxigraph import RdfFormat, Store, Triple, parse, serialize

from kg import vocab
from kg.graph import to_triples
from kg.model import (
    Affiliation,
    Author,
    Candidate,
    Document,
    Entity,
    EntityType,
    Evidence,
    Identifier,
    Kind,
    Knowledge,
    Merge,
    Metadata,
    Span,
    Statement,
)

FILE = Path(__file__).with_name("graph.ttl")
EXTRACTOR = "rules-1.0f0f0f0f"

MARSH, LABS = Affiliation("Marsh University, Reedham"), Affiliation("Heron Labs")
RIVER_WORKS = Metadata(
    (Author("Olga Ström", "0000-0001-5109-3700", (MARSH,)), Author("Li Wei", "", (LABS, MARSH))), venue="Journal of Rivers",
    categories=("cs.CV", "eess.IV"), licence="https://creativecommons.org/licenses/by/4.0/",
    cites=((Identifier("doi", "10.5555/basenet"),),),
)  # fmt: skip
BENCH_WORKS = Metadata(
    (Author("Li Wei"), Author("Olga Ström", "0000-0001-5109-3700")), venue="Journal of Rivers", categories=("cs.CV",),
    cites=((Identifier("arxiv", "2403.00001"),), (Identifier("doi", "10.5555/basenet"),)),
)  # fmt: skip
HERON_WORKS = Metadata(
    (Author('Ana "Nina" Ruiz'),), (LABS,), "Floods", ("cs.LG",), "all rights reserved", "8 pages",
    cites=((Identifier("arxiv", "2403.00001"),), (Identifier("arxiv", "2406.00002"),)),
)  # fmt: skip

OTTER = Document(
    key="arxiv-2403.00001", source="s", place="p", source_title="", issued="2024-03-01", identifiers=(Identifier("arxiv", "2403.00001"),),
    metadata=RIVER_WORKS,
    title="OtterNet: Segmenting Rivers on a Budget",
    abstract="We introduce OtterNet, a network for river segmentation. It is built on BaseNet and trained on RiverScenes. "
    "On RiverBench OtterNet beats PlainSeg. Training took 16 Finch T4 cards for 3 hours at Marsh University. "
    "Code: https://git.example.org/marsh/otternet.",
)  # fmt: skip
BENCH = Document(
    key="arxiv-2406.00002", source="s", place="p", source_title="", issued="2024-06-02", identifiers=(Identifier("arxiv", "2406.00002"),),
    metadata=BENCH_WORKS,
    title="RiverBench: A Benchmark of Water Images",
    abstract="We present RiverBench, a benchmark for river segmentation drawn from RiverScenes. "
    "OtterNet and PlainSeg are tested on it. OtterNet beats PlainSeg again. "
    "It comes from Heron Labs and Marsh University. Data: https://data.example.org/riverbench.",
)  # fmt: skip
HERON = Document(
    key="doi-10.5555%2Fheron", source="s", place="p", source_title="", issued="2025-01-15", identifiers=(Identifier("doi", "10.5555/heron"),),
    metadata=HERON_WORKS,
    title="HeronFlow: Forecasting Floods from Few Gauges",
    abstract="We propose HeronFlow for flood forecasting. HeronFlow extends OtterNet with GaugeMix. "
    "It outperforms PlainSeg on RiverBench and on the \"Big\" Gauge\\Set. "
    "HeronFlow ran for 14 days on 128 Finch T4 cards (24 GB) and on 2 Wren boards, and Heron Labs deployed it. Code: https://git.example.org/heron/flow.",
)  # fmt: skip
ESSAY = Document(
    key="what-rivers-cost-0badcafe", source="s", place="p", source_title="",
    title="What Rivers Cost",
    abstract="We discuss flood forecasting at large. BaseNet is one example; HeronFlow, also called HF, is another. "
    "A Finch T4 16GB would do for either.",
)  # fmt: skip

_T = EntityType
_SPELLED = Merge("Base Net", "spelling", 0.98, "'Base Net' is 'BaseNet' written otherwise")
_LISTED = Merge("T4", "gazetteer", 0.99, "'T4' is a name of 'Finch T4' in the list of known hardware")
_ALIKE = Merge("HeronFlow", "same-name", 0.98, "papers write 'HeronFlow' alike")
ENTITIES = (
    Entity("method/otternet", _T.METHOD, "OtterNet", broader="method/basenet"),
    Entity("method/basenet", _T.METHOD, "BaseNet", aliases=("Base Net",), broader="kind/river-model", merges=(_SPELLED,)),
    Entity("method/plainseg", _T.METHOD, "PlainSeg"),
    Entity("method/heronflow", _T.METHOD, "HeronFlow", aliases=("HF",), short="HF"),  # its merges: `knowledge`
    Entity("method/gaugemix", _T.METHOD, "GaugeMix"),
    Entity("method/hf", _T.METHOD, "HF"),
    Entity("dataset/riverscenes", _T.DATASET, "RiverScenes"),
    Entity("dataset/riverbench", _T.DATASET, "RiverBench"),
    Entity("dataset/big-gauge-set", _T.DATASET, '"Big" Gauge\\Set'),
    Entity("hardware/finch-t4", _T.HARDWARE, "Finch T4", aliases=("T4",), short="T4", broader="kind/finch-card", merges=(_LISTED,)),
    Entity("hardware/finch-t4-16gb", _T.HARDWARE, "Finch T4 16GB", broader="hardware/finch-t4"),
    Entity("hardware/wren-board", _T.HARDWARE, "Wren board", broader="kind/board"),
    Entity("organisation/marsh-university", _T.ORGANISATION, "Marsh University"),
    Entity("organisation/heron-labs", _T.ORGANISATION, "Heron Labs"),
    Entity("task/river-segmentation", _T.TASK, "river segmentation"),
    Entity("task/flood-forecasting", _T.TASK, "flood forecasting"),
)

KINDS = (
    Kind("kind/board", "board", ("wren board",), "kind/device"),  # a kind may bear the name of a thing
    Kind("kind/device", "device"),
    Kind("kind/finch-card", "Finch card", ("Finch graphics card",), "kind/device"),
    Kind("kind/river-model", "river model"),
)
CANDIDATES = (Candidate("method/heronflow", "method/hf", 0.5, "'HF' is a name of more than one thing"),)

_M, _D, _H, _O, _K = "method/", "dataset/", "hardware/", "organisation/", "task/"
CLAIMS: tuple[tuple[Document, str, str, str, str, str, str, float, str, int | None], ...] = (
    (OTTER, "", "introduces", _M + "otternet", "OtterNet: Segmenting", "OtterNet", "", 0.9, "introduces.title-colon", None),
    (OTTER, "", "introduces", _M + "otternet", "We introduce OtterNet", "OtterNet", "", 0.9, "introduces.title-colon", None),
    (OTTER, "", "addresses", _K + "river-segmentation", "We introduce OtterNet", "river segmentation", "", 0.8, "addresses.for", None),
    (OTTER, "", "uses", _M + "basenet", "It is built on", "BaseNet", "", 0.7, "uses.built-on", None),
    (OTTER, "", "uses", _D + "riverscenes", "It is built on", "RiverScenes", "", 0.7, "uses.trained-on", None),
    (OTTER, "", "evaluatesOn", _D + "riverbench", "On RiverBench", "RiverBench", "", 0.8, "evaluates.on", None),
    (OTTER, "", "comparesWith", _M + "plainseg", "On RiverBench", "PlainSeg", "", 0.8, "compares.beats", None),
    (OTTER, "", "runsOn", _H + "finch-t4", "Training took", "Finch T4", "", 0.9, "hardware.count", 16),
    (OTTER, "", "affiliatedWith", _O + "marsh-university", "Training took", "Marsh University", "", 0.6, "organisation.at", None),
    (
        OTTER,
        "",
        "codeRepository",
        "https://git.example.org/marsh/otternet",
        "Code:",
        "https://git.example.org/marsh/otternet",
        "",
        1.0,
        "link.code",
        None,
    ),
    (OTTER, _M + "otternet", "basedOn", _M + "basenet", "It is built on", "BaseNet", "It", 0.7, "based.built-on", None),
    (OTTER, _M + "otternet", "trainedOn", _D + "riverscenes", "It is built on", "RiverScenes", "It", 0.7, "trained.on", None),
    (OTTER, _M + "otternet", "evaluatedOn", _D + "riverbench", "On RiverBench", "RiverBench", "OtterNet", 0.8, "evaluated.on", None),
    (OTTER, _M + "otternet", "comparedWith", _M + "plainseg", "On RiverBench", "PlainSeg", "OtterNet", 0.8, "compared.beats", None),
    (
        OTTER,
        _M + "otternet",
        "appliedTo",
        _K + "river-segmentation",
        "We introduce OtterNet",
        "river segmentation",
        "OtterNet",
        0.75,
        "applied.for",
        None,
    ),
    (BENCH, "", "introduces", _D + "riverbench", "RiverBench: A", "RiverBench", "", 0.9, "introduces.title-colon", None),
    (BENCH, "", "uses", _D + "riverscenes", "We present", "RiverScenes", "", 0.6, "uses.drawn-from", None),
    (BENCH, "", "uses", _M + "otternet", "OtterNet and PlainSeg", "OtterNet", "", 0.6, "uses.tested", None),
    (BENCH, "", "comparesWith", _M + "plainseg", "OtterNet beats", "PlainSeg", "", 0.8, "compares.beats", None),
    (BENCH, "", "addresses", _K + "river-segmentation", "We present", "river segmentation", "", 0.8, "addresses.for", None),
    (BENCH, "", "affiliatedWith", _O + "heron-labs", "It comes from", "Heron Labs", "", 0.8, "organisation.from", None),
    (BENCH, "", "affiliatedWith", _O + "marsh-university", "It comes from", "Marsh University", "", 0.8, "organisation.from", None),
    (BENCH, "", "url", "https://data.example.org/riverbench", "Data:", "https://data.example.org/riverbench", "", 1.0, "link.data", None),
    (
        BENCH,
        _D + "riverbench",
        "derivedFrom",
        _D + "riverscenes",
        "We present",
        "RiverScenes",
        "RiverBench",
        0.65,
        "derived.drawn-from",
        None,
    ),
    (
        BENCH,
        _D + "riverbench",
        "benchmarkFor",
        _K + "river-segmentation",
        "We present",
        "river segmentation",
        "RiverBench",
        0.8,
        "benchmark.for",
        None,
    ),
    (BENCH, _M + "plainseg", "evaluatedOn", _D + "riverbench", "OtterNet and PlainSeg", "it", "PlainSeg", 0.45, "evaluated.tested", None),
    (BENCH, _M + "otternet", "comparedWith", _M + "plainseg", "OtterNet beats", "PlainSeg", "OtterNet", 0.8, "compared.beats", None),
    (HERON, "", "introduces", _M + "heronflow", "HeronFlow: Forecasting", "HeronFlow", "", 0.9, "introduces.title-colon", None),
    (HERON, "", "addresses", _K + "flood-forecasting", "We propose", "flood forecasting", "", 0.8, "addresses.for", None),
    (HERON, "", "uses", _M + "otternet", "HeronFlow extends", "OtterNet", "", 0.7, "uses.extends", None),
    (HERON, "", "uses", _M + "gaugemix", "HeronFlow extends", "GaugeMix", "", 0.4, "uses.with", None),
    (HERON, "", "comparesWith", _M + "plainseg", "It outperforms", "PlainSeg", "", 0.8, "compares.outperforms", None),
    (HERON, "", "evaluatesOn", _D + "riverbench", "It outperforms", "RiverBench", "", 0.8, "evaluates.on", None),
    (HERON, "", "evaluatesOn", _D + "big-gauge-set", "It outperforms", '"Big" Gauge\\Set', "", 0.5, "evaluates.on", None),
    (HERON, "", "runsOn", _H + "finch-t4", "HeronFlow ran", "Finch T4", "", 0.9, "hardware.count", 128),
    (HERON, "", "runsOn", _H + "wren-board", "HeronFlow ran", "Wren board", "", 0.9, "hardware.count", 2),
    (HERON, "", "affiliatedWith", _O + "heron-labs", "HeronFlow ran", "Heron Labs", "", 0.6, "organisation.deployed", None),
    (
        HERON,
        "",
        "codeRepository",
        "https://git.example.org/heron/flow",
        "Code:",
        "https://git.example.org/heron/flow",
        "",
        1.0,
        "link.code",
        None,
    ),
    (HERON, _M + "heronflow", "basedOn", _M + "otternet", "HeronFlow extends", "OtterNet", "HeronFlow", 0.8, "based.extends", None),
    (HERON, _M + "gaugemix", "partOf", _M + "heronflow", "HeronFlow extends", "HeronFlow", "GaugeMix", 0.4, "part.with", None),
    (HERON, _M + "heronflow", "comparedWith", _M + "plainseg", "It outperforms", "PlainSeg", "It", 0.8, "compared.outperforms", None),
    (HERON, _M + "heronflow", "runsOn", _H + "finch-t4", "HeronFlow ran", "Finch T4", "HeronFlow", 0.9, "runs.on", None),
    (HERON, _M + "heronflow", "deployedBy", _O + "heron-labs", "HeronFlow ran", "Heron Labs", "it.", 0.6, "deployed.by", None),
    (ESSAY, "", "addresses", _K + "flood-forecasting", "We discuss", "flood forecasting", "", 0.5, "addresses.discuss", None),
    (ESSAY, "", "mentions", _M + "basenet", "BaseNet is one", "BaseNet", "", 0.3, "mentions.default", None),
    (ESSAY, "", "mentions", _M + "hf", "BaseNet is one", "HF", "", 0.3, "mentions.default", None),
    (ESSAY, "", "mentions", _H + "finch-t4-16gb", "A Finch", "Finch T4 16GB", "", 0.3, "mentions.default", None),
)

# What is stated of the devices beside their number: gigabytes of one, wall-clock hours.
DEVICES: dict[tuple[str, str], tuple[float | None, float | None]] = {
    (OTTER.key, _H + "finch-t4"): (None, 3.0),
    (HERON.key, _H + "finch-t4"): (24.0, 336.0),
}


def knowledge() -> Knowledge:
    """The four papers after resolution."""
    grouped: dict[tuple[str, str, str, str], Statement] = {}
    for document, subject, predicate, object, sentence, words, by, score, rule, count in CLAIMS:
        evidence = _evidence(document.text, sentence, words, by)
        subject = subject or f"paper/{document.key}"
        key = (document.key, subject, predicate, object)
        earlier = grouped[key].evidence if key in grouped else ()
        figures = DEVICES.get((document.key, object), (None, None)) if count else (None, None)
        grouped[key] = Statement(document.key, subject, predicate, object, (*earlier, evidence), EXTRACTOR, rule, score, count, *figures)
    called = _evidence(ESSAY.text, "BaseNet is one", "HF", "HeronFlow")
    stated = Merge("HF", "stated", 0.8, "a paper calls 'HeronFlow' so beside another name", ESSAY.key, called)
    entities = (replace(entity, merges=(stated, _ALIKE)) if entity.id == "method/heronflow" else entity for entity in ENTITIES)
    return Knowledge((OTTER, BENCH, HERON, ESSAY), tuple(entities), tuple(grouped.values()), CANDIDATES, KINDS)


def _evidence(text: str, begins: str, object: str, subject: str) -> Evidence:
    start = text.index(begins)
    ends = [i for i in (text.find("\n\n", start), text.find(". ", start) + 1) if i > start]
    sentence = Span(start, min(ends, default=len(text)))
    return Evidence(sentence, _span(text, object, sentence), _span(text, subject, sentence) if subject else None)


def _span(text: str, words: str, within: Span) -> Span:
    start = text.index(words, within.start, within.end)
    return Span(start, start + len(words.rstrip(".")))


def triples() -> list[Triple]:
    """The graph as `kg.graph` makes it of the papers."""
    return to_triples(knowledge(), cited=lambda known: f"{known[0].scheme}-{known[0].value.replace('/', '%2F')}")


def read() -> list[Triple]:
    """The graph as the file holds it."""
    return [quad.triple for quad in parse(path=FILE, format=RdfFormat.TURTLE)]


def store(order: int = 1) -> Store:
    """An in-memory store of the file's graph, filled forwards (1) or backwards (-1)."""
    filled = Store()
    for quad in list(parse(path=FILE, format=RdfFormat.TURTLE))[::order]:
        filled.add(quad)
    return filled


def write() -> None:
    """Write the graph to the file: `python -m tests.queries.graph`, after a change above; read the diff."""
    prefixes = {**vocab.NAMESPACES, **vocab.data_prefixes()}
    FILE.write_bytes(serialize(triples(), format=RdfFormat.TURTLE, prefixes=prefixes))


if __name__ == "__main__":
    write()
