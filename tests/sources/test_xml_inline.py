"""Mixed content of titles and abstracts: what people would type for it."""

from __future__ import annotations

import pytest
from lxml import etree

from kg.model import Document, Record
from kg.sources.xml.inline import EntityReferenceError, headed, paragraphs, text_of
from kg.sources.xml.mathml import formula
from kg.text import clean

TEX = r"<tex-math>\documentclass[12pt]{minimal}\usepackage{amsmath}\begin{document}$$\alpha_{1}$$\end{document}</tex-math>"


def element(content: str) -> etree._Element:
    return etree.fromstring(f"<p>{content}</p>", etree.XMLParser(resolve_entities=False))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("M<italic>m</italic>PPOX and <bold>BERT</bold>", "MmPPOX and BERT"),
        ("CO<sub>2</sub>, H<sub>2</sub>O", "CO₂, H₂O"),
        ("BERT<sub>base</sub>, x<sub>i</sub>", "BERT_base, x_i"),
        ("10<sup>6</sup> m<sup>2</sup>", "10⁶ m²"),
        ("Ca<sup>2+</sup>, Na<sup>+</sup>, 5<sup>th</sup>, 20<sup>o</sup>C, GeForce<sup>TM</sup>", "Ca²⁺, Na+, 5th, 20°C, GeForce™"),
        ("fast-acting β\n\t\t<sub>2</sub>-agonist", "fast-acting β₂-agonist"),
        ('R<hi rend="superscript">2</hi>', "R²"),
        ("Neural <fixed-case>DTS</fixed-case>  for\n all", "Neural DTS for all"),
        ("one<break/>two", "one two"),
        ("<s>It works.</s><s>It is fast.</s>", "It works. It is fast."),
        ("A title<fn><p>Equal contribution</p></fn>", "A title"),
        ("see <graphic/>x<inline-graphic/>", "see x"),
    ],
)
def test_inline_elements(written: str, expected: str) -> None:
    assert text_of(element(written)) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('BERT<xref ref-type="bibr" rid="B1">1</xref> is used.', "BERT is used."),
        ('BERT<sup><xref ref-type="bibr">1</xref>,<xref ref-type="bibr">2</xref></sup>.', "BERT."),
        ('BERT<xref ref-type="bibr"><sup>12</sup></xref>, and', "BERT, and"),
        ('BERT [<xref ref-type="bibr">1</xref>, <xref ref-type="bibr">3</xref>–<xref ref-type="bibr">5</xref>] is', "BERT is"),
        ('BERT (<xref ref-type="bibr">7</xref>).', "BERT."),
        ('BERT<xref ref-type="bibr">1</xref>and', "BERT and"),
        ('Ada<xref ref-type="aff"><sup>*</sup></xref> wrote', "Ada wrote"),
        ('as <xref ref-type="bibr">Smith et al., 2004</xref> say', "as Smith et al., 2004 say"),
        ('in <xref ref-type="fig">Fig. 2</xref>', "in Fig. 2"),
        ('graphs <ref type="bibr">[12]</ref>.', "graphs."),
        ('graphs <ref type="bibr">(Ammar, 2018)</ref>.', "graphs (Ammar, 2018)."),
    ],
)
def test_numbers_of_citations_stand_glued_to_no_word(written: str, expected: str) -> None:
    assert text_of(element(written)) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<mi>p</mi><mo>&lt;</mo><mn>0.05</mn>", "p < 0.05"),
        ("<msub><mi>x</mi><mi>i</mi></msub>", "x_i"),
        ("<msub><mi>H</mi><mn>2</mn></msub><mi>O</mi>", "H₂O"),
        ("<msup><mn>10</mn><mrow><mo>-</mo><mn>3</mn></mrow></msup>", "10⁻³"),
        ("<mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mn>1</mn></mrow></mfrac>", "a/(b+1)"),
        ("<msqrt><mi>n</mi></msqrt>", "√n"),
        ("<mover><mi>y</mi><mo>^</mo></mover>", "ŷ"),
        ("<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover>", "∑_(i = 1)^n"),
        ("<semantics><mi>α</mi><annotation>\\alpha</annotation></semantics>", "α"),
        ("<mi>f</mi><mo>\u2061</mo><mfenced><mi>x</mi><mi>y</mi></mfenced>", "f(x, y)"),
        ("<mn>3</mn><mo>×</mo><mn>3</mn>", "3×3"),
        ("", ""),
    ],
)
def test_formulas(written: str, expected: str) -> None:
    assert formula(etree.fromstring(f"<math xmlns='http://www.w3.org/1998/Math/MathML'>{written}</math>")) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (f"<alternatives>{TEX}<math><mi>α</mi></math><graphic/></alternatives>", "with α here"),  # twice: read once
        (f"<inline-formula><math><mi>α</mi></math>{TEX}</inline-formula>", "with α here"),
        (f"<inline-formula><alternatives>{TEX}<graphic/></alternatives></inline-formula>", r"with $\alpha_{1}$ here"),
        (r"<tex-math>\alpha</tex-math>", r"with $\alpha$ here"),
        ("<inline-formula><italic>n</italic></inline-formula>", "with n here"),
    ],
)
def test_a_formula_given_twice_is_read_once(written: str, expected: str) -> None:
    assert text_of(element(f"with {written} here")) == expected


def test_a_prefix_that_is_not_declared_hides_no_formula() -> None:
    tree = etree.fromstring(
        "<p>a <mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math></p>", etree.XMLParser(recover=True)
    )
    assert text_of(tree) == "a x²"


def test_tex_comes_out_of_cleaning_as_text() -> None:
    document = clean(Record("s", "p", text_of(element(r"On <tex-math>\alpha_{1}</tex-math>-nets")), ""))
    assert isinstance(document, Document)
    assert document.title == "On α₁-nets"


def test_structured_abstracts_keep_their_headings_apart() -> None:
    written = "<title>Abstract</title><sec><title>BACKGROUND</title><p>Trees grow.</p><p>Slowly.</p></sec><sec><title>Methods:</title><p>We wait.</p></sec>"
    assert paragraphs(element(written)) == "Background: Trees grow.\n\nSlowly.\n\nMethods: We wait."


def test_paragraphs_of_lists_and_bare_text() -> None:
    written = (
        "Bare <italic>text</italic>.<p>One.</p><list><list-item><p>First</p></list-item><list-item><p>Second</p></list-item></list>after"
    )
    assert paragraphs(element(written)) == "Bare text.\n\nOne.\n\nFirst\n\nSecond\n\nafter"


def test_a_heading_of_few_letters_keeps_its_capitals() -> None:
    assert headed("AIMS", "to grow") == "AIMS: to grow"
    assert headed("MATERIALS AND METHODS", "we grew") == "Materials and methods: we grew"


def test_an_entity_is_told_not_expanded() -> None:
    tree = etree.fromstring('<!DOCTYPE p SYSTEM "none"><p>a <i>&secret;</i></p>', etree.XMLParser(resolve_entities=False))
    with pytest.raises(EntityReferenceError, match="secret"):
        text_of(tree)


@pytest.mark.parametrize(
    "unit", ["[", "<xref ref-type='bibr'>1</xref>", "- ", "<sub>a</sub>", "$", r"\begin{document}", ". . . ", "\n   <sub/>"]
)
def test_long_content_takes_no_long_time(unit: str) -> None:
    text_of(element(unit * 40_000 + "<tex-math>" + "$" * 40_000 + "x</tex-math>"))  # quadratic time would take minutes


def test_deep_content_is_read_without_recursion_errors() -> None:
    depth = 240  # the parser allows 256
    assert text_of(element("<i>" * depth + "deep" + "</i>" * depth)) == "deep"
    assert paragraphs(element("<sec>" * depth + "deep" + "</sec>" * depth)) == "deep"
    assert formula(etree.fromstring("<mrow>" * depth + "<mi>x</mi>" + "</mrow>" * depth)) == "x"
