"""Decisions of people: what each kind says, the file they live in, and how its mistakes are told."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kg.decisions import COLUMNS, COMMENT, FILE, add, check, digest, load, parse, remove, render
from kg.errors import DecisionError, KgError
from kg.model import DECISION_FIELDS, Decision, DecisionKind, EntityType, FieldError, Relation, Role

SAME, DIFFERENT, RENAME = DecisionKind.SAME, DecisionKind.DIFFERENT, DecisionKind.RENAME
WRONG_ENTITY, WRONG_STATEMENT = DecisionKind.WRONG_ENTITY, DecisionKind.WRONG_STATEMENT
METHOD, DATASET = EntityType.METHOD, EntityType.DATASET
HEADER = "decision\ttype\tname\tpaper\tpredicate\tother_type\tother\tother_paper\tnote\n"

EXAMPLES = [
    ("same\tMethod\tOwlNet\t\t\t\tOwl-Net", Decision(SAME, METHOD, "OwlNet", other="Owl-Net")),
    (
        "same\tMethod\tOwlNet\tp1\t\t\tOwlNet\t\tas everywhere",
        Decision(SAME, METHOD, "OwlNet", "p1", other="OwlNet", note="as everywhere"),
    ),
    ("different\tDataset\tDusk\t\t\t\tDuskSet", Decision(DIFFERENT, DATASET, "Dusk", other="DuskSet")),
    ("different\tMethod\tLAMP\tp1\t\t\tLAMP", Decision(DIFFERENT, METHOD, "LAMP", "p1", other="LAMP")),
    ("rename\tMethod\towlnet\t\t\t\tOwlNet", Decision(RENAME, METHOD, "owlnet", other="OwlNet")),
    ("wrong-entity\tMethod\tNight", Decision(WRONG_ENTITY, METHOD, "Night")),
    ("wrong-entity\tMethod\tNight\tp1", Decision(WRONG_ENTITY, METHOD, "Night", "p1")),
    (
        "wrong-statement\t\t\tp1\tuses\tDataset\tDuskSet",
        Decision(WRONG_STATEMENT, paper="p1", predicate="uses", other_type=DATASET, other="DuskSet"),
    ),
    (
        "wrong-statement\tMethod\tOwlNet\tp1\ttrainedOn\tDataset\tDuskSet",
        Decision(WRONG_STATEMENT, METHOD, "OwlNet", "p1", "trainedOn", DATASET, "DuskSet"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("row", "decision"), EXAMPLES)
def test_a_row_is_a_decision_and_back(row: str, decision: Decision) -> None:
    assert parse(f"{HEADER}{row}\n", "d.tsv") == (decision,)
    assert render([decision]) == f"{HEADER}{row}\n"


def test_every_kind_has_an_example_and_a_place_in_the_table_of_fields() -> None:
    assert {decision.kind for _, decision in EXAMPLES} == set(DecisionKind) == set(DECISION_FIELDS)


# What a decision must say


@pytest.mark.parametrize(
    ("field", "make"),
    [
        ("type", lambda: Decision(SAME, None, "A", other="B")),
        ("name", lambda: Decision(WRONG_ENTITY, METHOD)),
        ("other", lambda: Decision(RENAME, METHOD, "A")),
        ("paper", lambda: Decision(WRONG_STATEMENT, predicate="uses", other_type=METHOD, other="A")),
        ("predicate", lambda: Decision(WRONG_STATEMENT, paper="p1", other_type=METHOD, other="A")),
        ("other_type", lambda: Decision(WRONG_STATEMENT, paper="p1", predicate="uses", other="A")),
        ("other_type", lambda: Decision(SAME, METHOD, "A", other_type=METHOD, other="B")),
        ("predicate", lambda: Decision(SAME, METHOD, "A", predicate="uses", other="B")),
        ("other", lambda: Decision(WRONG_ENTITY, METHOD, "A", other="B")),
        ("other_paper", lambda: Decision(RENAME, METHOD, "A", other="B", other_paper="p1")),
        ("name", lambda: Decision(WRONG_STATEMENT, METHOD, "", "p1", "uses", METHOD, "A")),
        ("type", lambda: Decision(WRONG_STATEMENT, None, "A", "p1", "basedOn", METHOD, "B")),
        ("predicate", lambda: Decision(WRONG_STATEMENT, None, "", "p1", "trainedOn", DATASET, "A")),  # a paper is not trained
        ("predicate", lambda: Decision(WRONG_STATEMENT, METHOD, "A", "p1", "introduces", METHOD, "B")),
        ("predicate", lambda: Decision(WRONG_STATEMENT, paper="p1", predicate="likes", other_type=METHOD, other="A")),
        ("paper", lambda: Decision(DIFFERENT, METHOD, "A", other="A")),
        ("paper", lambda: Decision(SAME, METHOD, "A", other="A", other_paper="p1")),
        ("other_paper", lambda: Decision(DIFFERENT, METHOD, "A", "p1", other="A", other_paper="p1")),
    ],
)
def test_a_decision_that_says_nothing_clear_is_refused(field: str, make: Callable[[], Decision]) -> None:
    with pytest.raises(ValueError) as error:
        make()
    assert isinstance(error.value, FieldError)
    assert error.value.field == field


@pytest.mark.parametrize("value", ["a\tb", "a\nb", "a\rb", "a\x85b", "a\u2028b", "a\x00", "a\ud800", " a", "a "])
def test_a_value_fits_into_a_cell(value: str) -> None:
    for field in ("name", "other", "note"):
        with pytest.raises(ValueError):
            Decision(**{"kind": SAME, "type": METHOD, "name": "A", "other": "B", field: value})


def test_decisions_sort_whatever_they_leave_out() -> None:
    decisions = [decision for _, decision in EXAMPLES]
    assert [d.cells for d in sorted(decisions)] == sorted(d.cells for d in decisions)


# The table


def test_comments_blank_lines_and_the_habits_of_editors_are_accepted() -> None:
    text = f"\ufeff# ours\r\n{HEADER.rstrip()}\r\n\r\n\t\t\r\nsame\tMethod\t A \t\t\t\tB\t\t\t\t\r\n# end"
    assert parse(text, "d.tsv") == (Decision(SAME, METHOD, "A", other="B"),)


def test_columns_come_in_any_order_and_without_a_note() -> None:
    text = "other\tname\ttype\tdecision\tpaper\tpredicate\tother_type\tother_paper\nB\tA\tMethod\tsame\n"
    assert parse(text, "d.tsv") == (Decision(SAME, METHOD, "A", other="B"),)


@pytest.mark.parametrize("text", ["", "\n", "# mine\n", "\ufeff# mine\r\n\r\n", "# mine"])
def test_a_file_without_a_row_decides_nothing_and_takes_rows(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8", newline="")
    assert load(tmp_path) == ()
    row = Decision(DecisionKind.RENAME, EntityType.METHOD, "PanGu-alpha", other="PanGu-α")
    assert add(tmp_path, [row]) == 1
    assert load(tmp_path) == (row,)
    assert (tmp_path / FILE).read_text(encoding="utf-8").replace("\r", "").startswith(text.replace("\r", ""))


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        (f"{HEADER}smae\tMethod\tA\t\t\t\tB\n", "line 2, column decision: 'smae'", "did you mean 'same'?"),
        (f"{HEADER}wrong_entity\tMethod\tA\n", "line 2, column decision", "did you mean 'wrong-entity'?"),
        (f"{HEADER}\tMethod\tA\n", "line 2, column decision: the cell is empty", "write one of same, different, rename"),
        (f"{HEADER}# why\n\nsame\tOrganization\tA\t\t\t\tB\n", "line 4, column type", "did you mean 'Organisation'?"),
        (f"{HEADER}wrong-statement\t\t\tp1\tuse\tMethod\tA\n", "line 2, column predicate", "did you mean 'uses'?"),
        (f"{HEADER}wrong-statement\t\t\tp1\tevaluatedOn\tDataset\tA\n", "line 2, column predicate", "did you mean 'evaluatesOn'?"),
        (f"{HEADER}wrong-statement\t\t\tp1\tuses\tdatasets\tA\n", "line 2, column other_type", "did you mean 'Dataset'?"),
        (f"{HEADER}same\tMethod\tA\n", "line 2, column other: a decision 'same' needs other", "a row 'same' fills type, name, other"),
        (f"{HEADER}rename\tMethod\tA\t\t\tMethod\tB\n", "line 2, column other_type", "the other cells stay empty"),
        (f"{HEADER}same\tMethod\tA\x07A\t\t\t\tB\n", "line 2, column name", "type it again"),
        (f"{HEADER}same  Method  A  B\n", "line 2, column decision: no tab", "part the cells by one tab each"),
        (f"{HEADER}same\tMethod\tA\t\t\t\tB\t\t\twhy\n", "line 2, column 10: 'why'", "a tab too many"),
        (f"{HEADER}<<<<<<< HEAD\n", "line 2, column decision: a mark of an unfinished merge", "keep the rows of both sides"),
        (HEADER.replace("\n", "\r") + "same\tMethod\tA\t\t\t\tB\r", "line 1, column decision: a carriage return", "LF or CRLF"),
        ("same\tMethod\tA\t\t\t\tB\n", "line 1, column decision: a row stands where the header", "put this line first"),
        (HEADER.replace("predicate", "predikate"), "line 1, column 5: there is no column 'predikate'", "did you mean 'predicate'?"),
        (HEADER.replace("note", "name"), "line 1, column 9: a second column 'name'", "keep one of the two"),
        (HEADER.replace("\tother_paper", ""), "line 1, column other_paper: the header lacks", "put this line first"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_to_write(text: str, place: str, hint: str) -> None:
    with pytest.raises(DecisionError) as error:
        parse(text, "papers/d.tsv")
    assert str(error.value).startswith(f"papers/d.tsv, {place}")
    assert hint in error.value.hint
    assert error.value.exit_code == 3


# Properties: any decision, any text, any file

# Letters, marks that editors and spreadsheets treat as special, and scripts written the other way
_CELLS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8) | st.sampled_from(
    ["#", '"A"', "=1+1", "<<<<<<<", "\ufeff", "OwlNet", "B"]
)
VALUES = _CELLS.filter(lambda v: v == v.strip() and not any(c < " " or "\x7f" <= c <= "\x9f" or c in "\u2028\u2029" for c in v))
PAPERS = st.just("") | st.sampled_from(["p1", "p2"])
NOTES = st.just("") | VALUES
TYPES = st.sampled_from(EntityType)


@st.composite
def _decision(draw: st.DrawFn) -> Decision:
    kind = draw(st.sampled_from(DecisionKind))
    if kind is WRONG_STATEMENT:
        type, name = draw(st.just((None, "")) | st.tuples(TYPES, VALUES))
        predicate = draw(st.sampled_from(Relation if name else Role))
        return Decision(kind, type, name, draw(VALUES), predicate, draw(TYPES), draw(VALUES), note=draw(NOTES))
    type, name, paper, note = draw(st.tuples(TYPES, VALUES, PAPERS, NOTES))
    if kind is WRONG_ENTITY:
        return Decision(kind, type, name, paper, note=note)
    other, other_paper = draw(VALUES), "" if kind is RENAME else draw(PAPERS)
    assume(kind is RENAME or name != other or (paper and paper != other_paper))
    return Decision(kind, type, name, paper, other=other, other_paper=other_paper, note=note)


DECISIONS = st.lists(_decision(), max_size=5)


@given(DECISIONS)
def test_any_decisions_survive_the_table(decisions: list[Decision]) -> None:
    assert parse(render(decisions), "d.tsv") == tuple(decisions)


@given(st.text() | st.text("\t\n\r#<same different Method BERT").map(HEADER.__add__))
def test_any_text_is_a_table_or_a_decision_error(text: str) -> None:
    try:
        decisions = parse(text, "d.tsv")
    except DecisionError:
        return
    assert parse(render(decisions), "d.tsv") == decisions


@st.composite
def _file(draw: st.DrawFn) -> bytes:
    """A file as people leave it: own order of columns, own line ends, comments, perhaps no end of the last line."""
    columns = ["decision", *draw(st.permutations(COLUMNS[1:]))]
    lines = ["\t".join(columns)]
    for decision in draw(DECISIONS):
        cells = dict(zip(COLUMNS, decision.cells, strict=True))
        lines.append("\t".join(cells[column] for column in columns) + draw(st.sampled_from(["", "\t", "  "])))
        lines.extend(draw(st.lists(st.sampled_from(["", "# ours", "#", " ", "\t\t"]), max_size=2)))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    text = draw(st.sampled_from(["", "\ufeff", f"# top{end}", end])) + end.join(lines) + draw(st.sampled_from([end, ""]))
    return text.encode()


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@given(_file(), _decision())
def test_add_then_remove_gives_the_same_bytes(tmp_path_factory: pytest.TempPathFactory, before: bytes, decision: Decision) -> None:
    folder = tmp_path_factory.mktemp("papers")
    (folder / FILE).write_bytes(before)
    known = load(folder)
    if add(folder, [decision]):
        assert load(folder) == (*known, decision)
        assert (folder / FILE).read_bytes().startswith(before)
        assume(all(k.cells[:-1] != decision.cells[:-1] for k in known))  # a rename said again after another: both rows go
        assert remove(folder, decision)
    assert (folder / FILE).read_bytes() == before
    assert _names(folder) == [FILE]


# The file


def test_a_new_file_says_what_it_is_and_goes_with_its_last_row(tmp_path: Path) -> None:
    decision = Decision(SAME, METHOD, "OwlNet", other="Owl-Net")
    assert load(tmp_path) == ()
    assert not remove(tmp_path, decision)
    assert add(tmp_path, []) == 0
    assert not (tmp_path / FILE).exists()
    assert add(tmp_path, [decision]) == 1
    assert (tmp_path / FILE).read_text(encoding="utf-8") == f"{COMMENT}{HEADER}same\tMethod\tOwlNet\t\t\t\tOwl-Net\n"
    assert load(tmp_path) == (decision,)
    assert remove(tmp_path, decision)
    assert list(tmp_path.iterdir()) == []


def test_what_stands_there_is_not_added_again(tmp_path: Path) -> None:
    assert add(tmp_path, [Decision(SAME, METHOD, "A", other="B")] * 2) == 1
    assert add(tmp_path, [Decision(SAME, METHOD, "B", other="A", note="the other way round")]) == 0
    assert add(tmp_path, [Decision(SAME, DATASET, "A", other="B"), Decision(SAME, METHOD, "A", "p1", other="B")]) == 2


def test_a_name_that_was_replaced_can_be_given_again(tmp_path: Path) -> None:
    first, second = (Decision(RENAME, METHOD, "A", other=name) for name in ("One", "Two"))
    assert add(tmp_path, [first, second]) == 2
    assert add(tmp_path, [second]) == 0
    assert add(tmp_path, [first]) == 1
    assert load(tmp_path) == (first, second, first)
    assert remove(tmp_path, first)
    assert load(tmp_path) == (second,)


def test_remove_takes_every_row_that_says_it_and_leaves_the_rest(tmp_path: Path) -> None:
    kept = "rename\tMethod\tA\t\t\t\tC\n# ours\n"
    rows = f"same\tMethod\tA\t\t\t\tB\t\twhy\n{kept}same\tMethod\tB\t\t\t\tA"
    (tmp_path / FILE).write_text(HEADER + rows, encoding="utf-8", newline="")
    assert remove(tmp_path, Decision(SAME, METHOD, "A", other="B"))
    assert (tmp_path / FILE).read_bytes().decode() == (HEADER + kept).removesuffix("\n")


@pytest.mark.parametrize("last", ["\r\n", ""])
def test_new_rows_end_as_the_lines_of_the_file_do(tmp_path: Path, last: str) -> None:
    header = HEADER.removesuffix("\n")
    (tmp_path / FILE).write_bytes(f"# ours\r\n{header}{last}".encode())
    add(tmp_path, [Decision(WRONG_ENTITY, METHOD, "Night"), Decision(WRONG_ENTITY, METHOD, "Day")])
    assert (
        tmp_path / FILE
    ).read_bytes().decode() == f"# ours\r\n{header}\r\nwrong-entity\tMethod\tNight\r\nwrong-entity\tMethod\tDay{last}"


def test_a_file_keeps_its_mode_and_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real.tsv"
    real.write_text(HEADER, encoding="utf-8")
    real.chmod(0o640)
    (tmp_path / FILE).symlink_to(real)
    add(tmp_path, [Decision(WRONG_ENTITY, METHOD, "Night")])
    assert (tmp_path / FILE).is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert real.read_text(encoding="utf-8").endswith("wrong-entity\tMethod\tNight\n")


@pytest.mark.parametrize(
    ("header", "decision", "place", "hint"),
    [
        (HEADER.replace("\tnote", ""), Decision(WRONG_ENTITY, METHOD, "A", note="why"), "column note", "add the column note"),
        ("name\t" + HEADER.replace("\tname", ""), Decision(WRONG_ENTITY, METHOD, "#A"), "column name", "make decision the first column"),
    ],
)
def test_what_the_columns_of_a_file_cannot_hold_is_not_lost_silently(
    tmp_path: Path, header: str, decision: Decision, place: str, hint: str
) -> None:
    (tmp_path / FILE).write_text(header, encoding="utf-8")
    with pytest.raises(DecisionError, match=place) as error:
        add(tmp_path, [decision])
    assert hint in error.value.hint
    assert (tmp_path / FILE).read_text(encoding="utf-8") == header


def test_a_file_with_a_mistake_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(f"{HEADER}smae\tMethod\tA\n", encoding="utf-8")
    for change in (lambda: add(tmp_path, [EXAMPLES[0][1]]), lambda: remove(tmp_path, EXAMPLES[0][1])):
        with pytest.raises(DecisionError, match="line 2"):
            change()
    assert (tmp_path / FILE).read_text(encoding="utf-8") == f"{HEADER}smae\tMethod\tA\n"


def test_a_file_that_is_not_utf8_is_told_by_line_and_column(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(HEADER.encode() + b"same\tMethod\tM\xfcller")
    with pytest.raises(DecisionError, match="line 2, column 3: not UTF-8") as error:
        load(tmp_path)
    assert "UTF-8" in error.value.hint


def test_an_absent_folder_is_told(tmp_path: Path) -> None:
    for use in (lambda f: load(f), lambda f: add(f, [EXAMPLES[0][1]]), lambda f: remove(f, EXAMPLES[0][1])):
        with pytest.raises(KgError, match="nowhere") as error:
            use(tmp_path / "nowhere")
        assert "create the folder" in error.value.hint


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(KgError, match=FILE) as error:
        load(tmp_path)
    assert "move that folder away" in error.value.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_what_may_not_be_read_or_written_is_told(tmp_path: Path) -> None:
    add(tmp_path, [EXAMPLES[0][1]])
    tmp_path.chmod(0o500)
    with pytest.raises(KgError, match="Permission denied") as error:
        add(tmp_path, [EXAMPLES[2][1]])
    tmp_path.chmod(0o700)
    assert "allow reading and writing" in error.value.hint
    (tmp_path / FILE).chmod(0)
    with pytest.raises(KgError, match="Permission denied"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("system", "hint"), [(PermissionError(13, "Permission denied"), "allow"), (OSError(28, "No space left"), "make room")]
)
def test_a_write_that_fails_leaves_the_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: OSError, hint: str
) -> None:
    add(tmp_path, [EXAMPLES[0][1]])
    before = (tmp_path / FILE).read_bytes()

    def refuse(descriptor: int) -> None:
        raise system

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(DecisionError, match=str(system.strerror)) as error:
        add(tmp_path, [EXAMPLES[2][1]])
    assert hint in error.value.hint
    assert _names(tmp_path) == [FILE]
    assert (tmp_path / FILE).read_bytes() == before


# Digest and contradictions


def test_the_digest_follows_the_rows_and_their_order() -> None:
    first, second = (Decision(RENAME, METHOD, "A", other=name) for name in ("One", "Two"))
    assert len({digest(rows) for rows in ([], [first], [second], [first, second], [second, first])}) == 5
    commented = f"# note\n{HEADER}\nrename\tMethod\tA\t\t\t\tOne\t\t\n"
    assert digest(parse(commented, "d.tsv")) == digest([first])


def test_the_same_and_different_contradict_each_other() -> None:
    rows = (Decision(SAME, METHOD, "A", other="B"), Decision(DIFFERENT, METHOD, "B", other="A"))
    assert check(rows) == ("Method 'B' and Method 'A' are said to be the same and to be different",)


def test_a_contradiction_is_found_through_other_rows_in_any_order() -> None:
    chain = [Decision(SAME, METHOD, "A", other="B"), Decision(SAME, METHOD, "C", other="B"), Decision(DIFFERENT, METHOD, "A", other="C")]
    for rows in permutations(chain):
        assert check(rows) == ("Method 'A' and Method 'C' are said to be the same and to be different",)


def test_two_names_for_one_thing_contradict_each_other() -> None:
    rows = [Decision(RENAME, METHOD, "A", other=name) for name in ("One", "Two", "One")]
    assert check(rows) == ("Method 'A' is renamed 'One', Method 'A' 'Two': one thing, two names",)
    joined = [
        Decision(RENAME, METHOD, "A", other="One"),
        Decision(RENAME, METHOD, "B", other="Two"),
        Decision(SAME, METHOD, "A", other="B"),
    ]
    assert check(joined) == ("Method 'A' is renamed 'One', Method 'B' 'Two': one thing, two names",)


def test_an_exception_for_a_paper_or_another_type_contradicts_nothing() -> None:
    assert check([
        Decision(SAME, METHOD, "A", other="B"),
        Decision(DIFFERENT, METHOD, "A", "p1", other="B"),
        Decision(DIFFERENT, DATASET, "A", other="B"),
        Decision(RENAME, METHOD, "A", other="One"),
        Decision(RENAME, METHOD, "A", "p1", other="Two"),
    ]) == ()  # fmt: skip
