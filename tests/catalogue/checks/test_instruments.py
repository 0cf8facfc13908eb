"""Declared instruments: what is paid back has a rate and a tenor; wrong terms are refused with their cell."""

import csv
from pathlib import Path

import pytest

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.model import InstrumentKind, Repayment, Term

INSTRUMENT = {
    "id": "bond_MEX", "kind": "green_bond", "name_en": "Bond of a city", "nations": "MEX",
    "valid_from": "2016", "valid_to": "", "currency": "MXN", "prices": "nominal", "form": "fixed",
    "repayment": "bullet", "payer": "city", "is_foreign": "false", "finance_models": "GREENBOND",
    "source": "ASSUME",
}  # fmt: skip
TERM = {
    "instrument": "bond_MEX", "term": "rate", "low": "0.08", "high": "0.09", "unit": "share a year",
    "currency": "", "year": "2016", "place": "", "evidence": "assumption", "source": "ASSUME", "note": "",
}  # fmt: skip
TENOR = TERM | {"term": "tenor", "low": "10", "high": "10", "unit": "years"}
LIMIT = {
    "id": "MEX.2016", "nation": "MEX", "edition": "law of 2016", "valid_from": "2016", "valid_to": "",
    "solution": "FIBRE", "share_max": "0.49", "people_min": "", "evidence": "assumption", "source": "ASSUME",
}  # fmt: skip


def load(tmp_path: Path, *, instrument=(), terms=(TERM, TENOR), limit=()):
    tables = {
        "instruments.csv": [INSTRUMENT | dict(instrument)],
        "instrument_terms.csv": list(terms),
        "foreign_limits.csv": [LIMIT | dict(limit)],
    }
    (tmp_path / "funds").mkdir()
    for name, rows in tables.items():
        with (tmp_path / "funds" / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return load_catalogue(tmp_path)


def refused(tmp_path, **changes):
    with pytest.raises(InputError) as caught:
        load(tmp_path, **changes)
    return caught.value.faults


def test_an_instrument_of_another_nation_stands_beside_those_of_urbium(tmp_path):
    catalogue = load(tmp_path)

    assert catalogue.instruments["bond_MEX"].repayment is Repayment.BULLET
    assert catalogue.foreign_limits["MEX.2016"].share_max == 0.49
    assert len(catalogue.instruments) == len(load_catalogue().instruments) + 1


def test_every_fund_names_kinds_of_instruments_that_are_declared():
    catalogue = load_catalogue()

    named = {kind for fund in catalogue.funds.values() for kind in fund.instruments}
    assert all(fund.instruments for fund in catalogue.funds.values())
    assert named == {kind.value for kind in InstrumentKind}
    assert {row.kind for row in catalogue.instruments.values()} == set(InstrumentKind)


def test_every_instrument_says_how_much_it_pays_and_how_sure_it_is_to_be_signed():
    catalogue = load_catalogue()

    terms = {(row.instrument, row.term) for row in catalogue.instrument_terms}
    lacking = [
        (name, term)
        for name in catalogue.instruments
        for term in (Term.SHARE_OF_COST, Term.SIGNED)
        if (name, term) not in terms
    ]
    assert lacking == []


def test_every_limit_of_foreign_ownership_belongs_to_one_nation():
    assert {row.nation for row in load_catalogue().foreign_limits.values()} == {"CHN"}


@pytest.mark.parametrize(
    ("changes", "message", "remedy"),
    [
        ({"terms": [TENOR]}, "has to be repaid, but it has no rate", "instrument_terms.csv"),
        ({"terms": [TERM]}, "has to be repaid, but it has no tenor", "instrument_terms.csv"),
        ({"terms": [TERM, TENOR | {"low": "-5"}]}, "its tenor is -5", "at least zero"),
        ({"terms": [TERM, TENOR | {"low": "0"}]}, "the tenor is 0 years", "at least one year"),
        ({"terms": [TERM | {"low": "8", "high": "9"}, TENOR]}, "its rate is 8", "0.05 for 5%"),
        ({"terms": [TERM | {"low": "", "high": ""}, TENOR]}, "its rate has no figure", "low, high or both"),
        ({"terms": [TERM | {"low": "0.1"}, TENOR]}, "low 0.1 is more than high 0.09", "smaller one first"),
        ({"terms": [TERM, TENOR, TENOR | {"term": "grace"}]}, "leaves no time to repay", "shorter"),
        (
            {"terms": [TERM, TENOR, TERM | {"term": "share_of_cost", "low": "", "high": "0"}]},
            "has nothing to provide: its share_of_cost is zero", "remove the term",
        ),
        ({"terms": [TERM, TENOR, TERM | {"instrument": "bond"}]}, "'bond', which is not declared", ""),
        ({"instrument": {"currency": "PESO"}}, "ISO 4217 currency code", ""),
        ({"instrument": {"nations": "MEXICO"}}, "'MEXICO' is not a nation", "such as MEX"),
        ({"instrument": {"payer": "mayor"}}, "not one of city, nation, users and none", ""),
        ({"instrument": {"kind": "lottery"}}, "not one of budget, grant", ""),
        ({"limit": {"nation": "MEXICO"}}, "'MEXICO' is not a nation", "such as MEX"),
        ({"limit": {"share_max": "49"}}, "49 is out of range", "0 to 1"),
        ({"limit": {"solution": "FIBER"}}, "'FIBER', which is not declared", ""),
    ],
)  # fmt: skip
def test_wrong_terms_are_refused_with_their_cell_and_a_remedy(tmp_path, changes, message, remedy):
    fault = next(fault for fault in refused(tmp_path, **changes) if message in fault.message)

    assert fault.where.startswith("funds/")
    assert remedy in fault.remedy
    assert fault.remedy


def test_a_fund_with_nothing_to_give_is_refused(tmp_path):
    (tmp_path / "funds").mkdir()
    (tmp_path / "funds" / "funds.csv").write_text(
        "id,name_en,finance_models,share_max,is_foreign,scope,instruments,evidence,source,note\n"
        "OWN,Own fund,PUB,0,false,city,budget,assumption,ASSUME,\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        load_catalogue(tmp_path)

    fault = caught.value.faults[0]
    assert fault.where == "funds/funds.csv!D2"
    assert fault.message == "fund OWN has nothing to provide: its share is zero"
    assert "above zero" in fault.remedy


ASSUMED = {
    "id": "",
    "value": "0.3",
    "unit": "share",
    "evidence": "assumption",
    "source": "ASSUME",
    "note": "",
}


@pytest.mark.parametrize(
    ("name", "value", "words", "cell"),
    [
        ("repayment.rate.BANK", "0.05", "no plan uses the assumption repayment.rate.BANK", "A2"),
        ("repayment.users.BANQUE", "0.5", "no plan uses the assumption repayment.users.BANQUE", "A2"),
        ("repayment.users.BANK", "1.5", "the share that users repay is 1.5", "B2"),
    ],
)
def test_an_assumption_of_repayments_that_no_plan_reads_is_refused(tmp_path, name, value, words, cell):
    (tmp_path / "rules").mkdir()
    with (tmp_path / "rules" / "assumptions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(ASSUMED))
        writer.writeheader()
        writer.writerow(ASSUMED | {"id": name, "value": value})

    fault = refused(tmp_path)[0]

    assert fault.message == words
    assert (fault.cell, bool(fault.remedy)) == (cell, True)
