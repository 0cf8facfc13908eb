"""A suspect figure is rejected by somebody, for a reason: it stays in the store and is never used."""

import polars as pl
import pytest

from urbium.errors import ConflictError, InputError, NotFoundError
from urbium.model import Status
from urbium.observations.in_force import decide
from urbium.observations.open_findings import open_findings
from urbium.store.admission import compare

SUSPECT = {"status": "suspect", "value": 120.0, "reason": "over 100%"}
KEY = {"city": "340100", "variable": "gdp", "period": "2012"}


@pytest.fixture
def rejected(store, load, figures):
    """Return a store with a figure that was rejected."""
    load(figures(SUSPECT))
    store.reject(**KEY, by="reviewer", reason="a decimal point was lost")
    return store


def test_a_rejected_figure_keeps_value_and_cell_and_says_who_and_why(rejected):
    row = rejected.observations().row(0, named=True)
    assert (row["status"], row["value"]) == ("rejected", 120.0)
    assert (row["file"], row["sheet"], row["cell"]) == ("yearbook.xlsx", "Economy", "C14")
    assert (row["recorded_by"], row["reason"]) == ("reviewer", "a decimal point was lost")


def test_it_waits_no_longer_among_the_suspects(rejected):
    assert rejected.observations(statuses=["suspect"]).is_empty()
    assert rejected.observations(statuses=["rejected"]).height == 1
    assert rejected.observations(history=True)["status"].to_list() == ["suspect", "rejected"]


def test_it_is_never_used_not_even_where_suspects_are_looked_at(rejected):
    (row,) = decide(rejected.observations(), also=[Status.SUSPECT]).select("is_in_force", "ground").rows()
    assert row == (False, "rejected")


def test_as_known_before_the_rejection_it_is_suspect(rejected):
    before = rejected.observations(history=True)["recorded_at"][0]
    assert rejected.observations(as_known_on=before)["status"].to_list() == ["suspect"]


def test_a_rejection_is_in_the_log_with_before_and_after(rejected):
    entry = rejected.audit().row(-1, named=True)
    assert entry["what"] == "reject"
    assert '"status":"suspect"' in entry["before"]
    assert '"status":"rejected"' in entry["after"]
    rejected.verify()


@pytest.mark.parametrize("status", ["suspect", "reported"])
def test_the_same_figure_again_does_not_undo_a_rejection(rejected, load, figures, status):
    again = figures(SUSPECT | {"status": status})
    assert compare(again, rejected.observations()).unchanged == 1
    assert load(again).unchanged == 1
    assert rejected.observations()["status"].to_list() == ["rejected"]


def test_a_corrected_figure_takes_its_place(rejected, load, figures):
    load(figures({"value": 12.0}))
    assert rejected.observations().select("status", "value").rows() == [("reported", 12.0)]


def test_who_rejected_by_mistake_accepts(rejected):
    rejected.accept(**KEY, by="reviewer", reason="it was right after all")
    assert rejected.observations()["status"].to_list() == ["accepted"]


def test_a_figure_is_rejected_once_and_only_while_it_is_suspect(rejected, load, figures):
    with pytest.raises(ConflictError, match="the value is rejected, not suspect"):
        rejected.reject(**KEY, by="reviewer", reason="again")
    load(figures({"value": 12.0}))
    with pytest.raises(ConflictError, match="the value is reported, not suspect"):
        rejected.reject(**KEY, by="reviewer", reason="x")


def test_a_rejection_needs_a_reason_and_a_figure(store, load, figures):
    with pytest.raises(NotFoundError, match="this value does not exist"):
        store.reject(**KEY, by="reviewer", reason="x")
    load(figures(SUSPECT))
    with pytest.raises(InputError, match="reason must not be empty"):
        store.reject(**KEY, by="reviewer", reason=" ")


def test_its_findings_are_closed(store, load, figures):
    load(figures(SUSPECT))
    findings = pl.DataFrame([{"file": "yearbook.xlsx", **KEY, "message": "over 100%"}])
    store.reject(**KEY, by="reviewer", reason="wrong")
    assert open_findings(findings, store.observations(history=True), store.observations()).is_empty()
