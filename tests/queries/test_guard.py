"""The guard: nothing that reaches out is let through however it is spelt, and no query that only reads is refused."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st
from pyoxigraph import Store

from kg.errors import QueryError
from kg.queries import guard

BOTH = "PREFIX service: <http://x.y/s#> PREFIX : <http://x.y/> PREFIX SERVICESILENTx: <http://x.y/t#> PREFIX x: <http://x.y/x#> "


@pytest.mark.parametrize(
    "pattern",
    [
        "?s ?p service:x { ?a ?b ?c }",
        "?s service:x service:y { }",
        "?s ?p :z , SERVICESILENTx:y { } ?a service:b ?c",
        "GRAPH service:g { }",
    ],
)
def test_a_name_that_an_engine_may_take_for_a_call_gets_another_prefix(pattern: str) -> None:
    query = f"{BOTH}SELECT * {{ {pattern} FILTER(STR(?s) != 'service:x {{') }} # service:x {{"
    store = Store()
    store.update(
        "INSERT DATA { <http://x.y/1> <http://x.y/s#x> <http://x.y/s#y> , <http://x.y/t#y> . <http://x.y/1> <http://x.y/2> <http://x.y/s#x> }"
    )
    safe = guard(query)
    assert len(safe) == len(query)
    assert "'service:x {'" in safe
    assert safe.endswith("# service:x {")
    assert sorted(str(row) for row in store.query(safe)) == sorted(str(row) for row in store.query(query))


@pytest.mark.parametrize("query", ["SELECT * { ?s ?p 'x' }", BOTH + "SELECT * { ?s service:p service:x . { ?a ?b ?c } }"])
def test_other_queries_stay_as_they_are(query: str) -> None:
    assert guard(query) is query


@pytest.mark.parametrize(
    "pattern",
    ["service:x { ?a ?b ?c }", "?s ?p ?o service:x { ?a ?b ?c }", "{ SERVICEx:y { } }", "SERVICESILENTx:y { }"],
)
def test_what_is_sent_instead_calls_nobody(pattern: str) -> None:
    """These are no SPARQL, but the engine reads a call in them; with the other prefix it does not."""
    try:
        safe = guard(f"{BOTH}SELECT * {{ {pattern} }}")
    except QueryError:
        return
    with pytest.raises(SyntaxError):
        Store().query(safe)


WORDS = st.sampled_from(
    ["service", "SERVICE", "Service", "serviceSILENT", "silent", "load", "INSERT", "drop", "xservice", "filterservice", ""]
)
IRIS = st.builds("<http://x.y/{}#{}>".format, WORDS, WORDS)
NAMES = st.builds("{}:{}".format, WORDS, WORDS)
VARIABLES = st.builds("{}{}".format, st.sampled_from("?$"), WORDS.filter(bool))
STRINGS = st.one_of(
    st.builds("'{} <http://x.y/> {{'".format, WORDS),
    st.builds('"\\"{}\\" {{"'.format, WORDS),
    st.builds("'''{}\n' {{'''".format, WORDS),
    st.builds('"x"@{}'.format, st.sampled_from(["service", "load"])),
    st.builds('"x"^^{}'.format, NAMES),
)
GAPS = st.sampled_from([" ", "\n", "\r", "\t", " # SERVICE <http://x.y/> {\n", "\r\n#'\r"])
BLANKS = st.builds("_:{}".format, WORDS.filter(bool))
SUBJECTS = st.one_of(IRIS, NAMES, VARIABLES, BLANKS)
VERBS = st.one_of(IRIS, NAMES, VARIABLES, st.builds("{}/^{}*".format, NAMES, IRIS), st.just("a"))
OBJECTS = st.one_of(SUBJECTS, STRINGS, st.builds("[ {} {} ]".format, NAMES, STRINGS), st.builds("( {} {} )".format, NAMES, STRINGS))
TRIPLES = st.builds("{1}{0}{2}{0}{3}".format, GAPS, SUBJECTS, VERBS, OBJECTS)
EXPRESSIONS = st.one_of(
    st.builds("{}<{}".format, VARIABLES, STRINGS),
    st.builds("{} <{}".format, VARIABLES, VARIABLES),
    st.builds("{}={}||!({}>1)".format, VARIABLES, NAMES, VARIABLES),
    st.builds("REGEX({}, '{}')".format, VARIABLES, WORDS),
    st.builds("{} IN ({}, {})".format, VARIABLES, NAMES, STRINGS),
)
PATTERNS = st.recursive(
    TRIPLES,
    lambda inner: st.one_of(
        st.builds("{1}{0}{{{2}}}".format, GAPS, TRIPLES, inner),
        st.builds("{1} .{0}{2}".format, GAPS, inner, TRIPLES),
        st.builds("GRAPH{0}{1}{0}{{ {2} }}".format, GAPS, st.one_of(IRIS, NAMES, VARIABLES), inner),
        st.builds("OPTIONAL {{ {1} }}{0}".format, GAPS, inner),
        st.builds("FILTER({1}){0}".format, GAPS, EXPRESSIONS),
        st.builds("FILTER{0}NOT EXISTS {{ {1} }}".format, GAPS, inner),
        st.builds("{{ {1} }}{0}UNION{{{2}}}".format, GAPS, inner, inner),
        st.builds("BIND({1} AS{0}?new)".format, GAPS, EXPRESSIONS),
        st.builds("VALUES {1}{0}{{ {2} {3} }}".format, GAPS, VARIABLES, NAMES, STRINGS.filter(lambda text: "^^:" not in text)),
        st.builds("{{ SELECT * {{{0}{1}}} }}".format, GAPS, inner),
    ),
    max_leaves=6,
)
PROLOGUE = "".join(
    f"PREFIX {word}: <http://x.y/{word}#>\n"
    for word in ("service", "SERVICE", "Service", "serviceSILENT", "silent", "load", "INSERT", "drop", "xservice", "filterservice", "")
)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(["", "\ufeff"]), PATTERNS)
def test_no_valid_query_is_refused(mark: str, pattern: str) -> None:
    """The word stands as prefix, local name, variable, label, language, in strings, comments and IRIs, of what the engine takes for SPARQL."""
    note(pattern)
    query = f"{PROLOGUE}SELECT * WHERE {{ {pattern} }}"
    try:
        Store().query(query)
    except SyntaxError:
        assume(False)
    except (OSError, RuntimeError, ValueError):  # it failed when it ran
        pass
    safe = guard(mark + query)
    assert len(safe) == len(mark + query)
    Store().query(safe.removeprefix(mark))
