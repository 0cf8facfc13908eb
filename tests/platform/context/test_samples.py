"""Real example entities of Smart Data Models go in and come out the same."""

import json
from pathlib import Path

import pytest

from urbium.errors import InputError
from urbium.platform.context import Context
from urbium.platform.context.names import Contexts
from urbium.platform.context.representations import Form, represent
from urbium.store import Store

ROOT = Path(__file__).resolve().parents[4] / "shared" / "data" / "real" / "operations" / "smart_data_models"
FILES = sorted(ROOT.glob("*.jsonld"))
WRONG = {
    "FloodMonitoring.example-normalized.jsonld": ["floodLevelStatus", "observationDateTime", "stationID"],
    "CityWork.example-normalized.jsonld": [
        f"workDisposition.{name}" for name in ("tramwayImpacted", "railwayImpacted", "stationImpacted")
    ],
}
"""Files with attributes of the types "string" and "Property " (with a space), which NGSI-LD does not know."""
OWN_TIME = "KeyPerformanceIndicator"
"""Its files have an attribute modifiedAt, which NGSI-LD keeps for the store: it is not read."""

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FILES, reason="the folder ../shared is not there"),
]


@pytest.fixture(scope="module")
def context():
    """Return a store for which the addresses of contexts give one that names nothing."""
    with Store.open(":memory:", create=True) as store:
        yield Context(store, "0503", contexts=Contexts(lambda _: '{"@context": {}}'))


def came_out(context, file, form):
    sent = json.loads(file.read_text(encoding="utf-8"))
    names = sent.pop("@context")
    context.upsert([sent], names)
    if OWN_TIME in file.name:
        del sent["modifiedAt"]
    return sent, represent(context.one(sent["id"]), context.contexts.names(names), form)


@pytest.mark.parametrize("file", [one for one in FILES if one.name not in WRONG], ids=lambda file: file.name)
def test_an_example_comes_out_as_it_went_in(context, file):
    form = Form("normalized" if "normalized" in file.name else "simplified")
    went_in, out = came_out(context, file, form)

    assert out == went_in


@pytest.mark.parametrize("name", WRONG)
def test_an_example_with_attributes_of_no_kind_is_refused_with_each_of_them(context, name):
    with pytest.raises(InputError) as refusal:
        came_out(context, ROOT / name, Form())

    assert [fault.cell for fault in refusal.value.faults] == WRONG[name]
