"""What is read of each family of XML, on examples of a few lines."""

from __future__ import annotations

import pytest

from kg.model import Document, Identifier, Record, Rejection
from kg.sources.xml import detect, read
from kg.text import clean

OAI = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{}</ListRecords></OAI-PMH>'
DC = '<metadata><oai_dc:dc xmlns:oai_dc="o" xmlns:dc="http://purl.org/dc/elements/1.1/">{}</oai_dc:dc></metadata>'
LONG = "We grow trees in the shade and count their leaves in autumn with a camera, which is right in nine of ten cases; " * 2


def items(xml: str) -> list[Record | Rejection]:
    data = xml.encode()
    return list(read([data], "some.xml", detect(data)))


def papers(xml: str) -> list[Record]:
    return [item for item in items(xml) if isinstance(item, Record)]


def paper(xml: str) -> Record:
    (found,) = papers(xml)
    return found


def refused(xml: str) -> list[tuple[str, str]]:
    return [(item.code, item.place) for item in items(xml) if isinstance(item, Rejection)]


def ids(record: Record) -> set[tuple[str, str]]:
    return {(identifier.scheme, identifier.value) for identifier in record.identifiers}


def key(record: Record) -> tuple[str, int]:
    document = clean(record)
    assert isinstance(document, Document)
    return document.key, document.version


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ('<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom">', "atom"),
        ("<!-- saved --><a:feed xmlns:a='http://www.w3.org/2005/Atom'>", "atom"),
        ("<OAI-PMH>", "oai-pmh"),
        ('<!DOCTYPE article PUBLIC "-//NLM//DTD JATS v1.0//EN" "JATS.dtd">\n<article>', "jats"),
        ('<!DOCTYPE article [<!ENTITY a "]>"> <!-- \' ]> --> ]><article>', "jats"),
        ("<PubmedArticleSet>", "pubmed"),
        ('<TEI xml:space="preserve">', "tei"),
        ("<teiCorpus>", "tei"),
        ('<collection id="2022.naloma">', "acl"),
        ('<volume id="P05">', "acl"),
        ("<!DOCTYPE html>\n<html>", "html"),
        ("\n <HTML lang='en'>", "html"),
        ('<?xml version="1.0"?><!DOCTYPE html PUBLIC "x" "y"><html xmlns="http://www.w3.org/1999/xhtml">', "html"),
        ("<?xml version='1.0'?><rss>", "xml"),
        ("<collection><source>BioC</source>", ""),
        ("A title with <feed> in it", ""),
        ('{"title": "<feed>"}', ""),
        ("", ""),
        ("<", ""),
    ],
)
def test_the_family_is_told_by_the_root(start: str, expected: str) -> None:
    assert detect(start.encode()) == expected
    assert detect(b"\xef\xbb\xbf" + start.encode()) == expected
    assert detect(start.encode("utf-16")) == expected


# Atom


def entry(content: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"><id>q</id>{content}</feed>'


def test_an_atom_entry_is_a_paper_of_arxiv() -> None:
    found = paper(
        entry(
            "<entry><id>http://arxiv.org/abs/2401.00001v3</id><title>Growing\n  Trees</title><summary>  First.\n  Second &lt; 3.\n</summary>"
            "<published>2024-01-01T18:00:00Z</published><updated>2024-03-02T00:00:00Z</updated><arxiv:doi>10.1000/x1</arxiv:doi>"
            '<link href="https://arxiv.org/abs/2401.00001v3" rel="alternate"/><link href="https://arxiv.org/pdf/9999.99999" rel="related"/></entry>'
        )
    )
    assert (found.title, found.abstract, found.issued, found.format) == ("Growing Trees", "First.\n  Second < 3.", "2024-01-01", "atom")
    assert ids(found) == {("id", "http://arxiv.org/abs/2401.00001v3"), ("doi", "10.1000/x1")}
    assert key(found) == ("arxiv-2401.00001", 3)


def test_an_error_of_the_api_is_no_paper() -> None:
    error = "<entry><id>https://arxiv.org/api/errors#incorrect</id><title>Error</title><summary>incorrect id</summary></entry>"
    assert refused(entry(error)) == [("api-error", "paper 1")]
    assert papers(entry(error)) == []


def test_a_feed_without_entries_and_an_entry_without_a_title_are_told() -> None:
    assert refused(entry("")) == [("no-papers", "")]
    assert refused(entry("<entry><id>http://arxiv.org/abs/2401.00001v3</id></entry>")) == [("no-title", "paper 1")]


# OAI-PMH


def test_dublin_core_keeps_the_abstract_and_not_the_comments() -> None:
    content = (
        "<dc:title>Growing Trees</dc:title><dc:description>Comment: 7 pages</dc:description><dc:description>Kurz auf Deutsch.</dc:description>"
        f"<dc:description>{LONG}</dc:description><dc:date>2023-01-02</dc:date><dc:date>2010-09-06</dc:date>"
        "<dc:identifier>http://arxiv.org/abs/1009.1022</dc:identifier><dc:identifier>doi:10.1007/s1</dc:identifier>"
        "<dc:identifier>Houston Journal, 34 (3), pp. 773</dc:identifier><dc:relation>doi:10.9/other</dc:relation>"
    )
    found = paper(OAI.format(f"<record><header><identifier>oai:arXiv.org:1009.1022</identifier></header>{DC.format(content)}</record>"))
    assert found.abstract == LONG.strip()
    assert found.issued == "2010-09-06"
    assert key(found) == ("arxiv-1009.1022", 0)
    assert ("doi", "10.1007/s1") in ids(found)
    assert not any("Houston" in value or "other" in value for _, value in ids(found))


def test_of_descriptions_in_several_languages_the_english_one_is_read() -> None:
    content = f'<dc:title xml:lang="fr">Des arbres</dc:title><dc:title xml:lang="en">Trees</dc:title><dc:description xml:lang="fr">{LONG}</dc:description>'
    content += '<dc:description xml:lang="eng">We grow trees.</dc:description>'
    found = paper(OAI.format(f"<record>{DC.format(content)}</record>"))
    assert (found.title, found.abstract) == ("Trees", "We grow trees.")


def test_deleted_records_and_errors_are_told() -> None:
    deleted = '<record><header status="deleted"><identifier>oai:x:1</identifier></header></record>'
    assert refused(OAI.format(deleted)) == [("deleted", "paper 1")]
    assert refused('<OAI-PMH><error code="badResumptionToken">expired</error></OAI-PMH>') == [("api-error", "paper 1")]
    assert refused(OAI.format("<record><header/><metadata><mods><title>T</title></mods></metadata></record>")) == [
        ("unsupported", "paper 1")
    ]


def test_arxiv_raw_gives_version_and_first_date() -> None:
    raw = (
        '<record><metadata><arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>0704.0001</id>'
        '<version version="v1"><date>Mon, 2 Apr 2007 19:18:42 GMT</date></version><version version="v2"><date>Tue, 24 Jul 2007 20:10:27 GMT</date></version>'
        "<title>Diphotons</title><doi>10.1103/A 10.1103/B</doi><abstract>  A calculation.\n  Good.\n</abstract></arXivRaw></metadata></record>"
    )
    found = paper(OAI.format(raw))
    assert (found.issued, found.version) == ("2007-04-02", 2)
    assert ids(found) == {("arxiv", "0704.0001"), ("doi", "10.1103/A"), ("doi", "10.1103/B")}


def test_jats_inside_a_record_is_read() -> None:
    article = f"<article xmlns='https://jats.nlm.nih.gov/ns/archiving/1.3/'>{FRONT.format('<p>We wait.</p>')}</article>"
    found = paper(OAI.format(f"<record><header><identifier>oai:pmc:1</identifier></header><metadata>{article}</metadata></record>"))
    assert (found.title, found.abstract, found.format) == ("Trees: A Study", "We wait.", "oai-pmh")


# JATS

FRONT = (
    "<front><article-meta><article-id pub-id-type='pmc'>3460867</article-id><article-id pub-id-type='doi'>10.1/a</article-id>"
    "<article-id pub-id-type='publisher-id'>X-1</article-id><title-group><article-title>Trees<xref ref-type='fn'>*</xref></article-title>"
    "<subtitle>A Study</subtitle></title-group><pub-date pub-type='collection'><year>2012</year></pub-date><pub-date pub-type='epub'><day>28</day>"
    "<month>9</month><year>2012</year></pub-date><pub-date pub-type='pmc-release'><day>1</day><month>1</month><year>2011</year></pub-date>"
    "<abstract abstract-type='graphical'><p>A picture.</p></abstract><abstract>{}</abstract>"
    "<abstract abstract-type='plain-language-summary'><p>For all.</p></abstract><trans-abstract xml:lang='fr'><p>Arbres.</p></trans-abstract>"
    "</article-meta></front>"
)


def test_jats_gives_title_abstract_identifiers_and_day() -> None:
    found = paper(
        f"<article>{FRONT.format('<title>Abstract</title><p>We grow trees<sup>2</sup>.</p>')}<body><sec><p>B</p></sec></body></article>"
    )
    assert (found.title, found.abstract, found.issued) == ("Trees: A Study", "We grow trees².", "2012-09-28")
    assert ids(found) == {("pmcid", "PMC3460867"), ("doi", "10.1/a")}


def test_a_doi_at_the_end_of_an_abstract_is_no_part_of_it() -> None:
    written = "<p>We wait.</p><p><bold>DOI:</bold> <ext-link>http://dx.doi.org/10.7554/eLife.00013.001</ext-link></p>"
    assert paper(f"<article>{FRONT.format(written)}</article>").abstract == "We wait."


def test_letters_to_an_article_and_its_references_are_not_papers() -> None:
    reply = "<response><front-stub><title-group><article-title>Reply</article-title></title-group></front-stub></response>"
    back = "<back><ref-list><ref><mixed-citation><article-title>Cited</article-title></mixed-citation></ref></ref-list></back>"
    assert paper(f"<article>{FRONT.format('<p>A.</p>')}{back}{reply}</article>").title == "Trees: A Study"


def test_a_set_of_articles_and_an_article_of_docbook() -> None:
    assert len(papers(f"<pmc-articleset><article>{FRONT}</article><article>{FRONT}</article></pmc-articleset>")) == 2
    assert refused("<article><title>DocBook</title></article>") == [("not-a-paper", "paper 1")]


# PubMed

CITATION = (
    "<MedlineCitation><PMID Version='1'>{pmid}</PMID><Article><Journal><JournalIssue><PubDate>{date}</PubDate></JournalIssue></Journal>"
    "<ArticleTitle>{title}</ArticleTitle><Abstract><AbstractText Label='METHODS'>We grew 10<sup>3</sup> trees.</AbstractText>"
    "<AbstractText Label='UNLABELLED'>All.</AbstractText><CopyrightInformation>Copyright</CopyrightInformation></Abstract></Article>"
    "<OtherAbstract><AbstractText>For all.</AbstractText></OtherAbstract></MedlineCitation>"
)
DATA = (
    "<PubmedData><ArticleIdList><ArticleId IdType='pubmed'>7</ArticleId><ArticleId IdType='pmc'>PMC9</ArticleId><ArticleId IdType='pii'>S1</ArticleId>"
    "</ArticleIdList><ReferenceList><Reference><ArticleIdList><ArticleId IdType='doi'>10.9/cited</ArticleId></ArticleIdList></Reference></ReferenceList>"
    "</PubmedData>"
)


def pubmed(title: str = "Trees.", date: str = "<Year>1998</Year><Month>Nov</Month>") -> str:
    return f"<PubmedArticle>{CITATION.format(pmid=7, date=date, title=title)}{DATA}</PubmedArticle>"


def test_pubmed_gives_labelled_parts_and_its_own_identifiers_only() -> None:
    found = paper(f"<PubmedArticleSet>{pubmed()}</PubmedArticleSet>")
    assert (found.title, found.abstract, found.issued) == ("Trees", "Methods: We grew 10³ trees.\n\nAll.", "1998-11")
    assert found.identifiers == (Identifier("pmid", "7"), Identifier("pmcid", "PMC9"))


@pytest.mark.parametrize(
    ("title", "expected"), [("[Trees].", "Trees"), ("Trees?", "Trees?"), ("And so on...", "And so on..."), ("[A] or [B].", "A] or [B")]
)
def test_what_pubmed_adds_to_titles_goes(title: str, expected: str) -> None:
    assert paper(f"<PubmedArticleSet>{pubmed(title)}</PubmedArticleSet>").title == expected


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", "1998-12"),
        ("<Year>2001</Year><Season>Spring</Season>", "2001"),
        ("<Year>2001</Year><Month>02</Month><Day>30</Day>", "2001-02"),
        ("<Year>x</Year>", ""),
        ("", ""),
    ],
)
def test_dates_of_pubmed(date: str, expected: str) -> None:
    assert paper(f"<PubmedArticleSet>{pubmed(date=date)}</PubmedArticleSet>").issued == expected


def test_sets_hold_many_articles_and_deletions() -> None:
    xml = f"<PubmedArticleSet>{pubmed() * 3}<DeleteCitation><PMID>1</PMID><PMID>2</PMID></DeleteCitation></PubmedArticleSet>"
    assert [item.place for item in items(xml)] == ["paper 1", "paper 2", "paper 3", "paper 4"]
    assert refused(xml) == [("deleted", "paper 4")]
    assert len(papers(f"<MedlineCitationSet>{CITATION}</MedlineCitationSet>")) == 1


def test_a_chapter_of_a_book_is_read() -> None:
    book = (
        "<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>20301295</PMID><Book><PubDate><Year>1993</Year></PubDate></Book>"
        "<ArticleTitle>Genes</ArticleTitle><Abstract><AbstractText>Short.</AbstractText></Abstract></BookDocument></PubmedBookArticle></PubmedArticleSet>"
    )
    found = paper(book)
    assert (found.title, found.abstract, found.issued, ids(found)) == ("Genes", "Short.", "1993", {("pmid", "20301295")})


# TEI


def tei(title: str = "Trees", abstract: str = "", source: str = "") -> str:
    return (
        f'<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title level="a" type="main">{title}</title></titleStmt>'
        f"<sourceDesc><biblStruct>{source}</biblStruct></sourceDesc></fileDesc><profileDesc><abstract>{abstract}</abstract></profileDesc></teiHeader>"
        "<text><body><div><head>Method</head><p>Body.</p></div></body><back><listBibl><biblStruct><idno type='DOI'>10.9/cited</idno></biblStruct>"
        "</listBibl></back></text></TEI>"
    )


def test_tei_gives_its_header() -> None:
    source = (
        "<analytic><title>Trees</title></analytic><monogr><imprint><date type='published' when='2018-06'>June 2018</date></imprint></monogr>"
        "<idno type='DOI'>10.1/a</idno><idno type='arXiv'>arXiv:1805.02262v1 [cs.CL] 6 May 2018</idno><idno type='MD5'>00</idno>"
    )
    found = paper(tei(abstract="<div><head>Abstract</head><p><s>It works.</s><s>Well.</s></p></div>", source=source))
    assert (found.title, found.abstract, found.issued) == ("Trees", "It works. Well.", "2018-06")
    assert ("doi", "10.1/a") in ids(found)
    assert key(found) == ("arxiv-1805.02262", 1)
    assert "cited" not in str(found.identifiers)


def test_tei_without_a_title_looks_further_then_refuses() -> None:
    assert paper(tei("", source="<analytic><title type='main'>Trees</title></analytic>")).title == "Trees"
    assert refused(tei("")) == [("no-title", "paper 1")]
    assert refused("<TEI><text/></TEI>") == [("not-a-paper", "paper 1")]
    assert len(papers(f"<teiCorpus>{tei()}{tei()}</teiCorpus>")) == 2


# ACL Anthology


def test_acl_papers_carry_id_doi_and_the_month_of_their_volume() -> None:
    xml = (
        '<collection id="2022.acl"><volume id="long"><meta><booktitle>B</booktitle><month>May</month><year>2022</year></meta>'
        "<frontmatter><url>2022.acl-long.0</url></frontmatter>"
        '<paper id="1"><title>Neural <fixed-case>DTS</fixed-case> with <tex-math>\\alpha</tex-math></title><abstract>We <b>wait</b>.</abstract>'
        "<url hash='x'>2022.acl-long.1</url><doi>10.18653/v1/2022.acl-long.1</doi></paper>"
        '<paper id="2"><title>Second</title></paper><paper id="3"><title>Third</title><url>https://aclanthology.org/2022.acl-long.3.pdf</url></paper>'
        '</volume><volume id="short"><meta><year>2021</year></meta><paper id="7"><title>Seventh</title></paper></volume></collection>'
    )
    one, two, three, seven = papers(xml)
    assert (one.title, one.abstract, one.issued) == (r"Neural DTS with $\alpha$", "We wait.", "2022-05")
    assert ids(one) == {("acl", "2022.acl-long.1"), ("doi", "10.18653/v1/2022.acl-long.1")}
    assert [ids(p) for p in (two, three, seven)] == [
        {("acl", "2022.acl-long.2")},
        {("acl", "2022.acl-long.3")},
        {("acl", "2022.acl-short.7")},
    ]
    assert (two.issued, three.issued, seven.issued) == ("2022-05", "2022-05", "2021")


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ('<collection id="P05"><volume id="1"><paper id="3"><title>T</title></paper></volume></collection>', "P05-1003"),
        ('<collection id="W05"><volume id="1"><paper id="3"><title>T</title></paper></volume></collection>', "W05-0103"),
        ('<collection id="D19"><volume id="50"><paper id="3"><title>T</title></paper></volume></collection>', "D19-5003"),
        ('<volume id="P05"><paper id="1003"><title>T</title></paper></volume>', "P05-1003"),
    ],
)
def test_ids_of_the_old_anthology(xml: str, expected: str) -> None:
    assert ids(paper(xml)) == {("acl", expected)}
