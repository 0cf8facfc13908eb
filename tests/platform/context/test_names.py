"""Names of JSON-LD contexts: short and full ones, against another program, and contexts that are hostile."""

import random

import pytest
from pyld import jsonld

from seeds import a_few_of
from urbium.errors import InputError
from urbium.platform.context.names import Contexts, ContextUnavailableError, Names, core_context

VOCABULARY = "https://uri.etsi.org/ngsi-ld/default-context/"
PLAIN = ("description", "title", "unitCode", "location", "status", "q", "value", "Property")
"""Terms of the core context that say nothing of their values."""


def random_context(draw):
    """A context of prefixes, of names that stand on them, and of names with an address."""
    context = {}
    prefixes = draw.sample(["ex", "sdm", "saref", "geo"], draw.randint(0, 3))
    for prefix in prefixes:
        context[prefix] = f"https://{prefix}.example/{draw.choice(['', 'v1#', 'a/'])}"
    for number in range(draw.randint(0, 6)):
        start = draw.choice([*(f"{prefix}:" for prefix in prefixes), "https://other.example/ns/"])
        target = f"{start}{draw.choice(['temp', 'Beds', 'lane', 'x'])}{draw.randint(0, 2)}"
        term = draw.choice([f"term{number}", f"t{number}", draw.choice(PLAIN)])
        context[term] = draw.choice([target, {"@id": target}])
    if draw.random() < 0.2:
        context["@vocab"] = "https://vocab.example/"
    return dict(draw.sample(list(context.items()), len(context)))


def random_name(draw, context):
    prefixes = [term for term in context if term in ("ex", "sdm", "saref", "geo")] or ["none"]
    terms = [term for term in context if term not in prefixes and not term.startswith("@")]
    return draw.choice(
        [
            *terms,
            f"unheard{draw.randint(0, 3)}",
            f"{draw.choice(prefixes)}:beds{draw.randint(0, 3)}",
            f"https://ex.example/lane{draw.randint(0, 2)}",
            f"urn:name:{draw.randint(0, 3)}",
            draw.choice(PLAIN),
        ]
    )


def random_document(draw, context, depth=0):
    document = {"type": random_name(draw, context)}
    if depth == 0:
        document["id"] = f"urn:ngsi-ld:Thing:{draw.randint(0, 99)}"
    for _ in range(draw.randint(1, 4)):
        name = random_name(draw, context)
        is_deep = depth < 2 and draw.random() < 0.3
        scalar = draw.choice([draw.randint(0, 99), draw.random() + 0.1, True, "words", "a b"])
        document[name] = random_document(draw, context, depth + 1) if is_deep else scalar
    return document


@pytest.mark.parametrize("seed", a_few_of(range(50), 1))
def test_another_program_gives_names_their_full_form_and_takes_it_back(seed):
    draw = random.Random(seed)
    compared = 0
    while compared < 200:
        context = random_context(draw)
        document = random_document(draw, context)
        names = Contexts().names(context)
        try:
            full = names.expand_value(document)
        except ValueError:  # two names of one thing
            continue
        both = [context, core_context()]
        theirs = jsonld.expand({"@context": both, **document})
        ours = jsonld.expand({"@context": {"id": "@id", "type": "@type"}, **full})
        assert ours == theirs, context
        back = jsonld.compact(theirs, {"@context": both})
        back.pop("@context")
        assert names.compact_value(full) == back, (context, document)
        compared += 1


def test_what_no_context_names_is_of_the_default_vocabulary():
    assert Names([]).expand("parkingSpots") == VOCABULARY + "parkingSpots"
    assert Names([]).compact(VOCABULARY + "parkingSpots") == "parkingSpots"


def test_the_core_context_wins_over_a_users():
    names = Names([{"location": "https://example.org/location", "beds": "https://example.org/beds"}])

    assert names.expand("location") == "https://uri.etsi.org/ngsi-ld/location"
    assert names.expand("beds") == "https://example.org/beds"


def test_two_names_of_one_thing_are_no_value():
    with pytest.raises(ValueError, match="beds"):
        Names([]).expand_value({"beds": 1, VOCABULARY + "beds": 2})


@pytest.mark.parametrize(
    "context",
    [
        {"a": "b", "b": "a"},
        {"a": "b:x", "b": "a:y"},
        {"a": {"@id": "https://e.org/a", "@context": {"b": "https://e.org/b"}}},
        {"a": {"@reverse": "https://e.org/a"}},
        {"a": None},
        {"a": 5},
        {"a": {"@id": None}},
        {"a": "no address"},
        {"name": "@id"},
        {"@import": "https://e.org"},
        {"a": "https://e.org/" + "x" * 3000},
        {f"t{number}": f"https://e.org/{number}" for number in range(20_001)},
        ["https://e.org/context"] * 30,
        5,
        [[[[[[[{"a": "https://e.org/a"}]]]]]]],
        {f"t{number}": f"t{number + 1}:x" for number in range(200)},
    ],
    ids=str,
)
def test_a_hostile_context_is_refused(context):
    contexts = Contexts(kept=lambda _: '{"@context": {}}')
    with pytest.raises(InputError):
        contexts.names(context)


def test_a_context_that_names_itself_is_refused():
    contexts = Contexts(kept=lambda url: f'{{"@context": "{url}"}}')
    with pytest.raises(InputError):
        contexts.names("https://e.org/a")


def test_contexts_that_name_ever_more_contexts_are_refused():
    contexts = Contexts(kept=lambda url: f'{{"@context": ["{url}1", "{url}2"]}}')
    with pytest.raises(InputError):
        contexts.names("https://e.org/a")


def test_a_context_that_is_not_kept_and_cannot_be_fetched_is_not_available():
    with pytest.raises(ContextUnavailableError, match="not kept"):
        Contexts().names("https://e.org/a")


@pytest.mark.parametrize("content", ["", "[", "[]", "{}", '"x"', "[" * 100_000])
def test_an_address_that_gives_no_context_is_refused(content):
    with pytest.raises(InputError):
        Contexts(kept=lambda _: content).names("https://e.org/a")


def test_a_context_of_an_address_is_read_once():
    read = []
    contexts = Contexts(kept=lambda url: read.append(url) or '{"@context": {"beds": "https://e.org/beds"}}')
    for _ in range(3):
        assert contexts.names("https://e.org/a").expand("beds") == "https://e.org/beds"
    assert read == ["https://e.org/a"]
