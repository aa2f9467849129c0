"""What a section of a paper is for, told by its headings; and which sections are read.

The words are those of headings in papers of computer science and of the life sciences; a heading that tells nothing is told by the
section around it, else by its place: the body of a paper is its method, what follows the conclusion is an appendix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.model import Section, SectionKind

# Sections in which a paper says what it does. Conclusions repeat the abstract; what is left says nothing of methods, data or devices.
READ = frozenset(
    {SectionKind.INTRODUCTION, SectionKind.RELATED_WORK, SectionKind.METHOD, SectionKind.EXPERIMENTS, SectionKind.ACKNOWLEDGEMENTS}
)

_NUMBER = re.compile(r"^\s*(?:(?:appendix|section|chapter)\s+)?(?:\d+(?:\.\d+)*|[IVX]{1,5}|[A-Z](?:\.\d+)*)?[.:)]?\s+(?=\S)", re.IGNORECASE)
_APPENDIX = re.compile(r"\s*(?:appendi|supplement|annex)", re.IGNORECASE)
_UNREAD = re.compile(
    r"\b(?:references|bibliography|author(?:s['’]?)? contributions?|contributions? of authors|(?:conflicts?|competing|declaration) (?:of )?interests?|"
    r"ethic\w*|consent|abbreviations|notation|proofs?|pre-?publication history|table of contents|about the authors?|broader impacts?|"
    r"reproducibility checklist)\b",
    re.IGNORECASE,
)
# The first that matches: "Related work and background" before "background", "experimental methods" before "methods".
_KINDS: tuple[tuple[re.Pattern[str], SectionKind], ...] = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), kind)
    for words, kind in (
        (r"acknowledge?ments?|acknowledg\w+|funding(?: \w+)?|financial support", SectionKind.ACKNOWLEDGEMENTS),
        (r"related (?:works?|literature|research|studies)|(?:prior|previous|existing) (?:works?|research|studies|art)|literature (?:review|survey)|state of the art",
         SectionKind.RELATED_WORK),
        (r"introduction|motivation", SectionKind.INTRODUCTION),
        (r"conclu\w+|concluding remarks|discussion|limitations?|future (?:works?|directions?)|outlook|summary", SectionKind.CONCLUSION),
        (r"experiment\w*|evaluat\w*|results?|empirical\w*|set-?ups?|settings?|implementation details?|training(?: \w+)?|pre-?training|fine-?tuning|data(?:sets?|bases?)?|"
         r"corpus|corpora|benchmarks?|hardware|infrastructure|hyper-?parameters?|ablations?|baselines?|comparisons?|"
         r"performance|case stud\w+|availability|compute|analys[ie]s|tasks?|findings",
         SectionKind.EXPERIMENTS),
        (r"methods?|methodolog\w+|materials?|approach\w*|models?|architectures?|algorithms?|frameworks?|systems?|design|implementation|proposed|pipeline|overview",
         SectionKind.METHOD),
        (r"backgrounds?|preliminar\w+", SectionKind.RELATED_WORK),
    )
)  # fmt: skip


def kind_of(heading: str) -> SectionKind | None:
    """What a section with this heading is for; OTHER for what is never read, None where the heading does not tell."""
    name = _NUMBER.sub("", f" {heading}").strip()
    if _UNREAD.search(name):
        return SectionKind.OTHER
    return next((kind for pattern, kind in _KINDS if pattern.search(name)), None)


def told(sections: Sequence[Section]) -> Iterator[Section]:
    """The sections with their kinds, in the same order.

    A section of related work, or of one that is never read, has that kind in all its parts; else the innermost heading that tells has it.
    What stands without a heading before the first that has one is the introduction.
    """
    opens = any(section.heading for section in sections)
    ended = False  # after the conclusion, acknowledgements or references
    first = True
    for section in sections:
        kinds = [kind_of(heading) for heading in (section.heading, *reversed(section.within))]
        kind = next((kind for kind in kinds if kind is not None), None)
        for whole in (SectionKind.OTHER, SectionKind.RELATED_WORK):
            if whole in kinds[1:]:
                kind = whole
        if first and kind is SectionKind.RELATED_WORK and kind_of(section.heading) is kind and "related" not in section.heading.casefold():
            kind = SectionKind.INTRODUCTION  # journals of medicine begin with "Background"
        if any(_APPENDIX.match(heading) for heading in (section.heading, *section.within)):
            ended = True
        if kind is None and first and opens and not section.heading:
            kind = SectionKind.INTRODUCTION
        if kind is None:
            kind = SectionKind.OTHER if ended else SectionKind.METHOD
        ended = ended or (not section.within and kind in (SectionKind.CONCLUSION, SectionKind.ACKNOWLEDGEMENTS, SectionKind.OTHER))
        first = False
        yield replace(section, kind=kind)
