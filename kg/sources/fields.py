"""One JSON object → one paper: which of its fields hold title, abstract, identifiers and date.

The names are those of the arXiv snapshot and API, OpenAlex, Semantic Scholar, Crossref, CSL-JSON, S2ORC and of dumps made of them;
what only one of them has is brought under these names by `kg.sources.flavours`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime

from kg.model import Identifier, Record
from kg.sources.flavours import Flavour, Json, flavour_of, from_inverted_index

_TITLES = ("title", "display_name", "paper_title")
_ABSTRACTS = ("abstract", "summary", "abs", "paper_abstract", "paperAbstract", "abstract_text", "description")
_NESTED = ("metadata", "paper", "article", "bibjson", "grobid_parse", "attributes")  # S2ORC and wrappers keep the fields one level down
_IDENTIFIERS = {
    "arxiv_id": "arxiv", "arxivid": "arxiv", "arxiv": "arxiv", "eprint": "arxiv", "doi": "doi", "pmid": "pmid", "pubmed_id": "pmid",
    "pmcid": "pmcid", "corpusid": "corpusid", "corpus_id": "corpusid", "openalex": "openalex", "openalex_id": "openalex",
    "paperid": "s2", "acl_id": "acl", "acl": "acl", "mag": "mag", "dblp": "dblp",
    "id": "id", "paper_id": "id", "entry_id": "id", "url": "url", "link": "url", "pdf_url": "url",
    "pdf": "url", "abs_url": "url",
}  # fmt: skip
_IDENTIFIER_MAPS = ("externalids", "ids", "external_ids", "identifiers")
_DATES = (
    "date", "published", "publication_date", "publicationdate", "published_date", "issued", "submitted", "date_published", "publisheddate",
)  # fmt: skip
_LATER_DATES = ("update_date", "updated", "publication_year", "yearpublished", "year")
_ARCHIVES = r"(?:arxiv|doi|openalex|aclanthology|alphaxiv)\.org|pubmed\.ncbi\.nlm\.nih\.gov|huggingface\.co/papers"
_PAPER_URL = re.compile(rf"https?://(?:[a-z]+\.)?(?:{_ARCHIVES})/", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?(?=$|[T\s])")
_VERSION = re.compile(r"v?(\d{1,3})")
# "Mon, 2 Apr 2007 19:18:42 GMT", as the arXiv snapshot has it; ten times as fast as the parser of the standard library
_MONTH_NAMES = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_RFC2822 = re.compile(rf"(?:[A-Z][a-z]{{2}}, )?(\d{{1,2}}) ({_MONTH_NAMES}) (\d{{4}})(?: \d\d:\d\d:\d\d GMT)?")
_MONTHS = {name: f"{number:02}" for number, name in enumerate(_MONTH_NAMES.split("|"), start=1)}
_LISTS = ("results", "data", "items", "papers", "works", "records", "hits", "docs", "references", "recommendedPapers")  # of answers of APIs
_ANSWERS = ("message", "response", "hits", "result")  # that have such a list one level down: Crossref, Solr, Elasticsearch
_FLOAT_ID = re.compile(r"(\d{3,4})\.(\d{1,5})")


def paper(entry: Json, source: str, place: str, format: str, flavour: Flavour | None = None) -> Record:
    """The paper that an object of a flavour, found out where it is not given, describes; its format is that flavour, else `format`."""
    flavour = flavour or flavour_of(entry)
    return record(entry, source, place, format) if flavour is None else record(flavour.mend(entry), source, place, flavour.name)


def record(entry: Json, source: str, place: str, format: str) -> Record:
    """The paper that `entry` describes under the common names; title and abstract are "" where it has none."""
    levels = [entry, *(nested for key in _NESTED if isinstance(nested := entry.get(key), dict))]
    return Record(
        source=source,
        place=place,
        title=next((text for level in levels for text in _texts(level, _TITLES)), ""),
        abstract=next((text for level in levels for text in _abstracts(level)), ""),
        identifiers=tuple(dict.fromkeys(identifier for level in levels for identifier in _identifiers(level))),
        issued=_issued(entry),
        version=_version(entry),
        format=format,
    )


def papers_in(value: object, *, within: int = 3) -> list[object]:
    """The papers in a parsed JSON document: a list, one object, or the list inside an answer such as {"meta": …, "results": […]}."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return [value]
    if flavour_of(value) or any(True for _ in _texts(value, _TITLES)):
        return [value]
    for name in _LISTS:
        inner = value.get(name)
        if isinstance(inner, list):
            return inner
    for name in _ANSWERS:
        answer = value.get(name)
        if isinstance(answer, dict) and within:
            return papers_in(answer, within=within - 1)
    lists = [inner for inner in value.values() if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner)]
    return lists[0] if len(lists) == 1 and any(_titled(item) for item in lists[0][:20]) else [value]


def _titled(item: object) -> bool:
    return isinstance(item, dict) and any(True for _ in _texts(item, _TITLES))


def _texts(level: Mapping[str, object], names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        value = level.get(name)
        text = _text(value[0] if names is _TITLES and isinstance(value, list) and value else value)
        if text.strip():
            yield text


def _text(value: object, within: int = 4) -> str:
    """A string, a number written out, or the paragraphs of a list of strings or of {"text": …}; else "", as what is nested deeply."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, dict) and within:
        return _text(value.get("text") or value.get("value"), within - 1)
    if isinstance(value, list) and within:
        return "\n\n".join(part for item in value if (part := _text(item, within - 1).strip()))
    return ""


def _abstracts(level: Mapping[str, object]) -> Iterator[str]:
    yield from _texts(level, _ABSTRACTS)
    text = from_inverted_index(level.get("abstract_inverted_index"))
    if text:
        yield text


def _identifiers(level: Mapping[str, object]) -> Iterator[Identifier]:
    for name, value in level.items():
        lowered = name.lower()
        scheme = _IDENTIFIERS.get(lowered)
        if scheme is not None:
            yield from _identifier(scheme, value)
        elif lowered in _IDENTIFIER_MAPS and isinstance(value, dict):
            for inner, inner_value in value.items():
                yield from _identifier(_IDENTIFIERS.get(inner.lower(), inner.lower()), inner_value)


def _identifier(scheme: str, value: object) -> Iterator[Identifier]:
    if isinstance(value, float) and scheme in ("id", "arxiv"):
        value = _arxiv_of_float(repr(value))
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str) and value.strip() and (scheme != "url" or _PAPER_URL.match(value)):
        yield Identifier(scheme, value.strip())


def _arxiv_of_float(number: str) -> str:
    """The arXiv id that a spreadsheet took for a number: 704.0001 → "0704.0001", 2401.0001 → "2401.00010" (five digits since 2015)."""
    match = _FLOAT_ID.fullmatch(number)
    if match is None:
        return number
    month = match.group(1).zfill(4)
    return f"{month}.{match.group(2).ljust(5 if month >= '1501' else 4, '0')}"


def _issued(entry: Json) -> str:
    """The date of first publication where the entry states it, else the best other date; ISO 8601, or ""."""
    lowered = {name.lower(): value for name, value in entry.items()}
    candidates = [*(lowered.get(name) for name in _DATES), _first_version(entry), *(lowered.get(name) for name in _LATER_DATES)]
    return next((iso for value in candidates if value is not None and (iso := iso_date(value))), "")


def _first_version(entry: Json) -> object:
    versions = entry.get("versions")
    first = versions[0] if isinstance(versions, list) and versions else None
    return first.get("created") if isinstance(first, dict) else None


def iso_date(value: object) -> str:
    """`value` as YYYY-MM-DD, YYYY-MM or YYYY; "" where it is no date.

    Reads ISO 8601, RFC 2822, a year, and CSL's {"date-parts": [[2015, 8, 26]]}.
    """
    if isinstance(value, dict):
        parts = value.get("date-parts")
        value = parts[0] if isinstance(parts, list) and parts else ""
    if isinstance(value, list):
        value = "-".join(str(part) for part in value[:3] if isinstance(part, str | int))
    if not isinstance(value, str | int) or isinstance(value, bool):
        return ""
    text = str(value).strip()
    match = _ISO.match(text)
    if match:
        return "-".join([match.group(1), *(part.zfill(2) for part in match.groups()[1:] if part)])
    stated = _RFC2822.fullmatch(text)
    if stated:
        return f"{stated.group(3)}-{_MONTHS[stated.group(2)]}-{stated.group(1).zfill(2)}"
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _version(entry: Json) -> int:
    versions = entry.get("versions")
    listed = [v.get("version") if isinstance(v, dict) else v for v in versions] if isinstance(versions, list) else []
    stated = [str(value) for value in (*listed, entry.get("version")) if isinstance(value, str | int)]
    return max((int(match.group(1)) for text in stated if (match := _VERSION.fullmatch(text))), default=0)
