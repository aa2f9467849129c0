"""What sources state of papers beside their text: the same from JSON, BibTeX, RIS, MEDLINE, tables, Parquet and front matter."""

from __future__ import annotations

import io
import json

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Affiliation, Author, Identifier, Metadata, Record
from kg.sources import read
from kg.sources.fields import paper
from kg.sources.layout import _NAMES, _SCHEMES
from kg.sources.limits import MAX_STATED
from kg.sources.metadata import subjects
from kg.text import clean

JANE, ROB = Author("Jane Doe"), Author("Rob Roe")
ORCID, ROR = "https://orcid.org/0000-0002-1825-0097", "https://ror.org/048tbm396"


def found(data: str | bytes, format: str | None = None) -> list[Record]:
    items = list(read(["-"], format=format, stdin=io.BytesIO(data.encode() if isinstance(data, str) else data)))
    assert all(isinstance(item, Record) for item in items), items
    return [item for item in items if isinstance(item, Record)]


def stated(data: str | dict[str, object], format: str | None = None) -> Metadata:
    (record,) = found(data if isinstance(data, str) else json.dumps(data), format)
    return record.metadata


def doi(value: str) -> tuple[Identifier, ...]:
    return (Identifier("doi", value),)


ARXIV: dict[str, object] = {
    "id": "2401.00001", "submitter": "X", "title": "Owls", "authors": "Jane Doe and Rob Roe", "abstract": "We count.", "authors_parsed": [["Doe", "Jane", ""], ["Roe", "Rob", ""]],
    "comments": "12 pages; code at https://github.com/a/b", "journal-ref": "Nature 1 (2024)", "categories": "cs.CL cs.AI hep-th", "doi": None,
    "license": "http://creativecommons.org/licenses/by/4.0/", "report-no": None, "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}],
}  # fmt: skip
OPENALEX: dict[str, object] = {
    "id": "https://openalex.org/W1", "display_name": "Owls", "abstract_inverted_index": {"We": [0]},
    "authorships": [{"author": {"display_name": "Jane Doe", "orcid": ORCID}, "raw_affiliation_strings": ["Physics, Univ Turin"],
                     "institutions": [{"id": "I1", "display_name": "University of Turin", "ror": ROR}]}],
    "primary_location": {"license": None, "source": {"display_name": "Nature"}}, "best_oa_location": {"license": "cc-by"},
    "topics": [{"display_name": "Owl Studies"}, {"display_name": "Night"}], "keywords": [{"display_name": "owl"}],
    "referenced_works": ["https://openalex.org/W2", "https://openalex.org/W3", "https://openalex.org/W2"], "institutions": [],
}  # fmt: skip
S2: dict[str, object] = {
    "paperId": "a" * 40, "title": "Owls", "authors": [{"authorId": "1", "name": "Jane Doe", "affiliations": ["Univ Turin"], "externalIds": {"ORCID": ORCID}}],
    "venue": "", "journal": {"name": "Nature"}, "s2FieldsOfStudy": [{"category": "Biology", "source": "x"}, {"category": "Biology", "source": "y"}],
    "openAccessPdf": {"url": "https://x.org/a.pdf", "license": "CCBY"},
    "references": [{"paperId": "b" * 40, "externalIds": {"DOI": "10.1/b", "PubMedCentral": "7"}}, {"paperId": None, "title": "?"}, {"citedPaper": {"corpusId": 9}}],
}  # fmt: skip
CROSSREF: dict[str, object] = {
    "DOI": "10.1000/x", "title": ["Owls"], "reference-count": 3, "prefix": "10.1000", "member": "1", "container-title": ["Nature"], "subject": ["Biology"],
    "author": [{"given": "Jane", "family": "Doe", "ORCID": ORCID, "affiliation": [{"name": "Univ Turin", "id": [{"id": ROR, "id-type": "ROR"}]}]}, {"name": "The Owl Group"}],
    "license": [{"content-version": "tdm", "URL": "https://tdm"}, {"content-version": "vor", "URL": "https://by/4.0"}],
    "reference": [{"key": "1", "DOI": "10.1/b"}, {"key": "2", "unstructured": "A. Owl, 1999."}],
}  # fmt: skip


def test_arxiv() -> None:
    assert stated(ARXIV) == Metadata(
        authors=(JANE, ROB), venue="Nature 1 (2024)", categories=("cs.CL", "cs.AI", "hep-th"), licence="http://creativecommons.org/licenses/by/4.0/",
        comment="12 pages; code at https://github.com/a/b",
    )  # fmt: skip


@pytest.mark.parametrize(
    "authors", [["Jane Doe", "Rob Roe"], "Jane Doe, Rob Roe", [{"name": "Jane Doe"}, {"name": "Rob Roe"}], "['Doe, Jane', 'Roe, Rob']"]
)
def test_dumps_that_look_like_arxiv(authors: object) -> None:
    entry = {
        "arxiv_id": "2401.00001",
        "Title": "Owls",
        "summary": "We count.",
        "authors": authors,
        "categories": "['cs.CL' 'cs.AI']",
        "code_url": "https://github.com/a/b",
    }
    assert stated(entry) == Metadata(authors=(JANE, ROB), categories=("cs.CL", "cs.AI"), code=("https://github.com/a/b",))


def test_openalex() -> None:
    assert stated(OPENALEX) == Metadata(
        authors=(Author("Jane Doe", ORCID, (Affiliation("Physics, Univ Turin", "University of Turin", ROR),)),), venue="Nature", licence="cc-by",
        categories=("Owl Studies", "Night"), cites=((Identifier("openalex", "https://openalex.org/W2"),), (Identifier("openalex", "https://openalex.org/W3"),)),
    )  # fmt: skip


def test_semantic_scholar() -> None:
    assert stated(S2) == Metadata(
        authors=(Author("Jane Doe", ORCID, (Affiliation("Univ Turin"),)),), venue="Nature", categories=("Biology",), licence="CCBY",
        cites=((Identifier("s2", "b" * 40), Identifier("doi", "10.1/b"), Identifier("pmcid", "PMC7")), (Identifier("corpusid", "9"),)),
    )  # fmt: skip


def test_crossref() -> None:
    assert stated(CROSSREF) == Metadata(
        authors=(Author("Jane Doe", ORCID, (Affiliation("Univ Turin", "", ROR),)), Author("The Owl Group")), venue="Nature", categories=("Biology",),
        licence="https://by/4.0", cites=(doi("10.1/b"),),
    )  # fmt: skip


def test_csl_and_core() -> None:
    csl = {"id": "x", "type": "article", "title": "Owls", "issued": {"date-parts": [[2007]]}, "container-title": "Nature", "keyword": "owls, night",
           "author": [{"family": "Gogh", "given": "V.", "non-dropping-particle": "van"}, {"literal": "Google, Inc."}], "license": "2016, Elsevier"}  # fmt: skip
    assert stated(csl) == Metadata(authors=(Author("V. van Gogh"), Author("Google, Inc.")), venue="Nature", categories=("owls", "night"))
    core = {
        "coreId": "1",
        "title": "Owls",
        "authors": ["Doe, Jane", "Roe, Rob"],
        "journals": [{"title": "Nature"}],
        "topics": ["owls"],
        "references": [{"id": 3, "doi": "10.1/b"}],
    }
    assert stated(core) == Metadata(authors=(JANE, ROB), venue="Nature", categories=("owls",), cites=(doi("10.1/b"),))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"repo_url": "https://github.com/a/b"}, ("https://github.com/a/b",)),
        ({"github": "a/b"}, ("https://github.com/a/b",)),
        ({"githubRepo": "github.com/a/b"}, ("https://github.com/a/b",)),
        ({"code": "see https://x.org/code."}, ("https://x.org/code",)),
        ({"code": [{"url": "https://x.org/1"}, "https://x.org/2", None]}, ("https://x.org/1", "https://x.org/2")),
        ({"official_code": {"url": "https://x.org/1", "url2": 3}, "repo": "https://x.org/1"}, ("https://x.org/1",)),
        ({"code": "print(1)", "repo": 7, "github": "javascript:alert(1)", "github_url": "x y"}, ()),
    ],
)
def test_addresses_of_code(fields: dict[str, object], code: tuple[str, ...]) -> None:
    assert stated({"title": "Owls", **fields}).code == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cs.CL math.MP", ("cs.CL", "math.MP")),
        ("hep-th", ("hep-th",)),
        ("cond-mat.mes-hall quant-ph", ("cond-mat.mes-hall", "quant-ph")),
        ("cs.CL, cs.AI", ("cs.CL", "cs.AI")),
        ("machine learning", ("machine learning",)),
        ("owls; night, dark", ("owls", "night, dark")),
        ("owls, duplication (lung, liver), owls", ("owls", "duplication (lung, liver)")),
        (" ; ", ()),
    ],
)
def test_subjects_in_a_text(text: str, expected: tuple[str, ...]) -> None:
    assert subjects(text) == expected


@pytest.mark.parametrize("venue", ["arXiv preprint arXiv:1706.03762", "CoRR, abs/1706.03762", "arXiv:1501.04916 [physics]"])
def test_a_preprint_has_no_venue(venue: str) -> None:
    assert stated({"title": "Owls", "journal": venue}).venue == ""


BIBTEX = r"""@inproceedings{a, title={Owls}, author={Doe, Jane and Rob Roe and {Google, Inc.} and de la Cruz, Jr, J. and others},
 booktitle={Proc. of {ACL}}, keywords={owls, night}, note={Comment: 12 pages}, github={a/b}, copyright={https://by/4.0}, affiliation={Univ Turin}}"""
RIS = "TY  - JOUR\nTI  - Owls\nAU  - Doe, Jane\nA1  - Roe, Rob\nAD  - Univ Turin\nT2  - Nature\nJ2  - Nat\nKW  - owls\nKW  - night\nN1  - Comment: 12 pages\nER  - \n"
MEDLINE = """PMID- 1
TI  - Owls
FAU - Doe, Jane
AU  - Doe J
AUID- ORCID: 0000-0002-1825-0097
AD  - Department of Owls, Univ Turin,
      Italy.
AD  - CERN.
FAU - Roe, Rob
AU  - Roe R
CN  - The Owl Group
JT  - Nature
TA  - Nat
MH  - *Owls/physiology
MH  - Humans
"""


def test_bibtex() -> None:
    assert stated(BIBTEX) == Metadata(
        authors=(JANE, ROB, Author("Google, Inc."), Author("J. de la Cruz Jr")), affiliations=(Affiliation("Univ Turin"),), venue="Proc. of ACL",
        categories=("owls", "night"), licence="https://by/4.0", comment="12 pages", code=("https://github.com/a/b",),
    )  # fmt: skip


def test_ris() -> None:
    assert stated(RIS) == Metadata(
        authors=(JANE, ROB), affiliations=(Affiliation("Univ Turin"),), venue="Nature", categories=("owls", "night"), comment="12 pages"
    )


def test_medline() -> None:
    jane = Author("Jane Doe", "0000-0002-1825-0097", (Affiliation("Department of Owls, Univ Turin, Italy."), Affiliation("CERN.")))
    assert stated(MEDLINE) == Metadata(authors=(jane, ROB, Author("The Owl Group")), venue="Nature", categories=("Owls", "Humans"))
    short = MEDLINE.replace("FAU - Doe, Jane\n", "").replace("FAU - Roe, Rob\n", "")
    assert [author.name for author in stated(short).authors] == ["J Doe", "R Roe", "The Owl Group"]


@pytest.mark.parametrize(
    "text",
    [
        'Title,Authors,Source title,Author Keywords,Affiliations,License\nOwls,"Doe, Jane; Roe, Rob",Nature,owls; night,Univ Turin; CERN,CC BY\n',
        'TI,AF,SO,DE,C1,rights\nOwls,"Doe, Jane; Roe, Rob",Nature,owls; night,"[Doe, Jane; Roe, R] Univ Turin; [Roe, Rob] CERN",CC BY\n'.replace(
            ",SO,", ",journal,"
        ),
        "title,authors,venue,categories,affiliation,license\nOwls,\"['Jane Doe', 'Rob Roe']\",Nature,\"['owls' 'night']\",Univ Turin;CERN,CC BY\n",
    ],
)
def test_tables(text: str) -> None:
    assert stated(text) == Metadata(
        authors=(JANE, ROB),
        affiliations=(Affiliation("Univ Turin"), Affiliation("CERN")),
        venue="Nature",
        categories=("owls", "night"),
        licence="CC BY",
    )


def test_tables_of_openalex_and_embase() -> None:
    text = "title,authorships.author.display_name,referenced_works\nOwls,Jane Doe|Rob Roe,https://openalex.org/W2|https://openalex.org/W3\n"
    assert stated(text) == Metadata(
        authors=(JANE, ROB),
        cites=((Identifier("openalex", "https://openalex.org/W2"),), (Identifier("openalex", "https://openalex.org/W3"),)),
    )
    assert stated('Title,Author Names,Source\nOwls,"Doe J., Roe R.A.",Nature (2014) 3:3 (152-160)\n') == Metadata(
        authors=(Author("J. Doe"), Author("R.A. Roe")), venue="Nature"
    )
    assert stated("Title,Abstract,Source\nOwls,We count.,Scopus\n") == Metadata()


FRONT = """---
title: Owls: a study
{people}
keywords: [owls, "night, dark"]
journal: Nature
doi: 10.1000/x
github: a/b
---

We count owls.
"""


@pytest.mark.parametrize(
    "people",
    ["authors: Jane Doe, Rob Roe", "authors: [Jane Doe, 'Roe, Rob']", "author:\n  - Jane Doe\n  - Rob Roe", "authors:\n- name: Jane Doe\n- given-names: Rob\n  surname: Roe"],
)  # fmt: skip
def test_front_matter(people: str) -> None:
    (record,) = found(FRONT.replace("{people}", people))
    assert (record.title, record.identifiers) == ("Owls: a study", (Identifier("doi", "10.1000/x"),))
    assert record.metadata == Metadata(
        authors=(JANE, ROB), venue="Nature", categories=("owls", "night, dark"), code=("https://github.com/a/b",)
    )


def test_front_matter_with_affiliations_by_number() -> None:
    people = """authors:
  - name: Jane Doe
    orcid: 0000-0002-1825-0097
    affiliation: "1, 2"
  - name: Rob Roe
    affiliation: 2
affiliations:
  - name: Univ Turin
    index: 1
    ror: 048tbm396
  - name: CERN
    index: 2"""
    metadata = stated(FRONT.replace("{people}", people))
    cern = Affiliation("CERN")
    assert metadata.authors == (
        Author("Jane Doe", "0000-0002-1825-0097", (Affiliation("Univ Turin", "", "048tbm396"), cern)),
        Author("Rob Roe", "", (cern,)),
    )
    assert metadata.affiliations == ()


@pytest.mark.parametrize("paper", [ARXIV, OPENALEX, S2, CROSSREF], ids=["arxiv", "openalex", "semantic-scholar", "crossref"])
def test_parquet_gives_what_json_lines_give(paper: dict[str, object]) -> None:
    paper = {name: value for name, value in paper.items() if name != "abstract_inverted_index"}
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([paper]), out)
    (row,) = found(out.getvalue())
    (line,) = found(json.dumps(paper))
    assert (row.metadata, row.title, row.identifiers, row.issued, row.format) == (
        line.metadata,
        line.title,
        line.identifiers,
        line.issued,
        line.format,
    )


def test_there_are_bounds() -> None:
    many = {"title": "Owls", "DOI": "10.1/x", "reference-count": 1, "reference": [{"DOI": f"10.1000/{n}"} for n in range(MAX_STATED + 5)]}
    assert len(stated(many).cites) == MAX_STATED
    assert (
        stated({"title": "Owls", "comment": "x" * 100_000, "venue": "x" * 100_000, "license": "x" * 100_000, "doi": "1" * 5000})
        == Metadata()
    )


NAMES = sorted({name for names in [*_NAMES.values(), *_SCHEMES.values()] for name in names})
INNER = ["name", "display_name", "author", "family", "affiliation", "institutions", "url", "URL", "license", "source", "content-version", "DOI", "paperId",
         "externalIds", "citedPaper", "data", "link", "category", "versions", "title", "text"]  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
    | st.sampled_from(["Doe, Jane", "['a', 'b']", "[[[", "cs.CL cs.AI", "10.1000/x", "https://github.com/a/b", "a/b", "vor", "https://openalex.org/W1"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(INNER) | st.text(max_size=3), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


def is_of_right_types(metadata: Metadata) -> bool:
    texts = [metadata.venue, metadata.licence, metadata.comment, *metadata.categories, *metadata.code]
    texts += [text for author in metadata.authors for text in (author.name, author.orcid)]
    texts += [text for one in metadata.stated_affiliations() for text in (one.text, one.name, one.ror)]
    texts += [text for work in metadata.cites for one in work for text in (one.scheme, one.value)]
    return all(isinstance(text, str) for text in texts) and all(metadata.cites) and hash(metadata) is not None


@settings(deadline=None, max_examples=300)
@given(
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8),
    st.sampled_from([None, "arxiv", "openalex", "s2orc", "crossref", "csl-json", "core", "semantic-scholar"]),
)
def test_no_value_raises(entry: dict[str, object], format: str | None) -> None:
    for item in read(["-"], format=format, stdin=io.BytesIO(json.dumps({**entry, "title": "Owls"}).encode())):
        assert isinstance(item, Record)
        assert is_of_right_types(item.metadata)
        clean(item)


PARTS = ["title: T\n", "authors:", "- ", "  ", "\n", "name: x\n", "[a, 'b", "]", '"', "index: 1\n", "affiliations:\n", "---\n", "#", "| "]


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(PARTS), max_size=25))
def test_no_front_matter_raises(parts: list[str]) -> None:
    for item in read(["-"], format="markdown", stdin=io.BytesIO(("---\n" + "".join(parts) + "\n---\n# T\n\nText.\n").encode())):
        assert isinstance(item, Record)
        assert is_of_right_types(item.metadata)


@settings(deadline=None, max_examples=100)
@given(st.text(st.sampled_from("Aa, {}\\\"'and\n"), max_size=40))
def test_no_names_of_bibtex_raise(text: str) -> None:
    assert list(read(["-"], format="bibtex", stdin=io.BytesIO(f"@article{{a, title={{T}}, author={{{text}}}}}\n".encode())))


def test_works_that_lists_of_references_give_by_identifiers_alone() -> None:
    assert stated({"title": "Owls", "outbound_citations": ["77", 78, "x", None]}).cites == (
        (Identifier("corpusid", "77"),),
        (Identifier("corpusid", "78"),),
    )
    assert stated({"title": "Owls", "outCitations": ["a" * 40]}).cites == ((Identifier("s2", "a" * 40),),)
    assert stated({"title": "Owls", "references": ["10.1000/x", "A. Owl, 1999.", {"id": 7}, {"id": "arXiv:2401.00001"}]}).cites == (
        doi("10.1000/x"),
        (Identifier("arxiv", "arXiv:2401.00001"),),
    )


@pytest.mark.parametrize(
    ("field", "written", "read"),
    [
        ("rights", "CC BY 4.0", "CC BY 4.0"),
        ("rights", "© 2020 Springer. All rights reserved by the publisher and its authors.", ""),
        ("rights", "This is an open access article under the CC BY-NC-ND 4.0 license", "CC BY-NC-ND 4.0"),
        ("copyright", "Jane Doe", ""),
        ("license", "CC-BY for all of it but the figures in section 3", "CC-BY for all of it but the figures in section 3"),
    ],
)
def test_rights_tell_a_licence_where_they_name_one(field: str, written: str, read: str) -> None:
    assert paper({"title": "T", field: written}, "a", "1", "jsonl").metadata.licence == read


def test_an_address_of_code_keeps_its_brackets_and_loses_those_around_it() -> None:
    def code(written: str) -> tuple[str, ...]:
        return paper({"title": "T", "code_url": written}, "a", "1", "jsonl").metadata.code

    assert code("https://github.com/a/b_(c)") == ("https://github.com/a/b_(c)",)
    assert code("here (https://github.com/a/b).") == ("https://github.com/a/b",)
