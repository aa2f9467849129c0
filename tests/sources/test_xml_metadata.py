"""Who wrote a paper, where it appeared, what it cites: what is read of each family of XML, on examples of a few lines."""

from __future__ import annotations

import pytest

from kg.model import Affiliation, Author, Identifier, Metadata, Record, Rejection
from kg.sources.limits import MAX_STATED
from kg.sources.xml import detect, read

OAI = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record>{}</record></ListRecords></OAI-PMH>'


def metadata(xml: str) -> Metadata:
    data = xml.encode()
    (found,) = read([data], "some.xml", detect(data))
    assert isinstance(found, Record), found
    return found.metadata


def people(found: Metadata) -> list[tuple[str, str, list[str]]]:
    return [(author.name, author.orcid, [one.text for one in author.affiliations]) for author in found.authors]


def cites(found: Metadata) -> list[list[str]]:
    return [[f"{one.scheme}:{one.value}" for one in work] for work in found.cites]


# Atom


def test_atom() -> None:
    found = metadata(
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"><entry>'
        "<id>http://arxiv.org/abs/2401.00001v1</id><title>Trees</title>"
        "<author><name>Ada Lovelace</name><arxiv:affiliation>University of Turin</arxiv:affiliation>"
        "<arxiv:affiliation>KEK</arxiv:affiliation></author>"
        "<author><name>Charles Babbage</name></author><author><name/></author>"
        "<arxiv:comment>7 pages; code at https://github.com/a/b</arxiv:comment>"
        "<arxiv:journal_ref>Phys. Rev. D 76 (2007) 013009</arxiv:journal_ref><category term='cs.CL'/><category term='cs.AI'/><category/>"
        "<arxiv:primary_category term='cs.AI'/><link rel='license' href='http://creativecommons.org/licenses/by/4.0/'/></entry></feed>"
    )
    assert people(found) == [("Ada Lovelace", "", ["University of Turin", "KEK"]), ("Charles Babbage", "", [])]
    assert (found.venue, found.categories) == ("Phys. Rev. D 76 (2007) 013009", ("cs.AI", "cs.CL"))
    assert (found.comment, found.licence) == ("7 pages; code at https://github.com/a/b", "http://creativecommons.org/licenses/by/4.0/")


# OAI-PMH


def test_dublin_core() -> None:
    found = metadata(
        OAI.format(
            '<metadata><oai_dc:dc xmlns:oai_dc="o" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Trees</dc:title>'
            "<dc:creator>Lovelace, Ada</dc:creator>"
            "<dc:creator>Babbage, Charles; Turing, Alan M.</dc:creator><dc:subject>Mathematics - Logic</dc:subject>"
            "<dc:description>Comment: 7 pages</dc:description>"
            "<dc:identifier>http://arxiv.org/abs/1009.1022</dc:identifier><dc:identifier>Houston Journal, 34 (3), pp. 773</dc:identifier>"
            "<dc:rights>info:eu-repo/semantics/openAccess</dc:rights>"
            "<dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights></oai_dc:dc></metadata>"
        )
    )
    assert [author.name for author in found.authors] == ["Ada Lovelace", "Charles Babbage", "Alan M. Turing"]
    assert (found.venue, found.comment, found.categories) == ("Houston Journal, 34 (3), pp. 773", "7 pages", ("Mathematics - Logic",))
    assert found.licence == "http://creativecommons.org/licenses/by/4.0/"


def test_dublin_core_of_a_journal() -> None:
    found = metadata(
        OAI.format(
            "<metadata><dc><title>Trees</title><source>1234-567X</source><source>Journal of Trees; Vol. 1 No. 2 (2019)</source>"
            "<identifier>Some shelf mark</identifier></dc></metadata>"
        )
    )
    assert found == Metadata(venue="Journal of Trees; Vol. 1 No. 2 (2019)")


ARXIV = (
    "<comments>7 pages</comments><journal-ref>J. Trees 1</journal-ref><license>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</license>"
    "<categories>math.CO cs.CG</categories>"
)


@pytest.mark.parametrize(
    ("kind", "authors"),
    [
        (
            "arXiv",
            "<author><keyname>King</keyname><forenames>M. L.</forenames><suffix>Jr</suffix><affiliation>KEK</affiliation></author>"
            "<author><keyname>BELLE Collaboration</keyname></author>",
        ),
        ("arXivRaw", "M. L. King, Jr (KEK), BELLE Collaboration"),
    ],
)
def test_both_formats_of_arxiv_state_the_same(kind: str, authors: str) -> None:
    found = metadata(OAI.format(f"<metadata><{kind}><title>Trees</title><authors>{authors}</authors>{ARXIV}</{kind}></metadata>"))
    assert people(found) == [("M. L. King Jr", "", ["KEK"]), ("BELLE Collaboration", "", [])]
    assert (found.venue, found.comment, found.categories) == ("J. Trees 1", "7 pages", ("math.CO", "cs.CG"))
    assert found.licence == "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"


# JATS


def jats(meta: str = "", *, journal: str = "", body: str = "", back: str = "") -> str:
    return (
        f"<article xmlns:xlink='http://www.w3.org/1999/xlink'><front>{journal}<article-meta><title-group>"
        f"<article-title>Trees</article-title></title-group>{meta}"
        f"</article-meta></front><body>{body}</body><back>{back}</back></article>"
    )


NAME = "<name><surname>{}</surname><given-names>{}</given-names></name>"
TURIN = (
    "<aff id='a1'><label>1</label><institution content-type='dept'>Physics</institution>, <institution-wrap>"
    "<institution>University of Turin</institution>"
    "<institution-id institution-id-type='ror'>https://ror.org/048tbm396</institution-id>"
    "</institution-wrap>, <country>Italy</country></aff>"
)


def test_jats_authors_carry_the_affiliations_they_refer_to() -> None:
    found = metadata(
        jats(
            "<contrib-group><contrib contrib-type='author'>"
            f"<contrib-id contrib-id-type='orcid'>http://orcid.org/0000-0002-1825-0097</contrib-id>{NAME.format('Lovelace', 'Ada')}"
            "<xref ref-type='aff' rid='a1 a2'><sup>1,2</sup></xref></contrib>"
            f"<contrib contrib-type='author'>{NAME.format('Babbage', 'Charles')}"
            "<xref ref-type='aff' rid='a2'/><xref ref-type='aff' rid='nowhere'/><xref ref-type='fn' rid='a1'/></contrib>"
            "<contrib contrib-type='author'>"
            f"<collab>The Engine Group<contrib-group><contrib>{NAME.format('Member', 'A')}</contrib></contrib-group></collab>"
            "</contrib></contrib-group>"
            f"<contrib-group><contrib contrib-type='editor'>{NAME.format('Editor', 'E')}<xref ref-type='aff' rid='edit'/></contrib>"
            "</contrib-group>"
            f"{TURIN}<aff-alternatives id='a2'><aff>KEK, Tsukuba</aff><aff xml:lang='ja'>高エネ研</aff></aff-alternatives>"
            "<aff id='edit'>Padova</aff>"
        )
    )
    turin = Affiliation("Physics, University of Turin, Italy", "University of Turin", "https://ror.org/048tbm396")
    kek = Affiliation("KEK, Tsukuba")
    assert found.authors == (
        Author("Ada Lovelace", "http://orcid.org/0000-0002-1825-0097", (turin, kek)),
        Author("Charles Babbage", "", (kek,)),
        Author("The Engine Group"),
    )
    assert found.affiliations == ()


def test_jats_affiliations_of_a_group_and_of_nobody_in_particular() -> None:
    authors = f"<contrib>{NAME.format('Lovelace', 'Ada')}</contrib><contrib><string-name>Charles Babbage</string-name></contrib>"
    assert people(metadata(jats(f"<contrib-group>{authors}<aff>KEK</aff></contrib-group>"))) == [
        ("Ada Lovelace", "", ["KEK"]),
        ("Charles Babbage", "", ["KEK"]),
    ]
    found = metadata(jats(f"<contrib-group>{authors}</contrib-group><aff id='a'>KEK</aff><aff>JAIST</aff>"))
    assert [one.text for one in found.affiliations] == ["KEK", "JAIST"]
    assert not any(author.affiliations for author in found.authors)


def test_jats_journal_subjects_and_licence() -> None:
    found = metadata(
        jats(
            "<article-categories><subj-group subj-group-type='heading'><subject>Research Article</subject></subj-group><subj-group>"
            "<subject>Biology</subject>"
            "<subj-group><subject>Botany</subject></subj-group></subj-group></article-categories><permissions>"
            "<license license-type='open-access'>"
            "<ali:license_ref xmlns:ali='http://www.niso.org/schemas/ali/1.0/'>https://creativecommons.org/licenses/by/4.0/</ali:license_ref></license></permissions>"
            "<kwd-group><kwd>trees</kwd><kwd>CO<sub>2</sub></kwd></kwd-group><kwd-group kwd-group-type='abbreviations'><kwd>KEK</kwd>"
            "</kwd-group>",
            journal="<journal-meta><journal-title-group><journal-title>PLoS ONE</journal-title></journal-title-group></journal-meta>",
        )
    )
    assert (found.venue, found.categories) == ("PLoS ONE", ("Biology", "Botany", "trees", "CO₂"))
    assert found.licence == "https://creativecommons.org/licenses/by/4.0/"


def test_jats_references_give_one_item_per_work() -> None:
    found = metadata(
        jats(
            back="<ref-list><ref><element-citation><pub-id pub-id-type='doi'>10.1/a</pub-id><pub-id pub-id-type='pmc'>7</pub-id></element-citation></ref>"
            "<ref><mixed-citation>a) <pub-id pub-id-type='pmid'>1</pub-id></mixed-citation>"
            "<mixed-citation>b) <pub-id pub-id-type='pmid'>2</pub-id></mixed-citation></ref>"
            "<ref><citation-alternatives><element-citation><pub-id pub-id-type='doi'>10.1/b</pub-id></element-citation>"
            "<mixed-citation><ext-link "
            "xlink:href='https://doi.org/10.1/b'/></mixed-citation></citation-alternatives></ref><ref>"
            "<mixed-citation>Vaswani. arXiv preprint arXiv:1706.03762</mixed-citation></ref>"
            "<ref><mixed-citation>A book.</mixed-citation></ref></ref-list>"
        )
    )
    assert cites(found) == [["doi:10.1/a", "pmcid:PMC7"], ["pmid:1"], ["pmid:2"], ["doi:10.1/b"], ["arxiv:1706.03762"]]


def test_jats_code_is_what_a_statement_of_availability_calls_code() -> None:
    link = "<ext-link xlink:href='https://github.com/{}'/>"
    found = metadata(
        jats(
            body=f"<sec><title>Methods</title><p>We used the code of {link.format('other/tool')}.</p></sec>"
            f"<sec><title>Code availability</title><p>See {link.format('a/trees')} and <ext-link xlink:href='https://x.org'/>.</p></sec>",
            back=f"<sec><title>Data availability</title><p>Data: {link.format('a/data')}.</p><p>The scripts are at {link.format('a/scripts/')}.</p></sec>",
        )
    )
    assert found.code == ("https://github.com/a/trees", "https://github.com/a/scripts")


# PubMed


def test_pubmed() -> None:
    found = metadata(
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID><Article><Journal><Title>Trees today</Title></Journal>"
        "<ArticleTitle>Trees</ArticleTitle>"
        "<AuthorList><Author><LastName>King</LastName><ForeName>Martin L</ForeName><Initials>ML</Initials><Suffix>Jr</Suffix>"
        "<Identifier Source='ORCID'>0000-0002-1825-0097</Identifier>"
        "<AffiliationInfo><Affiliation>KEK, Japan. Electronic address: a@kek.jp.</Affiliation>"
        "<Identifier Source='ROR'>https://ror.org/01g5y5k24</Identifier></AffiliationInfo></Author>"
        "<Author ValidYN='N'><LastName>Kign</LastName></Author><Author><CollectiveName>Tree Group</CollectiveName></Author>"
        "</AuthorList></Article>"
        "<CommentsCorrectionsList><CommentsCorrections RefType='Cites'><PMID>3</PMID></CommentsCorrections>"
        "<CommentsCorrections RefType='ErratumIn'><PMID>4</PMID></CommentsCorrections>"
        "</CommentsCorrectionsList><MeshHeadingList><MeshHeading><DescriptorName>Trees</DescriptorName>"
        "<QualifierName>growth</QualifierName></MeshHeading></MeshHeadingList>"
        "<KeywordList><Keyword>shade</Keyword></KeywordList></MedlineCitation><PubmedData><ReferenceList><Reference>"
        "<Citation>X</Citation><ArticleIdList>"
        "<ArticleId IdType='doi'>10.9/x</ArticleId><ArticleId IdType='pubmed'>1</ArticleId></ArticleIdList></Reference><Reference>"
        "<Citation>Y</Citation></Reference>"
        "<ReferenceList><Reference><ArticleIdList><ArticleId IdType='pubmed'>2</ArticleId></ArticleIdList></Reference>"
        "</ReferenceList></ReferenceList></PubmedData></PubmedArticle></PubmedArticleSet>"
    )
    kek = Affiliation("KEK, Japan", "", "https://ror.org/01g5y5k24")
    assert found.authors == (Author("Martin L King Jr", "0000-0002-1825-0097", (kek,)), Author("Tree Group"))
    assert (found.venue, found.categories) == ("Trees today", ("shade", "Trees"))
    assert cites(found) == [["doi:10.9/x", "pmid:1"], ["pmid:2"], ["pmid:3"]]


def test_a_chapter_names_its_authors_not_the_editors_of_its_book() -> None:
    found = metadata(
        "<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>1</PMID><Book><BookTitle>Gene Reviews</BookTitle>"
        "<AuthorList Type='editors'><Author><LastName>Ed</LastName></Author>"
        "</AuthorList></Book><ArticleTitle>Genes</ArticleTitle><AuthorList Type='authors'><Author><LastName>Lovelace</LastName>"
        "<Initials>A</Initials></Author></AuthorList>"
        "</BookDocument></PubmedBookArticle></PubmedArticleSet>"
    )
    assert (people(found), found.venue) == ([("A Lovelace", "", [])], "Gene Reviews")


# TEI


def tei(analytic: str = "", *, monogr: str = "", header: str = "", text: str = "", profile: str = "") -> str:
    return (
        '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>Trees</title>'
        f"</titleStmt>{header}<sourceDesc><biblStruct><analytic>{analytic}</analytic>"
        f"<monogr>{monogr}</monogr></biblStruct></sourceDesc></fileDesc><profileDesc>{profile}</profileDesc></teiHeader>"
        f"<text>{text}</text></TEI>"
    )


ADA = "<persName><forename type='first'>Ada</forename><forename type='middle'>K</forename><surname>Lovelace</surname></persName>"
GROBID_AFFILIATION = (
    "<affiliation key='aff0'><orgName type='department'>Physics</orgName><orgName type='institution'>University of Turin</orgName>"
    "<address><settlement>Turin</settlement><country key='IT'>Italy</country></address></affiliation>"
)


def test_tei_authors_and_affiliations_without_one() -> None:
    found = metadata(
        tei(
            f"<author>{ADA}<email>a@b.c</email><idno type='ORCID'>0000-0002-1825-0097</idno>{GROBID_AFFILIATION}</author>"
            "<author><affiliation><note type='raw_affiliation'><label>2</label> KEK in Tsukuba</note>"
            "<orgName type='institution'>KEK</orgName></affiliation></author>"
            "<author><affiliation><orgName type='department'>Introduction</orgName></affiliation></author>"
        )
    )
    turin = Affiliation("Physics, University of Turin, Turin, Italy", "University of Turin")
    assert found.authors == (Author("Ada K Lovelace", "0000-0002-1825-0097", (turin,)),)
    assert found.affiliations == (Affiliation("KEK in Tsukuba", "KEK"),)


def test_tei_of_hal_lists_its_organisations_at_the_end() -> None:
    found = metadata(
        tei(
            f"<author role='aut'>{ADA}<affiliation ref='#struct-1'/></author>",
            text="<back><listOrg><org type='institution' xml:id='struct-1'><idno type='ROR'>https://ror.org/1</idno><orgName>CNRS</orgName></org></listOrg></back>",
        )
    )
    assert found.authors[0].affiliations == (Affiliation("CNRS", "CNRS", "https://ror.org/1"),)


def test_tei_venue_keywords_licence_and_citations() -> None:
    found = metadata(
        tei(
            monogr="<title level='j' type='abbrev'>J. T.</title><title level='j' type='main'>Journal of Trees</title>",
            header="<publicationStmt><availability><licence target='https://creativecommons.org/licenses/by/4.0/'><p>CC</p></licence></availability></publicationStmt>",
            profile="<textClass><keywords><term>trees</term><term>shade</term></keywords></textClass>",
            text="<back><div type='references'><listBibl><biblStruct><analytic><title>A</title><idno type='DOI'>10.1/a</idno></analytic><monogr><title level='j'>arXiv preprint "
            "arXiv:1706.03762</title></monogr></biblStruct><biblStruct><monogr><title>A book</title></monogr></biblStruct>"
            "<biblStruct><idno type='arXiv'>arXiv:1810.04805v2[cs.CL]</idno>"
            "<ptr target='https://doi.org/10.1000/c'/></biblStruct></listBibl></div></back>",
        )
    )
    assert (found.venue, found.categories) == ("Journal of Trees", ("trees", "shade"))
    assert found.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert cites(found) == [["doi:10.1/a", "arxiv:1706.03762"], ["arxiv:arXiv:1810.04805v2", "doi:10.1000/c"]]
    assert metadata(tei(profile="<textClass><keywords>trees; shade</keywords></textClass>")).categories == ("trees", "shade")


# ACL Anthology


def test_acl() -> None:
    found = metadata(
        '<collection id="2022.acl"><volume id="long"><meta><booktitle>Proceedings of <fixed-case>ACL</fixed-case></booktitle><editor>'
        "<first>E</first><last>Ed</last></editor></meta>"
        '<paper id="1"><title>Trees</title><author id="ada" orcid="0000-0002-1825-0097"><first>Ada</first><last>Lovelace</last>'
        '<affiliation>KEK</affiliation><variant script="hani">'
        "<first>伟</first><last>张</last></variant></author><author><first/><last>Babbage</last></author><editor><first>E</first>"
        "<last>Ed</last></editor><award>Best paper</award>"
        '<pwccode url="https://github.com/a/trees" additional="false">a/trees</pwccode><pwccode url="" additional="true"/>'
        '<pwcdataset url="https://x.org">X</pwcdataset></paper>'
        "</volume></collection>"
    )
    assert people(found) == [("Ada Lovelace", "0000-0002-1825-0097", ["KEK"]), ("Babbage", "", [])]
    assert (found.venue, found.code) == ("Proceedings of ACL", ("https://github.com/a/trees",))


# all


@pytest.mark.parametrize(
    "xml",
    [
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title></entry></feed>',
        OAI.format("<metadata><dc><title>T</title></dc></metadata>"),
        jats(),
        "<PubmedArticleSet><MedlineCitation><Article><ArticleTitle>T</ArticleTitle></Article></MedlineCitation></PubmedArticleSet>",
        tei(),
        '<collection id="2022.acl"><paper id="1"><title>T</title></paper></collection>',
    ],
)
def test_where_nothing_is_stated_nothing_is_read(xml: str) -> None:
    assert metadata(xml) == Metadata()


def test_ever_more_authors_and_references_are_cut() -> None:
    many = MAX_STATED + 100
    contributors = "".join(f"<contrib>{NAME.format(n, 'A')}<xref ref-type='aff' rid='{'a1 ' * 200}'/></contrib>" for n in range(many))
    references = "".join(f"<ref><mixed-citation><pub-id pub-id-type='pmid'>{n}</pub-id></mixed-citation></ref>" for n in range(many))
    found = metadata(jats(f"<contrib-group>{contributors}</contrib-group>{TURIN}", back=f"<ref-list>{references}</ref-list>"))
    assert (len(found.authors), len(found.cites)) == (MAX_STATED, MAX_STATED)
    assert {len(author.affiliations) for author in found.authors} == {1}
    assert found.cites[0] == (Identifier("pmid", "0"),)


def test_an_entity_that_nothing_explains_is_marked_and_costs_no_paper() -> None:
    name = "<contrib><name><surname>&unknown;</surname><given-names>Ada</given-names></name></contrib>"
    xml = jats(f"<contrib-group>{name}</contrib-group>", body="<p>We &wait;<italic>&x;</italic>.</p>")
    (found,) = read([xml.encode()], "some.xml", "jats")
    assert isinstance(found, Record)
    assert found.metadata.authors[0].name == "Ada \ufffd"
    assert found.sections[0].text == "We \ufffd\ufffd."


def test_a_paper_of_nothing_but_unexplained_entities_is_refused() -> None:
    found = list(read([jats(body=f"<p>{'&x;' * 60_000}</p>").encode()], "some.xml", "jats"))
    assert [item.code for item in found if isinstance(item, Rejection)] == ["entity"]
    assert len(found) == 1
