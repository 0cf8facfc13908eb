"""Declared inflows: the table of urbium loads whole, and a row that leaves out what counts is refused."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from urbium.catalogue import DATA, load_catalogue
from urbium.errors import InputError
from urbium.model import Basis, Cash, InflowKind, Outcome, Receiver

GOOD = {
    "id": "LED_SL.own", "solution_code": "LED_SL", "kind": "city_saving", "receiver": "city",
    "basis": "per_head", "low": "0.5", "high": "1", "unit": "MXN a head and year", "currency": "MXN",
    "price_year": "2019", "period": "2019", "place": "Puebla", "evidence_level": "derived",
    "outcome": "realised", "cash": "cash", "running_cost": "gross", "source_id": "ASSUME", "note": "",
}  # fmt: skip


def load(tmp_path: Path, **changes: str):
    (tmp_path / "solutions").mkdir()
    row = GOOD | changes
    with (tmp_path / "solutions" / "inflows.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
    return load_catalogue(tmp_path)


def refused(tmp_path: Path, **changes: str):
    with pytest.raises(InputError) as caught:
        load(tmp_path, **changes)
    return [(fault.where, fault.message, fault.remedy) for fault in caught.value.faults]


def test_every_solution_has_rows_and_their_kinds_are_those_of_the_shared_table(shared):
    inflows = load_catalogue().inflows.values()

    with (shared / "data" / "solution_inflows.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = Counter((row["code"], row["kind"], row["receiver"]) for row in rows)
    counted = Counter((row.solution, row.kind.value, row.receiver or "") for row in inflows)
    assert counted >= expected
    assert {row.solution for row in inflows} == set(load_catalogue().solutions)


def test_figures_sources_and_marks_are_those_of_the_shared_table(shared):
    with (shared / "data" / "solution_inflows.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = Counter(
        (r["code"], r["value_low"], r["value_high"], r["source_id"], r["place"].replace("(none)", ""),
         " ".join(re.findall(r"\[.*?\]", r["note"])[:3]).replace("[none]", ""))
        for r in rows
    )  # fmt: skip
    with (DATA / "solutions" / "inflows.csv").open(encoding="utf-8", newline="") as file:
        packaged = Counter(
            (r["solution_code"], r["low"], r["high"], r["source_id"], r["place"],
             f"[{r['outcome']}] [{r['cash']}] [{r['running_cost']}]" if r["outcome"] else "")
            for r in csv.DictReader(file)
        )  # fmt: skip
    assert packaged >= expected


def test_every_effect_that_is_the_same_money_is_an_effect_of_the_solution():
    catalogue = load_catalogue()

    effects = {(effect.solution, effect.indicator) for effect in catalogue.effects}
    named = {(row.solution, name) for row in catalogue.inflows.values() for name in row.same_effects}
    assert named <= effects
    assert {solution for solution, _ in named} == {
        "AMI_E", "EGOV", "CADASTRE", "LED_SL", "BEMS", "SMART_IRRIG", "NRW", "ROOFPV",
    }  # fmt: skip


def test_solutions_that_bring_the_same_money_share_a_group():
    groups = {}
    for row in load_catalogue().inflows.values():
        if row.overlap:
            groups.setdefault(row.overlap, set()).add(row.solution)
    assert sorted(map(sorted, groups.values())) == [
        ["AMI_E", "DR_PRICE"], ["ATSC", "OPENDATA", "RTPI", "TIM", "TSP"], ["CCTV", "IOC", "SPEEDCAM"],
        ["DIST_AUTO", "FIBRE"], ["NRW", "PRESSURE"],
    ]  # fmt: skip


def test_own_rows_take_the_place_of_all_rows_of_the_solution(tmp_path):
    catalogue = load(tmp_path)

    (row,) = (row for row in catalogue.inflows.values() if row.solution == "LED_SL")
    assert (row.id, row.currency, row.price_year, row.cash) == ("LED_SL.own", "MXN", 2019, Cash.CASH)
    assert (row.outcome, row.receiver, row.basis) == (Outcome.REALISED, Receiver.CITY, Basis.PER_HEAD)


def test_a_row_that_found_nothing_needs_no_words(tmp_path):
    blank = dict.fromkeys(
        ("receiver", "low", "high", "evidence_level", "outcome", "cash", "running_cost"), ""
    )
    catalogue = load(tmp_path, kind="none_found", basis="none", currency="", price_year="", **blank)

    assert catalogue.inflows["LED_SL.own"].kind is InflowKind.NONE_FOUND


@pytest.mark.parametrize(
    ("changes", "message", "remedy"),
    [
        ({"receiver": ""}, "does not state its receiver", "fill it in"),
        ({"outcome": ""}, "does not state its outcome", "fill it in"),
        ({"price_year": ""}, "an amount without a price year", "enter the year"),
        ({"currency": "PESO"}, "ISO 4217 currency code", ""),
        ({"currency": ""}, "ISO 4217 currency code", ""),
        ({"low": "2"}, "low 2 is more than high 1", "smaller one first"),
        ({"low": "-1"}, "-1 is out of range", "0 or more"),
        ({"low": "", "high": ""}, "has no figure", "none_found"),
        ({"receiver": "mayor"}, "not one of city, operator", ""),
        ({"solution_code": "LED_STREET"}, "'LED_STREET', which is not declared", ""),
        ({"same_effects": "OTHER:Light"}, "'OTHER:Light', which is not declared", ""),
        ({"source_id": "nobody"}, "'nobody', which is not declared", ""),
        ({"kind": "none_found"}, "is of kind none_found, but has a figure", "what kind"),
    ],
)
def test_a_wrong_row_is_refused_with_its_cell_and_a_remedy(tmp_path, changes, message, remedy):
    where, says, what_now = refused(tmp_path, **changes)[0]

    assert where.startswith("solutions/inflows.csv!")
    assert message in says
    assert remedy in what_now
    assert what_now
