"""Curated names as TSV files beside this module, and their loader.

In: nothing but the files. Out: `Entry` values per entity type, words that are never entities, metric names, and the `Kind` rows that
everything lies under. One row per thing; aliases are parted by " | "; a column that a file lacks is empty. Columns that hold "yes" or
nothing:

* `guard`: the one-word forms of the row have other meanings as well and need a sign nearby (`Entry.guards`);
* `prefix`: the name mostly starts product names, so a capitalised or numbered word after it makes it part of one;
* `generic`: a technique or task in common words, which the gold guidelines call optional.

`broader` names a row of kinds.tsv or another entry of the same type; where it is empty, the entry lies under the kind of its `kind`
code and `maker`. `memory` is in gigabytes of one device ("16 | 32" where it is sold with several), `year` the year of release, `country`
an ISO 3166-1 alpha-2 code; each is empty where the curator was not sure.

`source` says where a curator can check the row: a homepage, "Wikipedia: <article>", "arXiv:<id>", "SciREX: <n> papers" (of 306
full papers with annotated entities) or "arXiv abstracts: <n>" (of a sample of 30,000).
"""

from kg.gazetteer.entries import FOLDER, Entry, canonical, device_words, entries, generic_terms, metrics, rows, version
from kg.gazetteer.kinds import Kind, ancestors, broader, kind_named, kinds, maker_kind

__all__ = [
    "FOLDER",
    "Entry",
    "Kind",
    "ancestors",
    "broader",
    "canonical",
    "device_words",
    "entries",
    "generic_terms",
    "kind_named",
    "kinds",
    "maker_kind",
    "metrics",
    "rows",
    "version",
]
