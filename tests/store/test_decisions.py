"""Many suspect figures are decided at once, as one load and one entry, and the decision is undone as one."""

import polars as pl
import pytest

from urbium.errors import ConflictError, InputError, NotFoundError
from urbium.model import Status
from urbium.store import FileStamp
from urbium.store.decisions import VALUE

YEARS = ("2010", "2011", "2012")
WHY = {"by": "reviewer", "reason": "the column was checked"}


def doubted(city, year, **more):
    return {"city": city, "period": year, "status": "suspect", "reason": f"gdp-change: {year}", **more}


@pytest.fixture
def doubts(store, load, figures):
    """Return a store with six suspect figures of two cities, in two files, and a sound one."""
    load(figures(*(doubted("340100", year, cell=f"C{year}") for year in YEARS), {"period": "2013"}))
    others = figures(*(doubted("110000", year, file="other.csv") for year in YEARS))
    load(others, file=FileStamp("other.csv", "ab" * 32))
    return store


def suspects(store):
    return store.observations(statuses=["suspect"])


def test_a_group_is_one_load_and_one_entry_and_the_store_still_proves_itself(doubts):
    before, entries = suspects(doubts), doubts.audit().height
    decided = doubts.decisions.judge(before, Status.ACCEPTED, **WHY)

    assert decided.values.height == before.height == 6
    assert doubts.audit().height == entries + 1
    assert doubts.observations(statuses=["accepted"]).height == 6
    assert suspects(doubts).is_empty()
    doubts.verify()


def test_every_figure_keeps_its_own_file_and_cell(doubts):
    before = doubts.observations().select(*VALUE, "file", "sheet", "cell", "value", "unit")
    doubts.decisions.judge(suspects(doubts), Status.REJECTED, **WHY)

    assert doubts.observations().select(before.columns).equals(before)
    assert set(doubts.observations(statuses=["rejected"])["file"]) == {"yearbook.xlsx", "other.csv"}


def test_the_log_says_how_many_figures_of_which_columns_and_cities(doubts):
    doubts.decisions.judge(suspects(doubts), Status.REJECTED, **WHY)
    entry = doubts.audit().row(-1, named=True)

    assert (entry["what"], entry["who"], entry["why"]) == ("reject", "reviewer", "the column was checked")
    assert '"cities":2,"figures":6,"status":"suspect","variables":["gdp"]' in entry["before"]
    assert '"status":"rejected"' in entry["after"]


def test_what_somebody_decided_in_between_is_not_touched(doubts):
    seen = suspects(doubts)
    doubts.reject(city="340100", variable="gdp", period="2010", by="other", reason="wrong row")
    decided = doubts.decisions.judge(seen, Status.ACCEPTED, **WHY)

    assert decided.values.height == 5
    (rejected,) = doubts.observations(statuses=["rejected"]).select("period", "recorded_by").rows()
    assert rejected == ("2010", "other")


def test_a_decision_on_figures_none_of_which_is_suspect_is_refused(doubts):
    seen = suspects(doubts)
    doubts.decisions.judge(seen, Status.ACCEPTED, **WHY)
    with pytest.raises(ConflictError, match="none of these figures is suspect any more"):
        doubts.decisions.judge(seen, Status.ACCEPTED, **WHY)
    with pytest.raises(InputError, match="reason must not be empty"):
        doubts.decisions.judge(seen, Status.ACCEPTED, by="reviewer", reason=" ")


@pytest.mark.parametrize("verdict", [Status.ACCEPTED, Status.REJECTED])
def test_undone_the_figures_are_suspect_again_with_the_doubt_that_they_had(doubts, verdict):
    before = suspects(doubts).drop("recorded_at", "recorded_by")
    decided = doubts.decisions.judge(suspects(doubts), verdict, **WHY)
    undone = doubts.decisions.undo(decided.entry, by="chief", reason="too soon")

    assert undone.values.height == 6
    assert suspects(doubts).drop("recorded_at", "recorded_by").equals(before)
    assert doubts.audit()["what"][-1] == "undo"
    doubts.verify()


def test_a_later_decision_on_one_figure_of_the_group_stays(doubts, load, figures):
    decided = doubts.decisions.judge(suspects(doubts), Status.REJECTED, **WHY)
    doubts.accept(city="340100", variable="gdp", period="2010", by="other", reason="right after all")
    load(figures({"city": "110000", "period": "2011", "value": 7.0}))
    (listed,) = doubts.decisions.listed().filter(entry=decided.entry).to_dicts()
    undone = doubts.decisions.undo(decided.entry, **WHY)

    assert (listed["figures"], listed["standing"], listed["cities"]) == (6, 4, 2)
    assert undone.values.height == 4
    assert doubts.observations(statuses=["accepted"])["period"].to_list() == ["2010"]
    assert doubts.observations(cities=["110000"], periods=["2011"])["value"].to_list() == [7.0]


def test_a_decision_on_one_figure_is_undone_too(doubts):
    doubts.accept(city="340100", variable="gdp", period="2010", **WHY)
    entry = doubts.decisions.listed()["entry"][0]
    doubts.decisions.undo(entry, **WHY)

    assert suspects(doubts).height == 6
    assert suspects(doubts)["reason"].str.starts_with("gdp-change").all()


def test_what_is_undone_can_be_decided_and_undone_again(doubts):
    first = doubts.decisions.judge(suspects(doubts), Status.ACCEPTED, **WHY)
    doubts.decisions.undo(first.entry, **WHY)
    second = doubts.decisions.judge(suspects(doubts), Status.REJECTED, **WHY)
    doubts.decisions.undo(second.entry, **WHY)

    assert suspects(doubts)["reason"].to_list() == [f"gdp-change: {year}" for year in (*YEARS, *YEARS)]
    assert doubts.decisions.listed()["standing"].to_list() == [6, 0, 0, 0]


def test_nothing_is_undone_twice_and_no_load_of_a_file_is_a_decision(doubts):
    decided = doubts.decisions.judge(suspects(doubts), Status.ACCEPTED, **WHY)
    undone = doubts.decisions.undo(decided.entry, **WHY)
    for entry in (decided.entry, undone.entry):
        with pytest.raises(ConflictError, match="is left to undo"):
            doubts.decisions.undo(entry, **WHY)
    with pytest.raises(NotFoundError, match="there is no decision"):
        doubts.decisions.undo(decided.entry - 1, **WHY)


def test_the_figures_of_a_decision_say_which_of_them_it_still_holds_for(doubts):
    decided = doubts.decisions.judge(suspects(doubts), Status.REJECTED, **WHY)
    doubts.accept(city="340100", variable="gdp", period="2010", **WHY)
    values = doubts.decisions.values(decided.entry)

    assert values.height == 6
    assert set(values["status"]) == {"rejected"}
    assert values.filter(~pl.col("is_standing")).select("city", "period").rows() == [("340100", "2010")]


def test_the_same_file_again_leaves_what_was_decided_and_what_was_undone(doubts, load, figures):
    decided = doubts.decisions.judge(suspects(doubts), Status.REJECTED, **WHY)
    again = figures(*(doubted("340100", year, cell=f"C{year}") for year in YEARS))
    assert load(again).unchanged == 3
    doubts.decisions.undo(decided.entry, **WHY)
    assert load(again).unchanged == 3
    assert suspects(doubts).height == 6
