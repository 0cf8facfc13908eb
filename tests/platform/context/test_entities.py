"""Entities as they are sent: how large one may be."""

import pytest

from urbium.errors import InputError
from urbium.platform.context.entities import read_entity
from urbium.platform.context.names import Names

NAMES = Names([])


def with_attributes(number, value=1):
    return {"id": "urn:ngsi-ld:Thing:1", "type": "Thing"} | {f"a{n}": value for n in range(number)}


def test_an_entity_holds_two_thousand_attributes():
    assert len(read_entity(with_attributes(2_000), NAMES)) == 2_002


@pytest.mark.parametrize(
    "entity",
    [with_attributes(2_001), with_attributes(700, {"type": "Property", "value": 1, "b": 2, "c": 3})],
    ids=["its own", "attributes of attributes"],
)
def test_an_entity_of_more_attributes_is_refused_with_one_fault(entity):
    with pytest.raises(InputError) as refused:
        read_entity(entity, NAMES)

    assert [fault.message for fault in refused.value.faults] == ["the entity has more than 2,000 attributes"]
