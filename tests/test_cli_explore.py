"""What `kg show` says of hardware, kinds and ladders, in the words that people read."""

from __future__ import annotations

import pytest
from toy_papers import make

from kg.cli import run
from kg.cli.explore import KIND, SHOWN_BELOW, description_text
from kg.lookup import KIND as TYPE_OF_KINDS
from kg.lookup import Below, Description, Doubt, Edge, End, Quote

PAPER = End("paper/a", "Growing Trees", "Paper")
DEVICE = End("hardware/nvidia-a100", "NVIDIA A100", "Hardware")


def told(count: int | None, memory: float | None, hours: float | None) -> str:
    quote = Quote(PAPER, "runsOn", DEVICE, PAPER, "Here.", (0, 4), None, 0, 0.95, "r", "x-1", count, memory, hours)
    return description_text(Description(PAPER, (), (), (Edge(PAPER, "runsOn", DEVICE, (quote,)),), (), ()))


@pytest.mark.parametrize(
    ("count", "memory", "hours", "words"),
    [
        (8, 80.0, 336.0, "score 0.95, 8 devices of 80 GB, 14 days, 1 paper"),
        (1, None, None, "score 0.95, 1 device, 1 paper"),
        (None, 24.0, 1.0, "score 0.95, devices of 24 GB, 1 hour, 1 paper"),
        (None, None, 36.0, "score 0.95, 36 hours, 1 paper"),
        (None, None, 24.0, "score 0.95, 1 day, 1 paper"),
        (2, None, 0.5, "score 0.95, 2 devices, 30 minutes, 1 paper"),
        (None, None, None, "score 0.95, 1 paper"),
    ],
)
def test_an_edge_says_how_many_devices_of_what_size_ran_how_long(
    count: int | None, memory: float | None, hours: float | None, words: str
) -> None:
    assert f"  runsOn → NVIDIA A100  (Hardware, {words})" in told(count, memory, hours)


GPU = End("kind/gpu", "GPU", "Kind")
NVIDIA = End("kind/nvidia-gpu", "NVIDIA GPU", "Kind")
SMALL = End("hardware/nvidia-a100-40gb", "NVIDIA A100 40GB", "Hardware")


def test_a_thing_says_its_short_form_its_ladder_and_what_it_may_be() -> None:
    doubt = Doubt(End("hardware/a-100", "A-100", "Hardware"), 0.4, "a paper calls one thing so")
    below = (Below(SMALL, 1, 1), Below(End("hardware/x", "X", "Hardware"), 2, 1))
    text = description_text(Description(DEVICE, ("A100",), (), (), (), (), "A100", (NVIDIA, GPU), below, (doubt,)))
    assert text.splitlines() == [
        "NVIDIA A100  [Hardware]  hardware/nvidia-a100",
        "also called: A100",
        "short form: A100",
        "lies under: NVIDIA GPU → GPU",
        "may be the same as: A-100  (hardware/a-100, score 0.40: a paper calls one thing so)",
        "",
        "under it",
        "  NVIDIA A100 40GB  (Hardware, 1 paper)",
    ]


def test_a_kind_says_all_that_lies_under_it_step_by_step() -> None:
    below = (Below(NVIDIA, 1, 3), Below(DEVICE, 2, 2), Below(SMALL, 3, 1))
    text = description_text(Description(GPU, (), (), (), (), (), "", (End("kind/accelerator", "accelerator", "Kind"),), below))
    assert text.splitlines() == [
        "GPU  [Kind]  kind/gpu",
        "lies under: accelerator",
        "",
        "under it",
        "  NVIDIA GPU  (Kind, 3 papers)",
        "    NVIDIA A100  (Hardware, 2 papers)",
        "      NVIDIA A100 40GB  (Hardware, 1 paper)",
    ]


def test_a_long_list_is_cut_and_says_how_to_see_all_of_it() -> None:
    many = tuple(Below(End(f"hardware/x{n}", f"X{n}", "Hardware"), 1, 1) for n in range(SHOWN_BELOW + 5))
    lines = description_text(Description(GPU, (), (), (), (), (), below=many)).splitlines()
    assert len(lines) == SHOWN_BELOW + 4
    assert lines[-1] == "  … and 5 more: kg query narrower --param thing=kind:gpu"


def test_the_command_knows_the_type_of_kinds_without_the_lookup() -> None:
    assert KIND == TYPE_OF_KINDS


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(make(tmp_path_factory.mktemp("asked") / "store", wanted=["03", "07"]))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["Dusk Filter", "comparedWith", "Lantern"], ["the other way round one does: kg why Lantern comparedWith 'Dusk Filter'"]),
        (["Paper 03", "introduces", "SCM"], ["what papers say there is uses"]),
        (["SCM", "uses", "Lantern"], []),
        (["-", "trainedOn"], []),
    ],
)
def test_where_nothing_is_said_what_is_said_is_hinted_at(
    asked: list[str], words: list[str], store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["why", *asked, "--store", store]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == ["no paper says that", *words]
