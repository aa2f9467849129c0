"""Lines of a listing → blocks with the features of their shape.

A block is one line, or lines that are certainly one: an abstract wrapped at 80 columns. Everything here looks at shape (length, sentences,
capitals, final punctuation), not at what the words mean; the exceptions are the field names of bibliographic lists ("Authors:") and months.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

_RULE = re.compile(r"[-=_*~#+•·—–\s]{3,}")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_SENTENCE_END = re.compile(  # not "et al. (2020)", "J. Serre", "Clouds. IX. The Serpens"
    r"(?<![A-Z])(?<!\bvs)(?<!\bal)(?<!\be\.g)(?<!\bi\.e)[.?!][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])(?![IVX]+[.:])|[。！？]"
)
_STOP = re.compile(r"(?:[.。！]|\.\.\.|…)[\"'”’)\]}*$]*$")
_QUESTION = re.compile(r"[?!？][\"'”’)\]]*$")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_IDENTIFIER = re.compile(
    r"https?://(?:[a-z]+\.)?(?:arxiv\.org|doi\.org|aclanthology\.org|openalex\.org|huggingface\.co/papers|pubmed\.ncbi\.nlm\.nih\.gov)/[^\s{}<>]+"
    r"|arxiv:\s?[a-z./-]*\d[\w./-]*|\bdoi:\s?10\.[^\s{}<>]+|(?<![\w./])10\.\d{4,9}/[^\s{}<>]+|(?<![\w.])\d{4}\.\d{4,5}(?:v\d{1,2})?(?![\w.])",
    re.IGNORECASE,
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b{_MONTH}\s+\d{{1,4}}\b|\b{_DAY}\s+{_MONTH}|\b\d{{4}}([-/.])\d\d?\1\d\d?\b|\b\d\d?/\d\d?/\d\d(?:\d\d)?\b", re.IGNORECASE
)
_LABEL = re.compile(r"(title|abstract|summary)\s*(?:[:：]|\.\s?[—–-]|[—–]|$)\s*", re.IGNORECASE)
_FIELD = re.compile(
    r"(?:authors?|comments?|subjects?|categor(?:y|ies)|keywords?|journal(?:[- ]ref)?|venue|affiliations?|arxiv(?: id)?|doi|(?:msc|acm)[- ]class|"
    r"report[- ]no|submitted(?: by| on)?|published(?: in| on| by)?|received|revised|updated|primary|cite as|license|posted(?: by| on)?)\s*[:：]",
    re.IGNORECASE,
)
# Words that begin titles too ("DATE: Detecting Anomalies …"), so their value has to look like one.
_VALUE_FIELD = re.compile(
    r"(?:date|year|pdf|url|links?|html|page|source|id|tags?|score|upvotes?|likes?|stars?)\s*[:：]\s*(?:https?:|[\d(#\[])", re.IGNORECASE
)
_BYLINE = re.compile(r"by\s?[A-Z@]")  # "by Ada Lovelace", "byAK and the community"; not "By Land or by Sea"
_NAME_SPLIT = re.compile(r"\s*(?:[,;·•|、&]|\band\b)\s*")
_NAME = re.compile(
    r"(?:(?:[A-ZÀ-ÞŁŚŠŽ][\w.'’-]*|de|da|del|della|der|den|di|du|el|al|la|le|van|von|ter|ten|bin|ibn|dos|et)[\s\d*†‡§¶]*){1,5}",
)
_ENUMERATOR = re.compile(r"(?:\(?\d{1,4}[.)]|\[\d{1,4}\]|[-*•▪◦‣–+]|#\d{1,4}:?)\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank."""

    text: str  # stripped
    gap: int = 0  # 0: right below the line before; 1: blank lines between; 2: a rule ("-----") between
    heading: int = 0  # level of a markdown heading, 0 for none
    links: tuple[str, ...] = ()  # addresses behind markdown links
    indent: int = 0  # blanks in front


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together, and their shape."""

    text: str  # lines joined by "\n"
    gap: int
    heading: int
    links: tuple[str, ...]
    length: int
    words: int
    sentences: int
    stop: bool  # ends as a sentence does
    question: bool  # ends with "?" or "!"
    capitals: float  # share of words of 4+ letters after the first that begin with a capital; 0.5 where there is none
    lower: bool  # begins with a common lower-case word
    label: str = ""  # "title" or "abstract" where the line says so itself
    chrome: float = 0.0  # how surely it is no part of a paper's text: dates, names, ids, numbers
    url: bool = False
    cased: bool = True  # its letters know upper and lower case
    hanging: bool = False  # right below a line that is less indented
    last_length: int = 0  # length of its last line
    first_word: int = 0  # length of its first word
    repeats: int = field(default=1)  # how many short blocks say the same, numbers aside


def split_lines(text: str) -> list[Line]:
    """The lines of plain text; rules and blank lines become the `gap` of the line below, underlined lines become headings."""
    return with_gaps(Line(raw.strip(), indent=len(raw) - len(raw.lstrip())) for raw in text.split("\n"))


def with_gaps(raw: Iterable[Line]) -> list[Line]:
    """The lines that hold text, each with its `gap`."""
    lines: list[Line] = []
    gap = 1
    for line in raw:
        text = line.text
        if not text:
            gap = max(gap, 1)
        elif text == "\\\\" or text.startswith("\\\\ ("):  # what parts the papers of arXiv's mails
            gap = 2
        elif _RULE.fullmatch(text):
            if gap == 0 and lines and _underlines(text, lines[-1]):
                lines[-1] = replace(lines[-1], heading=1 if text[0] == "=" else 2)
            gap = 2
        else:
            lines.append(replace(line, gap=gap) if gap else line)
            gap = 0
    return lines


def to_blocks(lines: Sequence[Line], width: int = 0) -> list[Block]:
    """The blocks of a listing wrapped at `width` (0: not wrapped), in order, each with its features."""
    merged: list[list[Line]] = []
    hanging: list[bool] = []
    for line in lines:
        if merged and (_continues(merged[-1][-1], line) or _is_wrapped_text(merged[-1], line, width)):
            merged[-1].append(line)
        else:
            hanging.append(bool(merged) and not line.gap and line.indent > merged[-1][-1].indent)
            merged.append([line])
    blocks = _without_false_names([_block(group, below) for group, below in zip(merged, hanging, strict=True)])
    counts = Counter(_repeat_key(block.text) for block in blocks if block.length <= 80)
    return [replace(b, repeats=counts[key]) if b.length <= 80 and counts[key := _repeat_key(b.text)] > 1 else b for b in blocks]


def wrap_width(lines: Sequence[Line]) -> int:
    """The column at which paragraphs were wrapped, 0 where lines are whole paragraphs or titles.

    Wrapped text is told by its lines: most that have a line right below are so long that the next word did not fit, many begin in the
    middle of a sentence, and hardly one is longer.
    """
    pairs = [(a.text, b.text) for a, b in pairwise(lines) if b.gap == 0 and not a.heading and not b.heading]
    if len(pairs) < 4:
        return 0
    width = sorted(len(a) for a, _ in pairs)[int(0.9 * (len(pairs) - 1))]
    full = sum(len(a) + 1 + _first_word(b) > width for a, b in pairs)
    inside = sum(b[0].islower() for _, b in pairs)
    longer = sum(len(line.text) > 1.2 * width for line in lines)
    wrapped = 40 <= width <= 160 and full >= 0.5 * len(pairs) and inside >= 0.3 * len(pairs) and longer <= 0.1 * len(lines)
    return width if wrapped else 0


def without_enumerator(text: str) -> str:
    """`text` without a leading "3.", "[12]" or bullet."""
    return _ENUMERATOR.sub("", text, count=1) if _ENUMERATOR.match(text) else text


def has_enumerator(text: str) -> bool:
    """Whether `text` begins with a number or bullet of a list."""
    return _ENUMERATOR.match(text) is not None


def without_label(text: str) -> str:
    """`text` without a leading "Title:" or "Abstract:"."""
    return _LABEL.sub("", text, count=1) if _LABEL.match(text) else text


def identifiers_in(text: str) -> list[str]:
    """What looks like an identifier of a paper: arXiv ids, DOIs, addresses of paper archives."""
    return [match.group().rstrip(".,;)") for match in _IDENTIFIER.finditer(text)]


def _underlines(rule: str, line: Line) -> bool:
    """Whether `rule` makes a heading of the line above it ("Title" over "====="); below a sentence "-----" parts papers."""
    if rule[0] not in "=-" or len(rule) < 4 or not line.gap or len(line.text) >= 250:
        return False
    return rule[0] == "=" or not _STOP.search(line.text)


def _continues(before: Line, line: Line) -> bool:
    """Whether `line` certainly goes on with the sentence that `before` breaks off."""
    if line.gap or line.heading or before.heading:
        return False
    if line.indent > before.indent and _FIELD.match(before.text):
        return True
    if len(before.text) < 40 or _STOP.search(before.text):
        return False
    return (
        (line.text.split(None, 1)[0].islower() or line.text[0] == "(")  # not "iFinder: …", the next title of a list
        and not _URL.match(line.text)
        and not _IDENTIFIER.match(line.text)
        and _chrome(line.text) < 1
    )


def _is_wrapped_text(above: list[Line], line: Line, width: int) -> bool:
    """Whether `line` goes on with lines of running text, the last of which is full and no sentence's end."""
    if not width or line.gap or line.heading or above[-1].heading:
        return False
    if _STOP.search(above[-1].text) or len(above[-1].text) + 1 + _first_word(line.text) <= width:
        return False
    if len(above) >= 3 or (len(above) == 2 and _capitals(_WORD.findall(above[0].text + " " + above[1].text)) < 0.5):
        return True
    return not line.text[0].isupper() and not _URL.match(line.text) and _chrome(line.text) < 1


_LOOKED_AT = 100_000  # characters of a block whose words are looked at


def _block(lines: list[Line], hanging: bool) -> Block:
    first = lines[0]
    text = "\n".join(line.text for line in lines)
    bare = without_enumerator(text)
    words = _WORD.findall(bare[:_LOOKED_AT])  # of a block that is longer no paper is made: what its beginning is like decides
    label = _LABEL.match(bare)
    cased = text.isascii() or _is_cased(text[:300])
    return Block(
        text=text,
        gap=first.gap,
        heading=first.heading,
        links=tuple(link for line in lines for link in line.links),
        length=len(text),
        words=len(words) if cased else len(text) // 2,
        sentences=len(_SENTENCE_END.findall(bare)) + 1,
        stop=_STOP.search(bare) is not None and (len(words) >= 8 or not bare.endswith(("...", "…"))),
        question=_QUESTION.search(bare) is not None,
        capitals=_capitals(words),
        lower=bool(words) and bare[:1].islower() and words[0].islower() and not any(c.isdigit() for c in words[0]),
        label={"title": "title"}.get(label.group(1).lower(), "abstract") if label else "",
        chrome=_chrome(bare),
        url=_URL.search(text) is not None,
        cased=cased,
        hanging=hanging,
        last_length=len(lines[-1].text),
        first_word=_first_word(first.text),
    )


def _is_cased(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return 3 * sum(c.upper() == c.lower() for c in letters) <= len(letters)


def _capitals(words: Sequence[str]) -> float:
    initials = [word[0] for word in words[1:] if len(word) > 3]
    return sum(map(str.isupper, initials)) / len(initials) if initials else 0.5


def _chrome(text: str) -> float:
    """How surely a line is none of title and abstract, by its form alone: 0 (nothing says so) to 4."""
    if not any(c.isalpha() for c in text):
        return 4.0
    if len(text) > 400:
        return 0.0
    without_links = _IDENTIFIER.sub("", _URL.sub("", text))
    if without_links != text and len(_WORD.findall(without_links)) <= 4:
        return 4.0
    if _FIELD.match(text) or _VALUE_FIELD.match(text):
        return 3.5
    if len(text) <= 60 and _DATE.search(text) and len(_WORD.findall(_DATE.sub("", text))) <= 3:
        return 3.0
    if _are_names(text):
        return 3.0 if "," in text else 2.0  # two names and an "and" may be a title as well
    if _BYLINE.match(text) and len(text) <= 80:
        return 2.5
    digits = sum(c.isdigit() for c in text)
    return 2.0 if digits * 2 > len(text) else 0.0


def _are_names(text: str) -> bool:
    """Whether the line lists people: "Ada Lovelace, Alan M. Turing and Grace Hopper"."""
    parts = [part for part in _NAME_SPLIT.split(text.rstrip(".… ")) if part]
    if len(parts) < 2 or ":" in text or (_STOP.search(text) and len(parts) < 3):
        return False
    named = sum(_NAME.fullmatch(part) is not None and len(part) <= 40 for part in parts)
    full = sum(" " in part or "." in part for part in parts)
    return named >= 0.8 * len(parts) and full >= 0.6 * len(parts)


def _without_false_names(blocks: list[Block]) -> list[Block]:
    """The blocks; what looks like a list of people is none where its words are common or, in a list of titles, hardly any other does.

    "Graph Networks and Language Models" is such a line: the listing writes its words small elsewhere, or no other title has authors.
    """
    named = [at for at, block in enumerate(blocks) if block.chrome and _are_names(without_enumerator(block.text))]
    if not named:
        return blocks
    others = [block for block in blocks if block.words >= 4 and not block.chrome]
    rare = 2 * len(named) <= len(others) and not any(block.stop for block in others)
    small = {word for block in blocks for word in _WORD.findall(block.text) if word.islower()}
    for at in named:
        if rare or _are_known(_WORD.findall(blocks[at].text), small):
            blocks[at] = replace(blocks[at], chrome=0.0)
    return blocks


def _are_known(words: Sequence[str], small: set[str]) -> bool:
    long = [word.lower() for word in words if len(word) > 2 and word[0].isupper()]
    return 2 * sum(word in small for word in long) > len(long)


def _first_word(text: str) -> int:
    return len(text.split(None, 1)[0])


def _repeat_key(text: str) -> str:
    return re.sub(r"\d+", "0", text).casefold()
