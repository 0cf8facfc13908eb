"""Suspect figures in groups: what is in them, who may decide on them, and what a decision changes."""

from collections import Counter
from datetime import UTC, datetime

import polars as pl
import pytest

from people_of import actor, staffed
from urbium.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from urbium.model import Status
from urbium.programme.cases.suspects import Group
from urbium.store import FileStamp

STAMP = FileStamp("figures.csv", "5e" * 32)
JUMPS = Group(rule="population-change", variable="population")


def row(city, period, rule, **more):
    """Return a figure; suspect where a rule doubts it."""
    status = {"status": "suspect", "reason": f"{rule}: it jumps; see {period}"} if rule else {}
    return {
        "city": city, "variable": "population", "period": period, "value": 1000.0, "unit": "persons",
        "area": "municipality", "status": "reported", "quality": "measured", "source": "wdi",
        "file": STAMP.name, "sheet": "", "cell": "D2", "reason": "", **status, **more,
    }  # fmt: skip


ROWS = [
    *(row(city, str(year), "population-change") for city in ("0503", "0599") for year in range(2000, 2005)),
    *(row("0344", str(year), "") for year in range(2000, 2004)),
    row("0344", "2004", "population-change"),
    row("0344", "2005", "population-change", reason="population-change: a; own-scale: b"),
    row("0503", "2000", "hard-range", variable="gdp_growth", unit="%"),
]


@pytest.fixture
def programme():
    with staffed() as made_up:
        made_up.store.record(pl.DataFrame(ROWS), by="test", reason="figures", file=STAMP)
        yield made_up


@pytest.fixture
def olga(programme):
    return actor(programme, "olga")


def now(programme):
    return programme.store.last_change()


def test_the_groups_count_what_the_file_holds(programme, olga):
    groups = programme.suspects.groups(olga)
    counted = Counter(
        (", ".join(part.split(":")[0] for part in one["reason"].split("; ") if ":" in part), one["variable"])
        for one in ROWS
        if one["status"] == "suspect"
    )

    assert {(one["rule"], one["variable"]): one["figures"] for one in groups.to_dicts()} == counted
    first = groups.row(0, named=True)
    assert (first["figures"], first["cities"], first["first"], first["last"]) == (11, 3, "2000", "2004")
    assert first["share"] == pytest.approx(11 / 16)


def test_a_group_is_cut_by_city_and_each_city_has_its_share(programme, olga):
    cut = programme.suspects.groups(olga, JUMPS, by_city=True)

    assert cut.select("city", "figures").rows() == [("0503", 5), ("0599", 5), ("0344", 1)]
    assert cut["share"].to_list() == pytest.approx([1.0, 1.0, 1 / 6])


def test_a_group_is_decided_and_what_it_does_not_name_stays(programme, olga):
    decided = programme.suspects.decide(olga, "accept", JUMPS, seen=now(programme), reason="counted again")

    assert decided.values.height == 11
    assert programme.observations(statuses=[Status.ACCEPTED]).height == 11
    left = programme.suspects.table(olga)["rule"].sort().to_list()
    assert left == ["hard-range", "population-change, own-scale"]
    assert programme.suspects.undo(olga, decided.entry, reason="too soon").values.height == 11
    assert programme.suspects.table(olga).height == 13


def test_what_came_in_after_the_group_was_looked_at_is_not_touched(programme, olga):
    seen = now(programme)
    late = row("0599", "2010", "population-change")
    programme.store.record(pl.DataFrame([late]), by="test", reason="more", file=STAMP)
    decided = programme.suspects.decide(olga, "reject", JUMPS, seen=seen, reason="wrong boundary")

    assert decided.values.height == 11
    assert "2010" in programme.suspects.table(olga, JUMPS)["period"]


def test_a_figure_decided_in_between_keeps_its_decision(programme, olga):
    seen = now(programme)
    oscar = actor(programme, "oscar")
    programme.figures.reject(oscar, city="0503", variable="population", period="2000", reason="wrong")
    assert programme.suspects.decide(olga, "accept", JUMPS, seen=seen, reason="right").values.height == 10
    assert programme.observations(statuses=[Status.REJECTED])["recorded_by"].to_list() == ["oscar"]
    with pytest.raises(ConflictError, match="none of these figures is suspect any more"):
        programme.suspects.decide(olga, "accept", JUMPS, seen=seen, reason="again")


@pytest.mark.parametrize("group", [Group(), Group(rule="population-change"), Group(variable="population")])
def test_a_decision_is_about_one_column_and_rule_or_about_one_city(programme, olga, group):
    with pytest.raises(InputError, match="to a rule and a column, or to a city"):
        programme.suspects.decide(olga, "accept", group, seen=now(programme), reason="all of it")


def test_the_figures_of_a_city_are_decided_together(programme, olga):
    decided = programme.suspects.decide(olga, "reject", Group(city="0503"), seen=now(programme), reason="x")
    assert decided.values.group_by("variable").len().sort("variable").rows() == [
        ("gdp_growth", 1), ("population", 5),
    ]  # fmt: skip


def test_a_verdict_is_one_of_two_and_needs_a_reason(programme, olga):
    with pytest.raises(NotFoundError):
        programme.suspects.decide(olga, "forget", JUMPS, seen=now(programme), reason="x")
    with pytest.raises(InputError, match="reason must not be empty"):
        programme.suspects.decide(olga, "accept", JUMPS, seen=now(programme), reason="")
    with pytest.raises(ConflictError):
        programme.suspects.decide(olga, "accept", JUMPS, seen=datetime(2000, 1, 1, tzinfo=UTC), reason="x")


@pytest.mark.parametrize("code", ["carl", "ada", "eva"])
def test_who_may_not_decide_on_a_single_figure_may_not_decide_on_a_group(programme, olga, code):
    reader = actor(programme, code)
    decided = programme.suspects.decide(olga, "accept", JUMPS, seen=now(programme), reason="right")
    for attempt in (
        lambda: programme.suspects.table(reader),
        lambda: programme.suspects.groups(reader),
        lambda: programme.suspects.decide(reader, "accept", JUMPS, seen=now(programme), reason="mine"),
        lambda: programme.suspects.decisions(reader),
        lambda: programme.suspects.decided(reader, decided.entry),
        lambda: programme.suspects.undo(reader, decided.entry, reason="mine"),
    ):
        with pytest.raises(ForbiddenError):
            attempt()
    assert programme.observations(statuses=[Status.ACCEPTED]).height == 11


def test_the_preview_names_what_reads_the_column(programme):
    effect = programme.suspects.effect(["population_agglomeration"])

    assert "Resident population of an urban area" in effect.roles
    assert programme.suspects.effect(["nothing_reads_it"]) == type(effect)((), ())
