"""Papers and decisions for tests of resolution: names in families that meet in every way that resolution knows of."""

from __future__ import annotations

from hypothesis import strategies as st

from kg.model import (
    Abbreviation,
    Decision,
    DecisionKind,
    Document,
    EntityClaim,
    EntityType,
    Evidence,
    Extraction,
    LoggedPaper,
    Mention,
    Role,
    Span,
)

M, D, H, T = EntityType.METHOD, EntityType.DATASET, EntityType.HARDWARE, EntityType.TASK

# What papers may call things, in families whose names meet in every way that resolution knows of.
Naming = tuple[EntityType, str, tuple[str, ...]]
FAMILIES: tuple[tuple[Naming, ...], ...] = (
    (
        (M, "Self-Controlled Memory", ("SCM",)),
        (M, "self-controlled memory framework", ("SCM",)),
        (M, "Structural Causal Model", ("SCM",)),
        (M, "SCM", ()),
    ),
    (
        (M, "Text-to-Text Transfer Transformer", ("T5",)),
        (M, "Text-to-Text Transfer Transformer", ("T0",)),
        (M, "Text-to-Text Transfer Transformer", ()),
        (M, "T5", ()),
    ),
    ((M, "Curator", ()), (M, "Curator model", ()), (M, "Swin transformer", ()), (M, "Swin Transformer", ())),
    ((M, "Alpha Beta framework", ()), (M, "Alpha Beta", ("AB",)), (M, "AB", ())),
    ((M, "BERT", ()), (M, "BERT large", ("BERT",)), (H, "NVIDIA A100", ()), (H, "A100 40GB", ()), (H, "NVIDIA RTX 9090", ())),
    ((H, "NVIDIA L40", ()), (H, "L40 48GB", ()), (H, "NVIDIA L40 GPU", ()), (H, "L40 999GB", ())),
    ((M, "Self-Controled Memory", ()), (M, "Self-Controlled Memory", ()), (M, "Self-Controlled Memory", ("SCM",)), (M, "SCM", ())),
    (
        (M, "Alpha Machine", ("FooBar",)),
        (M, "Bright Engine", ("FooBar",)),
        (M, "Bright Engine", ("Alpha Machine",)),
        (M, "Massive FooBar", ("FooBar",)),
    ),
    ((D, "Spider 2.0", ("Spider",)), (D, "Spider v2", ()), (D, "Spider", ())),
    (
        (T, "weed detection", ()),
        (T, "aerial weed detection", ("weed detection",)),
        (T, "efficient weed detection", ()),
        (T, "motion planning", ("path planning",)),
        (T, "path planning", ()),
    ),
)
KEYS = ("a", "b", "c", "d", "e", "f")


def paper(key: str, said: tuple[tuple[Naming, bool], ...]) -> LoggedPaper:
    """A paper with these namings, each with whether it introduces the thing; it defines every short form in parentheses."""
    text, claims, pairs = f"{key}\n\n", [], []  # as `Document.text` has title and abstract
    for (type, name, others), new in dict(said).items():
        start = len(text)
        text += name
        span = Span(start, len(text))
        for other in others:
            text += f" ({other})"
            pairs.append(Abbreviation(Span(len(text) - 1 - len(other), len(text) - 1), span, Span(start, len(text))))
        text += ". "
        evidence = Evidence(Span(start, len(text) - 1), span)
        role = Role.INTRODUCES if new and type in (M, D) else Role.MENTIONS
        claims.append(EntityClaim(name, type, others, (Mention(span, name, type, "test", 0.9),), role, (evidence,), "test", 0.9))
    abstract = text.removeprefix(f"{key}\n\n") or "Nothing."
    return LoggedPaper(Document(key, "t", "1", key, key, abstract), Extraction(tuple(claims), (), (), tuple(pairs)), "test-1")


def papers_of(family: tuple[Naming, ...]) -> st.SearchStrategy[LoggedPaper]:
    """Papers that name some things of a family."""
    said = st.lists(st.tuples(st.sampled_from(family), st.booleans()), max_size=2).map(tuple)
    return st.builds(paper, st.sampled_from(KEYS), said)


@st.composite
def decisions_on(draw: st.DrawFn, family: tuple[Naming, ...]) -> Decision:
    """A decision about names of a family."""
    said = sorted({(type, form) for type, name, others in family for form in (name, *others)})
    kind = draw(st.sampled_from(list(DecisionKind)))
    type, name = draw(st.sampled_from(said))
    if kind is DecisionKind.WRONG_STATEMENT:
        key, role = draw(st.sampled_from(KEYS)), draw(st.sampled_from((Role.INTRODUCES, Role.MENTIONS)))
        return Decision(kind, paper=key, predicate=role, other_type=type, other=name)
    where = draw(st.sampled_from(("", *KEYS)))
    if kind is DecisionKind.WRONG_ENTITY:
        return Decision(kind, type, name, where)
    if kind is DecisionKind.RENAME:
        return Decision(kind, type, name, where, other=draw(st.sampled_from(("Zed", "Zed Two"))))
    others = [form for kind_, form in said if kind_ is type and form != name]
    other = draw(st.sampled_from(others or [f"{name} II"]))
    return Decision(kind, type, name, where, other=other, other_paper=draw(st.sampled_from(("", *KEYS))))
