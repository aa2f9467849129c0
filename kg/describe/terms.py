"""Terms of the vocabularies that describe data sets and services, and the nodes of a description."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.names import digest

VOID = "http://rdfs.org/ns/void#"
SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"  # https://www.w3.org/ns/formats/
FOAF = "http://xmlns.com/foaf/0.1/"


def void(local: str) -> NamedNode:
    """A term of VoID."""
    return NamedNode(VOID + local)


def sd(local: str) -> NamedNode:
    """A term of the service description vocabulary."""
    return NamedNode(SD + local)


def english(words: str) -> Literal:
    """Words of ours."""
    return Literal(words, language="en")


@dataclass(frozen=True, slots=True)
class Nodes:
    """The nodes of a description below the address of a server."""

    address: str  # of the server, ends in "/"

    @property
    def endpoint(self) -> NamedNode:
        """Where queries are sent to."""
        return NamedNode(f"{self.address}sparql")

    @property
    def service(self) -> NamedNode:
        """The service that answers there."""
        return NamedNode(f"{self.address}sparql#service")

    @property
    def document(self) -> NamedNode:
        """The description of the data."""
        return NamedNode(f"{self.address}.well-known/void")

    @property
    def dataset(self) -> NamedNode:
        """The data."""
        return self.part("dataset")

    def part(self, name: str, of: NamedNode | None = None) -> NamedNode:
        """A part of the data, told from others of its name by the IRI that it is about."""
        return NamedNode(f"{self.document.value}#{name}{f'-{digest(of.value)}' if of else ''}")


def nodes_of(address: str) -> Nodes:
    """The nodes below an address, with or without "/" at its end."""
    return Nodes(address if address.endswith("/") else f"{address}/")
