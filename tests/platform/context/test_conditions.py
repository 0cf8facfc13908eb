"""Conditions: what the database finds is what asking every entity finds; patterns and texts that attack."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbium.errors import InputError
from urbium.platform.context import Context, Query
from urbium.platform.context.conditions import pattern, read_condition, read_scopes
from urbium.platform.context.names import Names
from urbium.store import Store

NAMES = Names([])
ATTRIBUTES = ("a", "b", "c")
RANGES = ("==1..2.5", "==2..800", '=="a".."y"', '~="x$"', '!~="^w"')
VALUES = (1, 2.5, 700, "x", "1", "y z", True, False, ["x", 2], {"k": 1}, "2026-01-01T00:00:00Z", "w" * 300)


@pytest.fixture(scope="module")
def context():
    """Return a store of 1,500 random entities, of which many and few have something."""
    draw = random.Random(3)
    with Store.open(":memory:", create=True) as store:
        opened = Context(store, "0503")
        entities = [
            {
                "id": f"urn:x:{number}",
                "type": draw.choice(["S", "T", ["S", "T"]]),
                **{
                    name: {"type": "Property", "value": draw.choice(VALUES), "unitCode": "CEL"}
                    for name in ATTRIBUTES
                    if draw.random() < 0.7
                },
            }
            for number in range(1500)
        ]
        opened.upsert(entities)
        yield opened


paths = st.sampled_from(["a", "b", "c", "never", "a[k]", "b.unitCode"])
literals = st.sampled_from(
    ["1", "2.5", "2", "700", '"x"', "x", '"1"', "true", "false", "2026-01-01T00:00:00Z", f'"{"w" * 300}"']
)
lists = st.lists(literals, min_size=2, max_size=3).map(",".join)
terms = st.one_of(
    paths,
    st.tuples(paths, st.sampled_from(["==", "!=", ">", ">=", "<", "<="]), literals).map("".join),
    st.tuples(
        paths, st.sampled_from(["==", "!="]), st.lists(literals, min_size=2, max_size=3).map(",".join)
    ).map("".join),
    st.tuples(paths, st.sampled_from(["==1..2.5", "==2..800", '=="a".."y"', '~="x$"', '!~="^w"'])).map(
        "".join
    ),
)
conditions = st.recursive(
    terms,
    lambda parts: st.tuples(parts, st.sampled_from(";|"), parts).map(lambda three: f"({''.join(three)})"),
    max_leaves=4,
)


def agrees(context, q, types):
    condition = read_condition(q, NAMES)
    full = [NAMES.expand(one) for one in types]
    everything = context.query(Query(), limit=2000)
    expected = [
        one["id"]
        for one in everything
        if condition.holds(one) and (not full or not set(full).isdisjoint(one["type"]))
    ]

    wanted = Query(types=full, condition=condition)
    assert [one["id"] for one in context.query(wanted, limit=2000)] == expected
    assert context.count(wanted) == len(expected)
    page = context.query(wanted, limit=3, offset=2)
    assert [one["id"] for one in page] == expected[2:5]


types_asked = st.sampled_from([(), ("S",), ("T",), ("S", "T"), ("never",)])


@settings(max_examples=12, deadline=None, derandomize=True)
@given(conditions, types_asked)
def test_what_is_found_is_what_asking_every_entity_finds(context, q, types):
    agrees(context, q, types)


@pytest.mark.parametrize(
    "examples", [pytest.param(130, marks=pytest.mark.long), pytest.param(400, marks=pytest.mark.release)]
)
def test_what_is_found_is_what_asking_every_entity_finds_at_length(context, examples):
    @settings(max_examples=examples, deadline=None)
    @given(conditions, types_asked)
    def is_found(q, types):
        agrees(context, q, types)

    is_found()


@pytest.mark.parametrize("written", ["(a+)+$", "(a|a)*b", "(.*)*x", "^(a+)+b$"])
def test_a_pattern_takes_time_in_proportion_to_the_text(written):
    assert not pattern(written)("a" * 20_000 + "!!")  # an engine that goes back would never answer


@pytest.mark.parametrize("written", ["(", "(?=a)", r"(a)\1", "a{1000}{1000}", "a" * 201, "[z-a]"])
def test_a_pattern_that_is_wrong_or_too_large_is_refused(written):
    with pytest.raises(InputError, match="pattern"):
        pattern(written)


@pytest.mark.parametrize(
    "written",
    [
        "(" * 50 + "a",
        "a;" * 60 + "a",
        "a" * 5000,
        "a==" + "9" * 4500,
        "a|" * 60 + "a",
        '"',
        "==",
        "a[b",
        "a]",
    ],
    ids=range(9),
)
def test_a_condition_that_is_too_long_or_too_deep_is_refused(written):
    with pytest.raises(InputError):
        read_condition(written, NAMES)


@pytest.mark.parametrize(
    "word", ["'; drop table entity; --", "x' or '1'='1", '") or 1=1 --', "%", "a\\' union select 1"]
)
def test_text_that_is_sql_is_only_text(context, word):
    quoted = word.replace("\\", "\\\\").replace('"', '\\"')
    assert context.query(Query(condition=read_condition(f'a=="{quoted}"', NAMES))) == []
    assert context.query(Query(types=[word], ids=[word])) == []
    assert context.count(Query()) == 1500
    entity = {"id": "urn:x:sql", "type": "Q", "a": {"type": "Property", "value": word}}
    context.upsert([entity])
    found = context.query(Query(condition=read_condition(f'a=="{quoted}"', NAMES)))
    assert [one["id"] for one in found] == ["urn:x:sql"]
    context.delete("urn:x:sql")


@pytest.mark.parametrize(
    ("written", "holds"),
    [
        ("/Madrid/Gardens", True),
        ("/Madrid", False),
        ("/Madrid/#", True),
        ("/Madrid/Gardens/#", True),
        ("/Madrid/Gardens/North/#", False),
        ("/+/Gardens", True),
        ("/Madrid/+/North", False),
        ("/#", True),
        ("/Company/A;/Madrid/#", True),
        ("/Company/A;/Paris", False),
        ("/Paris,/Company/+", True),
        ("/Paris|/Lyon", False),
        ("/Paris;/Lyon|/Madrid/#", True),
    ],
)
def test_scopes_are_those_of_a_condition_on_scopes(written, holds):
    """Cases in the manner of GS CIM 009, clause 4.19: levels, one of any name, all below, and, or."""
    assert read_scopes(written)(["/Madrid/Gardens", "/Company/A"]) is holds


@pytest.mark.parametrize(
    "wrong", ["", "Madrid", "/", "/#/Madrid", "/Madrid/", "(/Madrid)", "/a;;/b", "/*", "/a" * 3000]
)
def test_what_is_no_condition_on_scopes_is_refused(wrong):
    with pytest.raises(InputError):
        read_scopes(wrong)
