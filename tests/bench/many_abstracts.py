"""Abstracts of any number, real ones over and over, each time as other papers: for builds larger than what is at hand.

    python tests/bench/many_abstracts.py ABSTRACTS.jsonl.gz NUMBER [SEED] > many.jsonl

The first round is the file as it is. From the second on every title begins with an invented name, and half of the words that look like
names (a capital or digit inside: "BioCLIP", "GPT-4") give way to invented ones, the same throughout a paper; an invented name comes again
in later papers as often as a new one comes (a Simon process, as in synthetic_papers.py), so that names keep their long tail. Every paper
has an arXiv identifier of its own. The same numbers give the same bytes, and the first of more are the same as of fewer.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

_NAME = re.compile(r"\b[A-Za-z]+(?:[A-Z0-9][\w-]*|-\d\w*)\b")
_SPOKEN = "ba co da el fa ga hi io ka lo ma ne or pa qu ra se ta ul va wi xe yo za bri cle dro fri gra kno pla spe tri"
_SYLLABLES = _SPOKEN.split()
_NEW = 0.5  # of invented names that are new


def records(path: Path, number: int, seed: int = 1) -> Iterator[dict[str, object]]:
    """So many papers as objects of a JSONL file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        real = [json.loads(line) for line in lines]
    random, invented = Random(seed), ["Knolora"]
    for place in range(number):
        paper = dict(real[place % len(real)])
        paper["arxiv_id"] = f"{10 + place // 120_000:02d}{place // 10_000 % 12 + 1:02d}.{place % 10_000:05d}"
        if place >= len(real):
            paper |= _renamed(paper, invented, random)
        yield paper


def _renamed(paper: dict[str, object], invented: list[str], random: Random) -> dict[str, object]:
    names: dict[str, str] = {}

    def other(found: re.Match[str]) -> str:
        word = found[0]
        if word not in names:
            names[word] = _name(invented, random) if random.random() < 0.5 else word
        return names[word]

    title, abstract = (_NAME.sub(other, str(paper[part])) for part in ("title", "abstract"))
    return {"title": f"{_name(invented, random)}: {title}", "abstract": abstract}


def _name(invented: list[str], random: Random) -> str:
    if random.random() < _NEW:
        word = "".join(random.choice(_SYLLABLES) for _ in range(random.randint(2, 4)))
        forms = (
            word.capitalize(),
            word.upper(),
            f"{word[:3].capitalize()}{word[3:].capitalize()}",
            f"{word.upper()}-{random.randint(1, 9)}",
        )
        invented.append(random.choice(forms))
        return invented[-1]
    return random.choice(invented)


if __name__ == "__main__":
    for record in records(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1):
        print(json.dumps(record))
