"""What a source states about a paper beside its text: who wrote it, where it appeared, what it cites."""

from __future__ import annotations

from dataclasses import dataclass

from kg.model.identifiers import Identifier


@dataclass(frozen=True, slots=True, order=True)
class Affiliation:
    """An organisation that an author, or all authors, belong to."""

    text: str  # as the source writes it: "Department of Physics, University of Turin, Italy"
    name: str = ""  # of the organisation alone, where the source tells it apart from department, town and country
    ror: str = ""  # identifier of the Research Organization Registry without its address, "048tbm396"; https://ror.org


@dataclass(frozen=True, slots=True, order=True)
class Author:
    """One author of a paper."""

    name: str  # given name first: "Ashish Vaswani"
    orcid: str = ""  # "0000-0002-1825-0097"; https://orcid.org
    affiliations: tuple[Affiliation, ...] = ()  # in the source's order


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a paper beside its text; every field is empty where the source does not state it."""

    authors: tuple[Author, ...] = ()  # in the paper's order
    affiliations: tuple[Affiliation, ...] = ()  # those of which the source does not tell whose they are
    venue: str = ""  # journal, proceedings or book in which it appeared
    categories: tuple[str, ...] = ()  # subjects as the source names them, "cs.CL"; in the source's order
    licence: str = ""  # an address, or what the source calls it
    comment: str = ""  # of the authors, in free text: arXiv's "12 pages; code at https://…"
    code: tuple[str, ...] = ()  # addresses of code that the source states
    cites: tuple[tuple[Identifier, ...], ...] = ()  # one item per cited work that has an identifier, with all of them

    def stated_affiliations(self) -> tuple[Affiliation, ...]:
        """All affiliations, each once, in order of the authors."""
        return tuple(dict.fromkeys([*(one for author in self.authors for one in author.affiliations), *self.affiliations]))

    def values(self) -> tuple[object, ...]:
        """All that is stated, as strings in tuples."""

        def plain(affiliations: tuple[Affiliation, ...]) -> tuple[tuple[str, str, str], ...]:
            return tuple((one.text, one.name, one.ror) for one in affiliations)

        authors = tuple((one.name, one.orcid, plain(one.affiliations)) for one in self.authors)
        cites = tuple(tuple((one.scheme, one.value) for one in work) for work in self.cites)
        return authors, plain(self.affiliations), self.venue, self.categories, self.licence, self.comment, self.code, cites

    def __bool__(self) -> bool:
        return self != NO_METADATA


NO_METADATA = Metadata()
