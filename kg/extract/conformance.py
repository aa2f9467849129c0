"""Whether an extractor keeps its promises: `check` for tests of your own, `python -m kg.extract.conformance NAME` for a look.

An extractor comes in, problems in words go out. It reads a set of odd documents, each several times and in two orders.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from kg.errors import ExtractorError, KgError
from kg.extract import Extractor, load
from kg.extract.checked import broken
from kg.model import Document, Extraction

Found = Extraction | None  # None where the extractor failed

_PLAIN = (
    "We propose OwlNet, a network for night vision built on LampNet. OwlNet is trained on the DuskSet corpus with 8 NVIDIA A100 GPUs "
    "at the University of Turin. It outperforms LampNet on NightBench. Code: https://example.org/owlnet."
)

# Name of each → title, abstract. Made up here to be hard on offsets, on splitters of sentences, and on what reads markup.
_ODD: dict[str, tuple[str, str]] = {
    "plain": ("OwlNet: Night Vision for Small Drones", _PLAIN),
    "no abstract": ("OwlNet sees DuskSet", ""),
    "one-word title": ("OwlNet", "OwlNet."),
    "one character": ("Q", ""),
    "characters beyond the basic plane": ("🦉 OwlNet 𝔛", f"🦉🦉 𝒜 e\u0301 👩🏽‍🔬 {_PLAIN} 🦉 OwlNet 🦉"),
    "other scripts": (
        "用于夜视的 OwlNet 网络",
        "我们提出了OwlNet。Мы обучаем OwlNet на DuskSet. نقترح OwlNet للرؤية الليلية. हम OwlNet प्रस्तुत करते हैं।",
    ),
    "formulas": (
        r"$\mathcal{O}(n^2)$ to $O(n \log n)$",
        r"For $x_{i} \in \mathbb{R}^{d}$, OwlNet minimises $\sum_i |f(x_i)-y_i|^2$ \cite{a,b}. $$",
    ),
    "abstract of white space": ("On owls", " \n\n\t\u00a0 "),
    "control of lines": ("On\u2028owls", "We propose\r\nOwlNet.\n\n\n\u2029It beats\u0085LampNet\u00a0on DuskSet."),
    "markup": ("<b>OwlNet</b> &amp; co", "<script>alert('OwlNet')</script> <p>We use <i>DuskSet</i>.</p> ' OR 1=1 -- {{ OwlNet }}"),
    "20,000 characters without a full stop": (
        "A long sentence on OwlNet",
        "we use OwlNet with DuskSet as do many others who look for owls at night and " * 265,
    ),
    "one long word": ("Sequences", "ACGT" * 2500),
    "brackets that never close": ("(((", "((((( OwlNet ((OwlNet (LampNet [[[ {{{ « “ ‘"),
    "punctuation alone": ("...", "?!?!... ,,, ;;; --- *** §§§"),
    "many names": ("A survey", " ".join(f"Net-{n} and Data{n}Set," for n in range(200)) + "."),
}


def odd_documents() -> list[Document]:
    """The documents that every extractor is tried on, by name of what is odd in each."""
    return [Document(f"odd-{n}", "conformance", name, title, title, abstract) for n, (name, (title, abstract)) in enumerate(_ODD.items())]


def check(extractor: Extractor, documents: Sequence[Document] | None = None) -> list[str]:
    """What keeps an object from being a good extractor, in words; empty if nothing.

    It gives what `kg.extract.checked` asks for, in the order that `Extraction` asks for; the same for the same document, whatever was
    read before; under one version throughout; and copes with empty, foreign, hostile and very long texts.

    Args:
        extractor: what is tried; it reads every document three times.
        documents: papers to try it on beside the odd documents.
    """
    version = getattr(extractor, "version", None)
    if not callable(getattr(extractor, "extract", None)) or not isinstance(version, str):
        return ["it has no method `extract` or no text `version`: see kg.extract.Extractor"]
    problems = list(_of_version(version))
    papers = [*odd_documents(), *(documents or ())]
    first: list[Found] = []
    for document in papers:
        found, said = _try(extractor, document)
        problems += [f"{document.place}: {what}" for what in said]
        first.append(found)
        if found is not None and _try(extractor, document)[0] != found:
            problems.append(f"{document.place}: read twice, it gives two extractions")
    for document, before in reversed([*zip(papers, first, strict=True)]):
        if before is not None and _try(extractor, document)[0] != before:
            problems.append(f"{document.place}: what it gives depends on what it read before")
    if extractor.version != version:
        problems.append(f"its version changed from {version!r} to {extractor.version!r} while it read")
    return problems


def _try(extractor: Extractor, document: Document) -> tuple[Found, list[str]]:
    """What the extractor gives, and what is wrong with it."""
    try:
        found = extractor.extract(document)
    except ExtractorError as error:
        return None, [str(error)]
    except (Exception, SystemExit) as error:
        return None, [f"it raises {type(error).__name__}: {error}"]
    problems = broken(document, found)
    return (None, problems) if problems else (found, list(_disorder(found)))


def _of_version(version: str) -> Iterator[str]:
    name, hyphen, number = version.partition("-")
    if not (name and hyphen and number) or not version.isprintable() or " " in version:
        yield f'its version is {version!r}, and should read like "name-1.0"'


def _disorder(extraction: Extraction) -> Iterator[str]:
    """Where an extraction is in another order than `Extraction` promises, or says a thing twice."""
    starts = [entity.mentions[0].span for entity in extraction.entities]
    if [span.start for span in starts] != sorted(span.start for span in starts):
        yield "entities are not in the order of their first mentions"
    for entity in extraction.entities:
        spans = [mention.span for mention in entity.mentions]
        if spans != sorted(set(spans)):
            yield f"entity {entity.name[:60]!r}: its mentions are not in the order of the text, each once"
        if list(entity.aliases) != sorted({mention.surface for mention in entity.mentions} - {entity.name}):
            yield f"entity {entity.name[:60]!r}: its aliases are not all other surfaces of its mentions, sorted"
    named = [(entity.name, entity.type) for entity in extraction.entities]
    yield from (f"entity {name[:60]!r}: it is there twice" for name, type_ in sorted(set(named)) if named.count((name, type_)) > 1)
    said = [(relation.subject, relation.predicate, relation.object) for relation in extraction.relations]
    if len(said) != len(set(said)):
        yield "a relation is there twice"
    if any(subject == object_ for subject, _, object_ in said):
        yield "a relation joins an entity to itself"


def main(name: str) -> int:
    """Print what is wrong with the extractor of this name, a line each; 1 if anything is, as the exit code."""
    try:
        problems = check(load(name))
    except KgError as error:
        sys.stderr.write(f"error: {error}\nhint:  {error.hint}\n")
        return error.exit_code
    sys.stdout.write("".join(f"{' '.join(problem.split())}\n" for problem in problems))
    sys.stderr.write(f"{name}: {len(problems)} problems\n")
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m kg.extract.conformance NAME")  # exit code 1, as Python says it
    sys.exit(main(sys.argv[1]))
