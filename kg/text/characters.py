"""Characters and lines: what is removed, replaced or folded before a text is final."""

from __future__ import annotations

import html
import re
import sys
import unicodedata
from html.entities import html5

from kg.scripts import script

# U+FB00–FB06 only: NFKC on everything would turn "10⁶" into "106" and "H₂O" into "H2O".
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_REMOVED = [
    *range(0x09), *range(0x0E, 0x1C), *range(0x7F, 0x85), *range(0x86, 0xA0),  # controls; XML 1.0 forbids the first
    0xAD,  # soft hyphen
    *range(0x200B, 0x2010), *range(0x2060, 0x2065), 0x180E, 0xFEFF,  # zero-width characters and direction marks
    0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A),  # bidirectional controls
    0xFFFE, 0xFFFF,  # not characters
]  # fmt: skip
_SPACES = (0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x1F, 0x85, 0x2028)
_TABLE: dict[int, str | None] = {
    **dict.fromkeys(_REMOVED, None),
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),  # lone surrogates: no encoding can write them
    0x2029: "\n\n",
    **_LIGATURES,
}
_TABLED = re.compile("[" + "".join(re.escape(chr(code)) for code in _TABLE if not 0xD800 <= code < 0xE000) + "\ud800-\udfff]")
_ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Inline markup of metadata exports: "CO<sub>2</sub>", "<jats:p>We …</jats:p>". Not "<img …>", "<script>": unknown tags are text.
_TAG = re.compile(
    r"</?(?:jats:(?!su[bp]\b)[a-z-]{1,30}(?:\s[^<>]{0,200})?|mml:[a-z]{1,30}(?:\s[^<>]{0,200})?|i|b|u|p|em|strong|br|tt|italic|bold|inline-formula)\s?/?>",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"<((?:jats:)?su([bp]))>([^<>]{0,200})</\1>", re.IGNORECASE)
_SCRIPT_TAG = re.compile(r"</?(?:jats:)?su[bp](?:\s[^<>]{0,200})?>", re.IGNORECASE)  # one of a pair that holds what is no script
_BREAKING_TAG = re.compile(r"</(?:jats:)?(?:p|title|sec)>|<br ?/?>", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*|(?<=[.?!:])\n(?=[ \t]{2,}[A-Z])")  # arXiv indents the first line of a paragraph
_BROKEN_WORD = re.compile(r"(?<![\w-])(\w[\w-]{0,60})-[ \t]*\n[ \t]*([^\W\d_][\w-]{0,60})")
_WORD = re.compile(r"[^\W\d_][\w-]*")

# First halves of compounds that keep their hyphen when a line ends in it: "large-\nscale" is not "largescale".
_COMPOUND_HEADS = (
    "all average bag best class closed coarse context cost cross data decision deep domain edge encoder end energy event far few fine "
    "first full general graph ground hand high higher human image instruction in knowledge language large last latent layer left light "
    "long low lower machine many mean medium memory model multi-head near neural node non object off on one open out pair parameter "
    "part pixel plug point policy post real right rule sample second self semi sentence short single small so source state structure "
    "task test text third three time token top training two type up user vision weight well whole wide word world zero"
)
_KEEPS_HYPHEN = frozenset(_COMPOUND_HEADS.split())
# Second halves that join a capitalised word without a hyphen: "Image-\nNet" is ImageNet, "U-\nNet" stays U-Net.
_CAMEL_TAILS = ("Net", "Former", "Bench", "BERT", "GPT")


def plain(text: str) -> str:
    """`text` with entities as characters, known inline tags dropped, and no character that XML 1.0 or a terminal minds."""
    if "<" in text:
        text = _TAG.sub("", _BREAKING_TAG.sub("\n", text))
        text = _SCRIPT_TAG.sub("", _SCRIPT.sub(_script, text))
    if "&" in text:
        text = _ENTITY.sub(_character, text)
    if text.isascii() and text.isprintable():
        return text
    if _needs_table(text):
        text = text.translate(_TABLE)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """`text` with every run of white space as one space, and without characters that no file format can hold."""
    return " ".join((text.translate(_TABLE) if _needs_table(text) else text).split())


def paragraphs(text: str) -> list[str]:
    """The paragraphs of `text`, each on one line, words broken over line ends joined; none is empty."""
    text = text.strip()
    if "\n" not in text:
        folded = " ".join(text.split())
        return [folded] if folded else []
    if "-\n" in text or "- \n" in text:
        text = _join_broken_words(text)
    folded_all = (" ".join(part.split()) for part in _PARAGRAPH.split(text))
    return [part for part in folded_all if part]


def _needs_table(text: str) -> bool:
    # All that the table holds but the ligatures is unprintable, and that is quick to ask.
    if text.isprintable():
        return any(chr(code) in text for code in _LIGATURES)
    return _TABLED.search(text) is not None


def _script(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 1) : match.start()]
    return script("_" if match.group(2) in "bB" else "^", _ENTITY.sub(_character, match.group(3)), before)


def _character(match: re.Match[str]) -> str:
    entity = match.group(1)
    return html.unescape(match.group(0)) if entity.startswith("#") or entity + ";" in html5 else match.group(0)


def _join_broken_words(text: str) -> str:
    r"""Words parted at a line end put together, with or without the hyphen.

    The hyphen stays in compounds ("state-of-the-\nart", "large-\nscale", "Vision-\nLanguage") and goes in broken words
    ("Ef-\nficient"); how the same text writes the word elsewhere decides before anything else.
    """
    elsewhere = {sys.intern(word.casefold()) for word in _WORD.findall(_BROKEN_WORD.sub(" ", text))}

    def joined(match: re.Match[str]) -> str:
        head, tail = match.groups()
        return f"{head}-{tail}" if _keeps_hyphen(head, tail, elsewhere) else head + tail

    return _BROKEN_WORD.sub(joined, text)


def _keeps_hyphen(head: str, tail: str, elsewhere: set[str]) -> bool:
    if f"{head}-{tail}".casefold() in elsewhere:
        return True
    if (head + tail).casefold() in elsewhere:
        return False
    if "-" in head or ("-" in tail and tail[0].islower()):
        return True
    if tail[0].isupper():
        return not (tail.startswith(_CAMEL_TAILS) and len(head) > 2 and head.istitle())
    return head.casefold() in _KEEPS_HYPHEN or head.isupper() or any(c.isdigit() for c in head)
