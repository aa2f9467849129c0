"""The closed lists that values choose from; each value is the local name that the ontology has."""

from __future__ import annotations

from enum import StrEnum


class EntityType(StrEnum):
    """What an entity is; the value is the class name in gold annotations."""

    METHOD = "Method"
    DATASET = "Dataset"
    HARDWARE = "Hardware"
    ORGANISATION = "Organisation"
    TASK = "Task"


class Role(StrEnum):
    """How a paper relates to an entity; the value is the local name of the property, strongest first."""

    INTRODUCES = "introduces"
    COMPARES_WITH = "comparesWith"
    EVALUATES_ON = "evaluatesOn"
    USES = "uses"
    RUNS_ON = "runsOn"
    AFFILIATED_WITH = "affiliatedWith"
    ADDRESSES = "addresses"
    MENTIONS = "mentions"


class Relation(StrEnum):
    """How one entity relates to another; the value is the local name of the property."""

    BASED_ON = "basedOn"
    PART_OF = "partOf"
    TRAINED_ON = "trainedOn"
    EVALUATED_ON = "evaluatedOn"
    COMPARED_WITH = "comparedWith"
    RUNS_ON = "runsOn"
    APPLIED_TO = "appliedTo"
    DERIVED_FROM = "derivedFrom"
    BENCHMARK_FOR = "benchmarkFor"
    DEPLOYED_BY = "deployedBy"


class LinkKind(StrEnum):
    """What a URL in a paper leads to."""

    CODE = "code"
    MODEL = "model"
    DATA = "data"
    PROJECT = "project"


class SectionKind(StrEnum):
    """What a section of a paper is for, told by its heading."""

    INTRODUCTION = "introduction"
    RELATED_WORK = "related work"
    METHOD = "method"
    EXPERIMENTS = "experiments"
    CONCLUSION = "conclusion"
    ACKNOWLEDGEMENTS = "acknowledgements"
    OTHER = "other"
