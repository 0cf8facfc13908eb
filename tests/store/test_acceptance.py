"""A suspect figure is accepted by somebody, for a reason, and stays so."""

import pytest

from urbium.errors import ConflictError, InputError, NotFoundError

SUSPECT = {"status": "suspect", "value": 120.0, "reason": "over 100%"}
KEY = {"city": "340100", "variable": "gdp", "period": "2012"}


def test_an_accepted_figure_keeps_value_and_cell_and_says_who_and_why(store, load, figures):
    load(figures(SUSPECT))
    store.accept(**KEY, by="reviewer", reason="confirmed by the bureau")

    row = store.observations().row(0, named=True)
    assert (row["status"], row["value"]) == ("accepted", 120.0)
    assert (row["file"], row["sheet"], row["cell"]) == ("yearbook.xlsx", "Economy", "C14")
    assert (row["recorded_by"], row["reason"]) == ("reviewer", "confirmed by the bureau")


def test_the_suspect_version_stays_in_the_history(store, load, figures):
    load(figures(SUSPECT))
    store.accept(**KEY, by="reviewer", reason="confirmed")

    assert store.observations(history=True)["status"].to_list() == ["suspect", "accepted"]


def test_an_acceptance_is_in_the_log_with_before_and_after(store, load, figures):
    load(figures(SUSPECT))
    store.accept(**KEY, by="reviewer", reason="confirmed")

    entry = store.audit().row(-1, named=True)
    assert entry["what"] == "accept"
    assert '"status":"suspect"' in entry["before"]
    assert '"status":"accepted"' in entry["after"]
    store.verify()


def test_the_same_file_again_does_not_undo_an_acceptance(store, load, figures):
    load(figures(SUSPECT))
    store.accept(**KEY, by="reviewer", reason="confirmed")

    assert load(figures(SUSPECT)).unchanged == 1
    assert store.observations()["status"].to_list() == ["accepted"]


def test_another_suspect_value_is_suspect_again(store, load, figures):
    load(figures(SUSPECT))
    store.accept(**KEY, by="reviewer", reason="confirmed")

    load(figures({**SUSPECT, "value": 130.0}))

    assert store.observations()["status"].to_list() == ["suspect"]


def test_an_acceptance_shows_no_faults_of_its_own(store, load, figures):
    load(figures(SUSPECT))
    store.accept(**KEY, by="reviewer", reason="confirmed")

    assert store.faults().is_empty()


@pytest.mark.parametrize("reason", ["", "  "])
def test_an_acceptance_without_a_reason_is_refused(store, load, figures, reason):
    load(figures(SUSPECT))

    with pytest.raises(InputError, match="reason must not be empty"):
        store.accept(**KEY, by="reviewer", reason=reason)


def test_a_figure_that_is_not_suspect_is_not_accepted(store, load, figures):
    load(figures())

    with pytest.raises(ConflictError, match="the value is reported, not suspect"):
        store.accept(**KEY, by="reviewer", reason="confirmed")


def test_a_figure_is_accepted_once(store, load, figures):
    load(figures(SUSPECT))
    store.accept(**KEY, by="reviewer", reason="confirmed")

    with pytest.raises(ConflictError, match="the value is accepted, not suspect"):
        store.accept(**KEY, by="reviewer", reason="confirmed")


def test_a_figure_that_is_not_there_is_not_accepted(store):
    with pytest.raises(NotFoundError, match="this value does not exist"):
        store.accept(**KEY, by="reviewer", reason="confirmed")


def test_of_several_figures_one_must_be_named(store, load, figures):
    load(figures(SUSPECT, {**SUSPECT, "area": "urban"}))

    with pytest.raises(
        InputError, match="several values match; name one: area='prefecture', source='ccsy'; area='urban'"
    ):
        store.accept(**KEY, by="reviewer", reason="confirmed")


def test_the_figure_named_by_area_and_source_is_accepted(store, load, figures):
    load(figures(SUSPECT, {**SUSPECT, "area": "urban"}, {**SUSPECT, "source": "own"}))

    store.accept(**KEY, area="prefecture", source="own", by="reviewer", reason="confirmed")

    table = store.observations().select("area", "source", "status").rows()
    assert [row[:2] for row in table if row[2] == "accepted"] == [("prefecture", "own")]
