"""Whatever is done with entities, queries and the past answer as a plain dictionary does."""

import sqlite3
from dataclasses import dataclass
from itertools import count

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from urbium.errors import ConflictError
from urbium.platform.context import Context, Query, rebuild_index
from urbium.platform.context.conditions import read_condition
from urbium.platform.context.entities import read_entity
from urbium.platform.context.places import read_place

URIS = [f"urn:x:{number}" for number in range(4)]
TYPES = [("Bin",), ("Lamp",), ("Bin", "Lamp")]
FILLS, PLACES = (0, 1, 2), (0, 1)
SPANS = count(1)
LAW = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

uris, fills, places = st.sampled_from(URIS), st.sampled_from(FILLS), st.sampled_from(PLACES)


@dataclass(frozen=True)
class Thing:
    """What a test holds an entity to be: its types, how full it is, and at which of two places."""

    types: tuple[str, ...]
    fill: int
    place: int


things = st.builds(Thing, st.sampled_from(TYPES), fills, places)


def point(place):
    return [4.0 + place, 52.0]


def sent(uri, thing):
    where = {"type": "GeoProperty", "value": {"type": "Point", "coordinates": point(thing.place)}}
    return {"id": uri, "type": list(thing.types), "fill": thing.fill, "location": where}


class ContextMachine(RuleBasedStateMachine):
    """Entities of one place, and beside them a dictionary, their last types, and every number they had."""

    store = None

    def __init__(self):
        super().__init__()
        self.now = 1_700_000_000_000_000
        self.context = Context(self.store, f"place {next(SPANS)}", clock=lambda: self.now)
        self.names = self.context.contexts.names()
        self.things, self.types, self.past = {}, {}, set()

    def holds(self, uri, thing):
        before = self.things.get(uri)
        if before is None or before.fill != thing.fill:
            self.past.add((uri, self.now, float(thing.fill)))
        self.things[uri], self.types[uri] = thing, thing.types

    def tick(self):
        self.now += 1_000_000

    # --- what is done -----------------------------------------------------------------------------------

    @rule(batch=st.lists(st.tuples(uris, things), min_size=1, max_size=4, unique_by=lambda pair: pair[0]))
    def upsert(self, batch):
        self.tick()
        self.context.upsert([sent(uri, thing) for uri, thing in batch])
        for uri, thing in batch:
            self.holds(uri, thing)

    @rule(fills=st.fixed_dictionaries({}, optional=dict.fromkeys(URIS, fills)))
    def send_all_again(self, fills):
        """Send everything as it is, but for how full some are: the usual way of sensors."""
        self.tick()
        batch = {
            uri: Thing(thing.types, fills.get(uri, thing.fill), thing.place)
            for uri, thing in self.things.items()
        }
        if batch:
            self.context.upsert([sent(uri, thing) for uri, thing in batch.items()])
        for uri, thing in batch.items():
            self.holds(uri, thing)

    @rule(batch=st.dictionaries(uris, things, min_size=1))
    def create(self, batch):
        self.tick()
        entities = [read_entity(sent(uri, thing), self.names) for uri, thing in batch.items()]
        answer = self.context.create_all(entities)
        assert set(answer.refused) == batch.keys() & self.things.keys()
        for uri in answer.created:
            self.holds(uri, batch[uri])

    @rule(batch=st.dictionaries(uris, fills, min_size=1))
    def merge(self, batch):
        self.tick()
        parts = [
            {"id": uri, "type": [], self.names.expand("fill"): [{"type": "Property", "value": fill}]}
            for uri, fill in batch.items()
        ]
        answer = self.context.merge_all(parts)
        assert set(answer.refused) == batch.keys() - self.things.keys()
        for uri in answer.updated:
            before = self.things[uri]
            self.holds(uri, Thing(before.types, batch[uri], before.place))

    @rule(batch=st.sets(uris, min_size=1))
    def delete(self, batch):
        self.tick()
        answer = self.context.delete_all(sorted(batch))
        assert set(answer.refused) == batch - self.things.keys()
        for uri in answer.updated:
            del self.things[uri]

    # --- what is asked ----------------------------------------------------------------------------------

    def answers(self, **asked):
        query = Query(**asked)
        entities = [one["id"] for one in self.context.query(query, limit=100)]
        assert self.context.count(query) == len(entities)
        return sorted(entities)

    def those(self, is_wanted):
        return sorted(uri for uri, thing in self.things.items() if is_wanted(thing))

    @invariant()
    def every_query_answers_as_the_dictionary(self):
        assert self.answers(ids=URIS) == self.those(lambda _: True)
        for type_ in ("Bin", "Lamp"):
            expected = self.those(lambda thing, type_=type_: type_ in thing.types)
            assert self.answers(types=[self.names.expand(type_)]) == expected
        for fill in FILLS:
            condition = read_condition(f"fill=={fill}", self.names)
            expected = self.those(lambda thing, fill=fill: thing.fill == fill)
            assert self.answers(condition=condition) == expected
        for place in PLACES:
            near = read_place("near;maxDistance==2000", "Point", point(place))
            expected = self.those(lambda thing, place=place: thing.place == place)
            assert self.answers(place=near) == expected

    @invariant()
    def the_past_is_every_number_that_was(self):
        for type_ in ("Bin", "Lamp"):
            expected = sorted(row for row in self.past if type_ in self.types[row[0]])
            assert self.context.instances(attribute="fill", type=type_) == expected


def obeys(store, *, examples, steps):
    machine = type("Machine", (ContextMachine,), {"store": store})
    run_state_machine_as_test(
        machine, settings=settings(LAW, max_examples=examples, stateful_step_count=steps)
    )
    store.verify()


def test_entities_answer_as_a_dictionary(store):
    obeys(store, examples=12, steps=10)


@pytest.mark.parametrize(
    "lives", [pytest.param(40, marks=pytest.mark.long), pytest.param(300, marks=pytest.mark.release)]
)
def test_entities_answer_as_a_dictionary_through_many_lives(store, lives):
    obeys(store, examples=lives, steps=40)


def test_entities_that_the_index_lost_are_named_by_verify_and_found_again(store, url):
    context = Context(store, "0503", clock=lambda: 1_700_000_000_000_000)
    context.upsert([sent("urn:x:0", Thing(("Bin",), 1, 0)), sent("urn:x:1", Thing(("Bin",), 1, 1))])
    context.delete("urn:x:1")
    before = context.query(Query()), context.instances(attribute="fill", type="Bin")
    is_sqlite = not url.startswith("postgresql")
    connection = sqlite3.connect(url) if is_sqlite else psycopg.connect(url)
    connection.execute("delete from entity_attribute")
    connection.commit()
    connection.close()

    with pytest.raises(ConflictError, match="2 stored entities, such as"):
        store.verify()
    rebuild_index(store)
    assert (context.query(Query()), context.instances(attribute="fill", type="Bin")) == before
    assert len(context.query(Query(types=[context.contexts.names().expand("Bin")]))) == 1
    store.verify()
