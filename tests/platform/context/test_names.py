"""Names of JSON-LD contexts: short and full ones, against another program, and contexts that are hostile."""

import random
import sys

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
    with pytest.raises(ContextUnavailableError, match="not stored here"):
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


def lines_run(work):
    """Return how many lines of Python a piece of work runs: the same on every machine."""
    count = 0

    def trace(*_):
        nonlocal count
        count += 1
        return trace

    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(None)
    return count


def many_terms(number):
    chained = {f"t{n}": f"t{n - 1}" if n % 30 else f"https://x.example/{n}" for n in range(number)}
    return chained | {f"p{n}": f"https://x.example/{n}/" for n in range(number // 4)}


def test_four_times_as_many_terms_cost_about_four_times_as_much():
    small, large = (lines_run(lambda n=n: Names([many_terms(n)])) for n in (500, 2_000))

    assert large < 6 * small


def test_the_copies_of_dictionaries_do_not_grow_with_the_terms():
    class Counted(dict):
        reads = 0

        def __iter__(self):
            Counted.reads += 1
            return super().__iter__()

        def keys(self):
            Counted.reads += 1
            return super().keys()

        def items(self):
            Counted.reads += 1
            return super().items()

    Names([Counted(many_terms(2_000))])

    assert 0 < Counted.reads < 10


def test_a_short_name_is_looked_for_by_the_lengths_of_prefixes_and_not_by_each():
    names = Names([{f"p{n}": f"https://x.example/{n:05}/" for n in range(2_000)}])

    assert lines_run(lambda: names.compact("https://x.example/01999/beds")) < 200
    assert names.compact("https://x.example/01999/beds") == "p1999:beds"


@pytest.mark.parametrize(
    "context",
    [
        {f"t{n}": f"https://x.example/{n}" for n in range(20_001)},
        [{f"t{n}": f"https://x.example/{n}" for n in range(11_000)}] * 2,
        [[{"@context": [{f"t{n}": f"https://x.example/{n}" for n in range(7_000)}]}] * 3],
    ],
    ids=["one part", "two parts", "nested parts"],
)
def test_the_terms_of_a_context_are_counted_over_all_its_parts(context):
    with pytest.raises(InputError, match="more than 20,000"):
        Contexts().names(context)


def test_contexts_with_many_terms_push_others_out_of_memory():
    contexts = Contexts()
    for number in range(12):
        contexts.names({f"t{n}": f"https://x{number}.example/{n}" for n in range(10_000)})

    assert sum(names.size for names, _ in contexts._names.values()) <= 100_000
