"""OC4IDS: what its schema demands, retyped; and what it lets pass and is refused here."""

import jsonschema
import polars as pl
import pytest

from publication_record import MONEY, files_of, frame, record_of
from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.publish.open_data.oc4ids import faults_of, package_of

DAY = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
PERIOD = {"type": "object", "properties": {"startDate": DAY, "endDate": DAY}, "minProperties": 1}
VALUE = {
    "type": "object",
    "properties": {"amount": {"type": "number"}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}},
    "additionalProperties": False,
    "minProperties": 1,
}
PARTY = {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}


def each(required, **properties):
    """A list of objects that have an id of their own."""
    item = {
        "type": "object",
        "required": ["id", *required],
        "properties": {"id": {"type": "string"}, **properties},
    }
    return {"type": "array", "minItems": 1, "uniqueItems": True, "items": item}


METRICS = each(
    [],
    title={"type": "string"},
    observations=each(
        [],
        period=PERIOD,
        value=VALUE,
        measure={"type": ["string", "number"]},
        unit={"type": "object", "properties": {"name": {"type": "string"}}, "minProperties": 1},
        dimensions={"type": "object", "minProperties": 1},
        notes={"type": "string", "minLength": 1},
    ),
)
SCHEMA = {
    "type": "object",
    "required": ["uri", "publisher", "publishedDate", "projects", "version"],
    "properties": {
        "publishedDate": DAY,
        "version": {"type": "string", "pattern": r"^(\d+\.)(\d+)$"},
        "publisher": {"type": "object", "required": ["name"]},
        "projects": each(
            [],
            updated=DAY,
            title={"type": "string", "minLength": 1},
            description={"type": "string", "minLength": 1},
            status={"enum": ["identification", "preparation", "implementation", "completion", "cancelled"]},
            period=PERIOD,
            sector={"type": "array", "items": {"type": "string"}, "minItems": 1},
            locations=each([], description={"type": "string"}, geometry={"type": "object"}),
            budget={
                "type": "object",
                "properties": {
                    "amount": VALUE,
                    "budgetBreakdowns": each([], budgetBreakdown=each([], amount=VALUE, sourceParty=PARTY)),
                    "finance": each(
                        [],
                        description={"type": "string", "minLength": 1},
                        assetClass={"type": "array", "items": {"enum": ["debt", "equity"]}, "minItems": 1},
                        type={"enum": ["bond", "loan", "grant"]},
                        value=VALUE,
                        source={"type": "string", "minLength": 1},
                        financingParty=PARTY,
                        period=PERIOD,
                    ),
                },
                "additionalProperties": False,
            },
            forecasts=METRICS,
            metrics=METRICS,
            parties=each([], roles={"type": "array", "items": {"enum": ["funder", "publicAuthority"]}}),
            publicAuthority=PARTY,
        ),
    },
}
"""Retyped of the project and package schemas of OC4IDS (Open Contracting Partnership), for what is used."""


@pytest.fixture(scope="module")
def package(record):
    return package_of(record)


def test_the_package_is_as_the_schema_demands(package):
    jsonschema.validate(package, SCHEMA)
    for project in package["projects"]:  # what is named is listed, and parts add up
        listed = {party["id"] for party in project["parties"]}
        budget = project.get("budget", {"finance": [], "budgetBreakdowns": []})
        shares = [one for part in budget["budgetBreakdowns"] for one in part["budgetBreakdown"]]
        assert {one["financingParty"]["id"] for one in budget["finance"]} <= listed
        assert {one["sourceParty"]["id"] for one in shares} <= listed
        amounts = sum(one["amount"]["amount"] for one in shares)
        assert amounts == budget.get("amount", {"amount": 0})["amount"]


def test_nothing_is_wrong_with_the_record(record):
    assert faults_of(record) == []


def test_money_forecasts_and_actuals_are_those_of_the_record(package):
    project, pilot = package["projects"]
    assert project["budget"]["amount"] == {"amount": 2_000_000.25, "currency": "EUR"}
    shares = project["budget"]["budgetBreakdowns"][0]["budgetBreakdown"]
    assert [(one["sourceParty"]["id"], one["amount"]["amount"]) for one in shares] == [
        ("CITY", 1_500_000.0),
        ("BANK", 500_000.25),
    ]
    assert shares[0]["period"] == {"startDate": "2020-04-01T00:00:00Z", "endDate": "2021-03-31T23:59:59Z"}
    forecast, (actual,) = project["forecasts"][0], project["metrics"]
    assert forecast["observations"][0]["value"] == {"amount": 900_000.0, "currency": "EUR"}
    assert actual["observations"][0]["value"] == {"amount": 850_000.0, "currency": "EUR"}
    reached = pilot["metrics"][0]["observations"][0]
    assert (reached["measure"], reached["unit"], reached["notes"]) == (160.0, {"name": "count"}, "survey")
    assert "not signed" in project["description"]
    assert "task book in force" in pilot["description"]


def test_finance_is_what_is_signed_and_what_of_the_plan_nobody_has_signed(package):
    project, _ = package["projects"]
    finance = {one["id"]: one for one in project["budget"]["finance"]}
    assert {code: one["value"] for code, one in finance.items()} == {
        "planned:BANK": {"amount": 200_000.25, "currency": "EUR"},
        "planned:CITY": {"amount": 1_500_000.0, "currency": "EUR"},
        "signed:a1:BANK": {"amount": 330_000.0, "currency": "USD"},
    }
    loan = finance["planned:BANK"]
    assert (loan["type"], loan["assetClass"], loan["financingParty"]["id"]) == ("loan", ["debt"], "BANK")
    assert "no agreement in force covers it" in loan["description"]
    assert finance["signed:a1:BANK"]["description"].startswith("Signed on 2020-02-29")


def test_what_a_project_brings_in_is_a_forecast_with_its_range(package):
    (inflow,) = [one for one in package["projects"][0]["forecasts"] if one["id"] == "inflow"]
    (expected,) = inflow["observations"]
    assert expected["value"] == {"amount": 15_000.0, "currency": "EUR"}
    assert (expected["dimensions"]["low"], expected["dimensions"]["high"]) == ("10000.0", "20000.0")
    assert expected["period"] == {"startDate": "2022-04-01T00:00:00Z"}


def test_a_registered_prefix_makes_the_codes_of_projects_unique_in_the_world():
    projects = package_of(record_of(project_prefix="oc4ids-abc123"))["projects"]
    assert [project["id"] for project in projects] == ["oc4ids-abc123-0503:IOC", "oc4ids-abc123-pilot:t1"]


def test_every_sector_of_the_catalogue_has_a_code_of_the_list():
    codes = {
        "education", "health", "energy", "communications", "waterAndWaste", "governance", "economy",
        "cultureSportsAndRecreation", "transport", "socialHousing", "naturalResources",
    }  # fmt: skip
    solutions = load_catalogue().solutions.values()
    named = [
        ("p", "A project", "0503", one.domain, one.code, "plan", "identification", "", "", "", "", "")
        for one in solutions
    ]
    record = record_of(tables={"projects": frame("projects", named)})
    assert {sector for project in package_of(record)["projects"] for sector in project["sector"]} <= codes


@pytest.mark.parametrize(
    ("table", "column", "wrong", "words"),
    [
        ("project_figures", "value", -5.0, "the amount is below 0, or is not a number"),
        ("project_figures", "value", float("inf"), "the amount is below 0, or is not a number"),
        ("project_figures", "unit", "XXX", "not an ISO 4217 code"),
        ("project_figures", "last_day", "2019-12-31", "ends before it begins"),
        ("finance", "value", -5.0, "the amount is below 0, or is not a number"),
        ("finance", "unit", "count", "not an ISO 4217 code"),
        ("finance", "last_day", "2019-12-31", "ends before it begins"),
        ("projects", "last_day", "2019-12-31", "ends before it begins"),
        ("projects", "status", "someday", "no such phase"),
        ("projects", "project", "", "empty, or appears twice"),
    ],
)
def test_what_the_schema_lets_pass_is_found_at_its_place(record, table, column, wrong, words):
    first = pl.int_range(pl.len()) == 0
    spoiled = record.tables[table].with_columns(
        pl.when(first).then(pl.lit(wrong)).otherwise(pl.col(column)).alias(column)
    )
    (fault,) = faults_of(record_of(tables={table: spoiled}))
    assert fault.cell.startswith(table)
    assert fault.cell.endswith(column)
    assert words in str(fault.message)
    assert fault.value == str(wrong)


def test_two_projects_of_one_code_are_found(record):
    projects = record.tables["projects"]
    twice = faults_of(record_of(tables={"projects": pl.concat([projects, projects.head(1)])}))
    assert [fault.cell for fault in twice] == ["projects/0503:IOC/project"] * 2


def test_a_wrong_budget_is_refused_whole_with_every_fault():
    wrong = [(*row[:6], -5.0, "XXX", *row[8:]) if row[3] == "CITY" else row for row in MONEY]
    record = record_of(tables={"project_figures": frame("project_figures", wrong)})
    with pytest.raises(InputError) as refused:
        files_of(record, "oc4ids")
    assert len(refused.value.faults) >= 2


def test_a_publication_without_projects_is_a_package_of_none():
    empty = {name: frame(name, []) for name in ("projects", "project_figures")}
    package = package_of(record_of(tables=empty))
    assert package["projects"] == []
