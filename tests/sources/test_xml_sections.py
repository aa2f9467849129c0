"""Full texts: which sections are read of them, with which headings, and what of figures, notes and numbers reaches the text."""

from __future__ import annotations

import copy
import random
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kg.model import Record, Rejection, Section
from kg.sources.xml import detect, read
from kg.sources.xml.sections import MAX_LEVELS, caption


def sections(xml: str) -> tuple[Section, ...]:
    data = xml.encode()
    (found,) = read([data], "some.xml", detect(data))
    assert isinstance(found, Record), found
    return found.sections


def outline(xml: str) -> list[tuple[str, str]]:
    assert not any(section.within for section in sections(xml))
    return [(section.heading, section.text) for section in sections(xml)]


# JATS


def jats(body: str = "", *, back: str = "", meta: str = "", after: str = "") -> str:
    return (
        "<article><front><article-meta><title-group><article-title>Trees</article-title></title-group><abstract><p>Short.</p>"
        f"</abstract>{meta}</article-meta></front>"
        f"<body>{body}</body><back>{back}</back>{after}</article>"
    )


def test_jats_sections_lie_within_each_other() -> None:
    xml = jats(
        "<p>A letter begins.</p><sec><label>2</label><title>Methods<xref ref-type='fn'>*</xref></title><p>We wait.</p><sec>"
        "<label>2.1</label><title>Growth of CO<sub>2</sub></title>"
        "<p>One.</p><p>Two.</p></sec><sec><p>No heading.</p></sec></sec>"
    )
    assert sections(xml) == (
        Section("", "A letter begins."),
        Section("2 Methods", "We wait."),
        Section("2.1 Growth of CO₂", "One.\n\nTwo.", ("2 Methods",)),
        Section("", "No heading.", ("2 Methods",)),
    )


def test_jats_text_keeps_captions_lists_and_boxes_and_drops_cells() -> None:
    xml = jats(
        "<sec><title>Results</title>"
        "<p>BERT<xref ref-type='bibr'>[1]</xref> wins (<xref ref-type='fig' rid='f1'>Fig. 1</xref>)<fig id='f1'>"
        "<label>Figure 1</label><caption><title>Loss.</title>"
        "<p>Over time.</p></caption><graphic/></fig>.</p><table-wrap><label>Table 1</label><caption><p>Scores.</p></caption><table>"
        "<tr><td>99</td></tr></table><table-wrap-foot>"
        "<fn><p>n.d., not done.</p></fn></table-wrap-foot></table-wrap><list><list-item><p>First</p></list-item><list-item>"
        "<p>Second</p></list-item></list>"
        "<boxed-text><caption><title>Box</title></caption><p>Boxed.</p></boxed-text><disp-formula>x=1</disp-formula><fig><graphic/>"
        "</fig></sec>"
    )
    assert outline(xml) == [
        ("Results", "BERT wins (Fig. 1).\n\nFigure 1. Loss. Over time.\n\nTable 1. Scores.\n\nFirst\n\nSecond\n\nBox\n\nBoxed.")
    ]


def test_jats_formulas_stand_once() -> None:
    formula = "<inline-formula><alternatives><tex-math>x_1</tex-math><math><msub><mi>x</mi><mn>1</mn></msub></math></alternatives></inline-formula>"
    assert outline(jats(f"<p>Let {formula} be 10<sup>6</sup>.</p>")) == [("", "Let x₁ be 10⁶.")]


def test_jats_back_matter() -> None:
    xml = jats(
        "<sec><title>Method</title><p>We wait<xref ref-type='fn' rid='n1'>1</xref>.</p></sec>",
        back="<ack><p>We thank KEK.</p></ack><ack><title>Thanks</title><p>To all.</p></ack><app-group><app><title>Appendix A</title>"
        "<p>Proof.</p><sec><title>A.1 More</title><p>Of it.</p></sec></app></app-group>"
        "<sec sec-type='data-availability'><title>Data availability</title><p>On request.</p></sec><notes><title>Note</title>"
        "<p>Noted.</p></notes>"
        "<fn-group><fn id='n1'><label>1</label><p>Code: https://github.com/a/b</p></fn><fn fn-type='conflict'><p>None.</p></fn>"
        "<fn fn-type='supported-by'><p>Paid by KEK.</p></fn></fn-group>"
        "<ref-list><title>References</title><ref><mixed-citation>Cited.</mixed-citation></ref></ref-list>",
        meta="<funding-group><funding-statement>Supported by the NSF.</funding-statement></funding-group>",
        after="<sub-article><body><p>Decision letter.</p></body></sub-article>",
    )
    assert sections(xml) == (
        Section("Method", "We wait.\n\nCode: https://github.com/a/b"),
        Section("Acknowledgements", "We thank KEK."),
        Section("Thanks", "To all."),
        Section("Appendix A", "Proof."),
        Section("A.1 More", "Of it.", ("Appendix A",)),
        Section("Data availability", "On request."),
        Section("Note", "Noted."),
        Section("Funding", "Supported by the NSF.\n\nPaid by KEK."),
    )


def test_jats_funding_without_a_statement_and_stated_twice() -> None:
    award = "<award-group><funding-source><institution-wrap><institution>NSF</institution></institution-wrap></funding-source><award-id>12</award-id></award-group>"
    assert outline(jats(meta=f"<funding-group>{award}{award.replace('12', '13')}</funding-group>")) == [("Funding", "NSF, 12\n\nNSF, 13")]
    twice = jats(
        back="<sec><title>Support</title><p>By KEK.</p></sec>",
        meta="<funding-group><funding-statement>By KEK.</funding-statement></funding-group>",
    )
    assert outline(twice) == [("Support", "By KEK.")]


def test_jats_availability_that_only_the_front_matter_states() -> None:
    custom = "<custom-meta-group><custom-meta><meta-name>Data Availability</meta-name><meta-value>All in the paper.</meta-value></custom-meta></custom-meta-group>"
    assert outline(jats(meta=custom)) == [("Data availability", "All in the paper.")]


def test_jats_figures_at_the_end_go_where_they_are_referred_to() -> None:
    floats = "".join(f"<fig id='f{n}'><label>Figure {n}</label><caption><p>Picture {n}.</p></caption></fig>" for n in (1, 2))
    xml = jats(
        "<sec><title>A</title><p>See <xref rid='f2'>Fig. 2</xref>.</p></sec><sec><title>B</title>"
        "<p>And <xref rid='f2'>Fig. 2</xref>.</p></sec>",
        after=f"<floats-group>{floats}</floats-group>",
    )
    assert outline(xml) == [("A", "See Fig. 2.\n\nFigure 2. Picture 2."), ("B", "And Fig. 2."), ("", "Figure 1. Picture 1.")]


# TEI


def tei(body: str = "", back: str = "") -> str:
    return (
        '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>Trees</title></titleStmt></fileDesc></teiHeader>'
        f"<text><body>{body}</body><back>{back}</back></text></TEI>"
    )


def test_numbers_tell_what_lies_in_what_where_grobid_writes_divisions_side_by_side() -> None:
    heads = [
        ("1", "Introduction"),
        ("3", "Method"),
        ("3.1", "Model"),
        ("3.1.1", "Loss"),
        ("3.2.", "Data"),
        ("10", "End"),
        ("II", "Roman"),
        ("A", "Proofs"),
        ("A.1", "More"),
    ]
    found = sections(tei("".join(f'<div><head n="{n}">{words}</head><p>Text.</p></div>' for n, words in heads)))
    assert [(section.heading, section.within) for section in found] == [
        ("1 Introduction", ()),
        ("3 Method", ()),
        ("3.1 Model", ("3 Method",)),
        ("3.1.1 Loss", ("3 Method", "3.1 Model")),
        ("3.2. Data", ("3 Method",)),
        ("10 End", ()),
        ("II Roman", ()),
        ("A Proofs", ()),
        ("A.1 More", ("A Proofs",)),
    ]  # fmt: skip


def test_tei_divisions_may_be_nested_and_bare() -> None:
    xml = tei(
        "<p>First.</p><div><head>Method</head><p><s>It works.</s><s>Well.</s></p><div><head>Model</head><p>BERT.</p></div></div><div>"
        "<p>Bare.</p></div>"
    )
    assert sections(xml) == (
        Section("", "First."),
        Section("Method", "It works. Well."),
        Section("Model", "BERT.", ("Method",)),
        Section("", "Bare."),
    )


def test_tei_text_has_captions_and_footnotes_and_no_formulas() -> None:
    xml = tei(
        "<div><head>Results</head><p>BERT <ref type='bibr' target='#b1'>[1]</ref> and <ref type='bibr'>CoNLL-2003</ref>"
        "<ref type='bibr'>and ACE</ref> in <ref type='table' target='#tab_0'>Table 1</ref>, "
        "code<ref type='foot' target='#foot_0'>1</ref>.</p><formula xml:id='formula_0'>x = 1<label>(1)</label></formula></div><div>"
        "<head>End</head><p>See <ref target='#tab_0'>1</ref>.</p></div>"
        "<figure type='table' xml:id='tab_0'><head>Table 1 :</head><label>1</label><figDesc>Table 1: Scores.</figDesc><table><row>"
        "<cell>99</cell></row></table></figure>"
        "<figure xml:id='fig_0'><head>Figure 1 .</head><figDesc>Loss over time.</figDesc></figure>"
        "<note place='foot' n='1' xml:id='foot_0'>https://github.com/a/b</note><note>Junk</note>"
    )
    assert outline(xml) == [
        ("Results", "BERT and CoNLL-2003 and ACE in Table 1, code.\n\nTable 1: Scores.\n\nhttps://github.com/a/b"),
        ("End", "See 1."),
        ("", "Figure 1 . Loss over time."),
    ]


def test_tei_back_matter_of_grobid() -> None:
    xml = tei(
        "<div><head>End</head><p>Done.</p></div>",
        "<div type='acknowledgement'><div><head>Thanks</head><p>To KEK.</p></div></div><div type='acknowledgement'><div>"
        "<p>To JAIST.</p></div></div><div type='funding'><p>Paid by the NSF.</p></div>"
        "<div type='annex'><div><head n='A'>Proofs</head><p>Trivial.</p></div><div><p>More.</p></div></div><div type='references'>"
        "<listBibl><biblStruct><note>Cited.</note></biblStruct></listBibl></div>",
    )
    assert outline(xml) == [
        ("End", "Done."),
        ("Thanks", "To KEK."),
        ("Acknowledgements", "To JAIST."),
        ("Funding", "Paid by the NSF."),
        ("A Proofs", "Trivial."),
        ("", "More."),
    ]


# LaTeXML


def test_the_pages_of_ar5iv() -> None:
    note = (
        "<span class='ltx_note ltx_role_footnote' id='footnote1'><sup class='ltx_note_mark'>1</sup><span class='ltx_note_outer'>"
        "<span class='ltx_note_content'>"
        "<sup class='ltx_note_mark'>1</sup>"
        "<span class='ltx_tag ltx_tag_note'>1</span>Code: <a href='https://github.com/a/b'>https://github.com/a/b</a></span></span></span>"
    )
    math = '<math alttext="x_1"><semantics><msub><mi>x</mi><mn>1</mn></msub><annotation>x_1</annotation></semantics></math>'
    xml = (
        "<!DOCTYPE html><html><body><nav class='ltx_page_navbar'>Menu</nav><article class='ltx_document'>"
        "<h1 class='ltx_title ltx_title_document'>Trees</h1><div class='ltx_authors'>Ada</div>"
        f"<div class='ltx_abstract'><h6>Abstract</h6><p class='ltx_p'>{'We grow trees in the shade and count leaves. ' * 4}</p></div>"
        "<section id='S1' class='ltx_section'>"
        "<h2 class='ltx_title ltx_title_section'><span class='ltx_tag ltx_tag_section'>1 </span>Introduction</h2>"
        f"<div class='ltx_para'><p class='ltx_p'>We wait{note}, for {math}.</p><table class='ltx_equation'><tr><td>y=2</td></tr>"
        "</table></div><section class='ltx_subsection'><h3 class='ltx_title'>"
        "<span class='ltx_tag'>1.1 </span>Data</h3><div class='ltx_para'><p class='ltx_p'>MNIST.</p></div><figure class='ltx_figure'>"
        "<img src='x'/><figcaption class='ltx_caption'>"
        "<span class='ltx_tag'>Figure 1: </span>Loss.</figcaption></figure></section></section><section class='ltx_bibliography'>"
        "<h2>References</h2><p>Cited.</p></section>"
        "</article><footer>Cookies</footer></body></html>"
    )
    assert sections(xml) == (
        Section("1 Introduction", "We wait, for x₁.\n\nCode: https://github.com/a/b"),
        Section("1.1 Data", "MNIST.\n\nFigure 1: Loss.", ("1 Introduction",)),
    )


@pytest.mark.parametrize(
    ("label", "words", "whole"),
    [
        ("Fig 1", "CellNet counts.", "Fig 1. CellNet counts."),
        ("Fig. 1.", "CellNet counts.", "Fig. 1. CellNet counts."),
        ("Table 1:", "Scores.", "Table 1: Scores."),
        ("Table 1", ": Scores.", "Table 1: Scores."),
        ("", "Scores.", "Scores."),
        ("Table 1", "", "Table 1"),
    ],
)
def test_a_label_is_no_word_of_its_caption(label: str, words: str, whole: str) -> None:
    assert caption(label, words) == whole


def test_labels_that_stand_in_the_caption() -> None:
    figure = "<div><head>A</head><p>x</p></div><figure><head>Fig 1</head><figDesc>Fig 1 CellNet counts.</figDesc></figure>"
    longer = "<figure><head>CellNet counts</head><figDesc>CellNet counts cells.</figDesc></figure>"
    assert outline(tei(figure + longer)) == [("A", "x"), ("", "Fig 1. CellNet counts.\n\nCellNet counts cells.")]
    page = (
        "<!DOCTYPE html><html><body><article class='ltx_document'><h1 class='ltx_title ltx_title_document'>Trees</h1>"
        f"<div class='ltx_abstract'><p class='ltx_p'>{'We grow trees in the shade and count leaves. ' * 4}</p></div><section class='ltx_section'><h2>A</h2>"
        "<figure><figcaption><span class='ltx_tag'>Figure 1 </span>CellNet counts.</figcaption></figure></section></article></body></html>"
    )
    assert [section.text for section in sections(page)] == ["Figure 1. CellNet counts."]


def test_other_pages_show_no_sections() -> None:
    page = "<!DOCTYPE html><html><head><meta name='citation_title' content='Trees'></head><body><article><section><h2>Menu</h2><p>Text</p></section></article></body></html>"
    assert sections(page) == ()


# anything


def test_records_of_repositories_may_hold_whole_articles() -> None:
    xml = f"<OAI-PMH><GetRecord><record><header/><metadata>{jats('<sec><title>A</title><p>B.</p></sec>')}</metadata></record></GetRecord></OAI-PMH>"
    assert outline(xml) == [("A", "B.")]


def test_sections_far_inside_each_other_are_read_as_text() -> None:
    depth = 60
    found = sections(jats("<sec><title>T</title><p>x</p>" * depth + "</sec>" * depth))
    assert len(found) == MAX_LEVELS
    assert max(len(section.within) for section in found) == MAX_LEVELS - 1
    assert sum(section.text.count("x") for section in found) == depth


@pytest.mark.parametrize(
    "unit",
    [
        "<sec>",
        "<sec><title>T</title></sec>",
        "<p>x</p>",
        "<xref rid='a b c'/>",
        "<fig id='a'/>",
        "<app-group>",
        "<p><fig><caption>x</caption></fig></p>",
        "<fn><p>x</p></fn>",
    ],
)
def test_long_texts_take_no_long_time(unit: str) -> None:
    name = unit[1:].split(">")[0].split()[0].rstrip("/")
    closing = f"</{name}>" if not unit.endswith(("/>", f"</{name}>")) else ""
    number = 200 if closing else 40_000
    began = perf_counter()
    sections(jats(unit * number + closing * number, meta="<funding-group><funding-statement>x</funding-statement></funding-group>" * 5000))
    assert perf_counter() - began < 10


WHOLE = [
    jats(
        "<sec id='s'><label>1</label><title>A</title><p>See <xref ref-type='fig' rid='f'>1</xref>.<fig id='f'><label>F</label>"
        "<caption><p>C.</p></caption></fig></p><sec><title>B</title><p>x</p></sec></sec>",
        back="<ack><p>T.</p></ack><fn-group><fn id='n' fn-type='supported-by'><p>N.</p></fn></fn-group><ref-list><ref>"
        "<mixed-citation><pub-id pub-id-type='doi'>10.1/a</pub-id></mixed-citation></ref></ref-list>",
        meta="<contrib-group><contrib><name><surname>L</surname><given-names>A</given-names></name><xref ref-type='aff' rid='a'/>"
        "</contrib></contrib-group><aff id='a'><institution>K</institution></aff>"
        "<permissions><license><license-p>CC BY</license-p></license></permissions><funding-group><award-group><award-id>1</award-id>"
        "</award-group></funding-group>",
    ),
    tei(
        "<div><head n='1'>A</head><p>See <ref target='#f' type='figure'>1</ref>.</p><formula>x</formula></div><figure xml:id='f'>"
        "<head>F</head><figDesc>C</figDesc></figure><note place='foot'>N</note>",
        "<div type='annex'><div><p>x</p></div></div><div type='references'><listBibl><biblStruct><idno type='DOI'>10.1/a</idno>"
        "</biblStruct></listBibl></div>",
    ),
    "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID><Article><ArticleTitle>T</ArticleTitle><AuthorList><Author>"
    "<LastName>L</LastName><AffiliationInfo><Affiliation>K a@b.c</Affiliation>"
    "</AffiliationInfo></Author></AuthorList></Article></MedlineCitation><PubmedData><ReferenceList><Reference><ArticleIdList>"
    "<ArticleId IdType='doi'>10.1/a</ArticleId></ArticleIdList></Reference>"
    "</ReferenceList></PubmedData></PubmedArticle></PubmedArticleSet>",
    "<OAI-PMH><record><metadata><arXivRaw><title>T</title><authors>A (1), B (2) ((1) K, (2) L)</authors><categories>a b</categories>"
    "</arXivRaw></metadata></record></OAI-PMH>",
    "<collection id='2022.acl'><volume id='1'><meta><booktitle>B</booktitle></meta><paper id='1'><title>T</title><author>"
    "<first>A</first><last>L</last></author><pwccode url='https://a.b'/></paper></volume></collection>",
]


def mutated(xml: str, seed: int) -> bytes:
    """A tree of which some elements were moved, renamed, doubled, emptied or given another's attributes."""
    chance = random.Random(seed)
    root = etree.fromstring(xml)
    for _ in range(chance.randint(1, 6)):
        elements = list(root.iter("*"))
        one, other = chance.choice(elements), chance.choice(elements)
        action = chance.randrange(6)
        if action == 0 and one is not root and other not in one.iter():
            other.insert(0, one)
        elif action == 1 and one is not root:
            one.tag = chance.choice([other.tag, "sec", "div", "fn", "title", "x"])
        elif action == 2:
            double = copy.deepcopy(other)  # not by way of text: xml:id would stand twice in it, which a parser refuses
            double.tail = None
            one.append(double)
        elif action == 3:
            one.clear()
        elif action == 4:
            for name, value in other.attrib.items():
                one.set(name, value)
        else:
            one.text = chance.choice(["", " ", "x" * 50, "1", ",;.", "(1)", "张"])
    return etree.tostring(root)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 2**32))
def test_no_tree_raises(which: int, seed: int) -> None:
    data = mutated(WHOLE[which], seed)
    found = list(read([data], "some.xml", detect(WHOLE[which].encode())))
    assert found
    for item in found:
        assert isinstance(item, Rejection) or all(section.heading or section.text for section in item.sections)
