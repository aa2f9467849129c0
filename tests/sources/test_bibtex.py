"""BibTeX, RIS and MEDLINE: entries as people have them, broken ones told, none lost."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Document, Record, Rejection
from kg.sources import read
from kg.text import clean

RIS = """TY  - JOUR
TI  - OwlNet: Night Vision
AB  - We propose OwlNet,
  a network.
DO  - 10.1000/owl
PY  - 2019
DA  - 2019/03/07/
ER  -

TY  - CONF
T1  - LampNet
N2  - It lights DuskSet.
Y1  - 2020//
TY  - JOUR
AU  - Nobody
ER  -
"""
NBIB = """PMID- 12345
TI  - OwlNet: night
      vision.
AB  - We propose OwlNet.
AID - 10.1000/owl [doi]
PMC - PMC77
DP  - 2019 Mar 7
"""


def found(text: str | bytes, format: str | None = None) -> list[Record | Rejection]:
    return list(read(["-"], format=format, stdin=io.BytesIO(text.encode() if isinstance(text, str) else text)))


def one(text: str) -> Record:
    (record,) = found(text)
    assert isinstance(record, Record)
    return record


def ids(record: Record) -> dict[str, str]:
    return {identifier.scheme: identifier.value for identifier in record.identifiers}


def titles(items: list[Record | Rejection]) -> list[str]:
    return [item.title if isinstance(item, Record) else item.code for item in items]


def test_an_entry_gives_title_abstract_identifiers_and_date() -> None:
    record = one(
        '@string{nips = "NeurIPS"}\n@InProceedings{owl,\n title = {{OwlNet}: {N}ight Vision},\n abstract = "We " # {propose OwlNet.},\n'
        " booktitle = nips,\n doi = {10.1000/owl}, eprint = {2401.00001}, archivePrefix = {arXiv}, year = 2024, month = jan }\n"
    )
    assert (record.title, record.abstract, record.place, record.format) == (
        "OwlNet: Night Vision", "We propose OwlNet.", "line 2", "bibtex",
    )  # fmt: skip
    assert (ids(record), record.issued) == ({"doi": "10.1000/owl", "arxiv": "2401.00001"}, "2024-01")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("{BERT}: Pre-training of {D}eep {T}ransformers", "BERT: Pre-training of Deep Transformers"),
        (r"M{\"u}ller and {\"U}bersetzer", "Müller and Übersetzer"),
        (r"{{\'E}cole} {N}ormale", "École Normale"),
        (r"{PanGu-$\alpha$}: {$O(n)$} steps", "PanGu-α: O(n) steps"),
        (r"93.2\% on {GLUE} \& {SQuAD}", "93.2% on GLUE & SQuAD"),
        (r"\emph{The {OwlNet}} Story", "The OwlNet Story"),
        (r"Stra{\ss}e", "Straße"),
    ],
)
def test_braces_that_keep_capitals_are_no_part_of_a_name(title: str, text: str) -> None:
    document = clean(one(f"@misc{{x, title = {{{title}}}}}"))
    assert isinstance(document, Document)
    assert document.title == text


def test_a_broken_entry_costs_no_other_and_the_same_key_is_read_twice() -> None:
    items = found(
        "@article{a, title={One}}\n@article{a, title={Two}}\n@article{b, title={Broken, abstract={x}\n@article{c, title={Three}}\n"
        "@article{d, year=2001}\n@comment{jabref-meta: x}\n@proceedings{p, title={A volume}}\n@article{e, title={Four}, title={Five}}\n"
    )
    assert titles(items) == ["One", "Two", "bad-bibtex", "Three", "no-title", "Four"]
    assert [item.place for item in items] == ["line 1", "line 2", "line 3", "line 4", "line 5", "line 8"]


@pytest.mark.parametrize(
    ("field", "scheme", "value"),
    [
        ("journal = {arXiv preprint arXiv:1706.03762}", "arxiv", "1706.03762"),
        ("eprint = {1706.03762}, eprinttype = {arxiv}", "arxiv", "1706.03762"),
        ("url = {https://aclanthology.org/N19-1423/}", "acl", "https://aclanthology.org/N19-1423"),
        ("eprint = {999}, eprinttype = {pubmed}", "pmid", "999"),
    ],
)
def test_identifiers_stand_where_programs_write_them(field: str, scheme: str, value: str) -> None:
    assert ids(one(f"@article{{x, title = {{T}}, {field}}}")) == {scheme: value}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_encodings(encoding: str) -> None:
    text = "@article{x, title = {Über die Größe der Eulen}, abstract = {Wir zählen Eulen.}}\r\n"
    assert titles(found(text.encode(encoding))) == ["Über die Größe der Eulen"]


def test_an_entry_that_never_ends_is_told_and_the_next_is_read() -> None:
    items = found("@article{a, title = {" + "x\n" * 600_000 + "@article{b, title = {B}}\n")
    assert titles(items) == ["too-long", "B"]


def test_ris_gives_papers_with_or_without_their_end() -> None:
    items = found("\ufeff" + RIS)
    assert titles(items) == ["OwlNet: Night Vision", "LampNet", "no-title"]
    first, second = (item for item in items if isinstance(item, Record))
    assert (first.abstract, first.issued, ids(first), first.place) == (
        "We propose OwlNet, a network.",
        "2019-03-07",
        {"doi": "10.1000/owl"},
        "line 1",
    )
    assert (second.abstract, second.issued) == ("It lights DuskSet.", "2020")
    assert titles(found(RIS.replace("\n", "\r\n"))) == titles(items)


def test_a_last_reference_without_its_end_is_cut_where_others_have_one() -> None:
    whole, cut = "TY  - JOUR\nTI  - Owls\nER  - \n", "\nTY  - JOUR\nTI  - Lamps\nAB  - They li"
    owls, told = found(whole + cut)
    assert isinstance(owls, Record)
    assert isinstance(told, Rejection)
    assert (told.code, told.place, '"ER  - "' in told.message) == ("truncated", "line 5", True)
    assert titles(found(whole.replace("ER  - \n", "") + cut)) == ["Owls", "Lamps"]  # some programs write no ends
    assert titles(found(cut.strip())) == ["Lamps"]
    assert titles(found(cut + "\n" + whole)) == ["Lamps", "Owls"]


def test_medline_goes_on_in_lines_that_are_indented() -> None:
    record = one(NBIB)
    assert (record.title, record.issued, record.format) == ("OwlNet: night vision.", "2019-03-07", "medline")
    assert ids(record) == {"pmid": "12345", "doi": "10.1000/owl", "pmcid": "PMC77"}


LINES = st.lists(
    st.sampled_from(["@article{a, ", "title = {T", "}", '"', "@string{x = ", "#", "abstract = x # {y}", "\\", "{{", "$", "TY  - JOUR", "TI  - T", "ER  -", "PMID- 1", ","])
    | st.text(max_size=20),
    max_size=25,
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(LINES, st.sampled_from(["\n", "", "\r", " "]), st.sampled_from(["bibtex", "ris", "medline"]))
def test_no_text_raises(parts: list[str], between: str, format: str) -> None:
    assert found(between.join(parts).encode("utf-8", errors="replace"), format)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300), st.sampled_from(["bibtex", "ris", "medline"]))
def test_no_bytes_raise(data: bytes, format: str) -> None:
    assert found(data, format)


def test_two_entries_in_one_line_are_two_and_a_dash_in_an_abstract_is_no_tag() -> None:
    assert titles(found("@article{a, title={One}} @article{b, title={Two}}@misc{c, title={Three}}\n")) == ["One", "Two", "Three"]
    record = one("TY - JOUR\nTI - Owls\nAB - We study\nDNA - and RNA\nER -\n")
    assert record.abstract == "We study DNA - and RNA"


def test_a_line_in_another_encoding_far_down_is_read() -> None:
    far = b"% comment\n" * 8000
    assert titles(found(far + "@article{a, title={Größe}}\n".encode("latin-1"), "bibtex")) == ["Größe"]
