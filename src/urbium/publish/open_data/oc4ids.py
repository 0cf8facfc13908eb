"""OC4IDS: the projects with their money, who finances them, and forecasts against actuals.

Its schema lets a budget of -5 and an end before its start pass; what it asks, and what it should ask of the
tables, is checked here before anything is handed out.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any, Final

import polars as pl

from urbium.errors import Fault, InputError, NotFoundError
from urbium.nations import check_currency
from urbium.publish.open_data.record import OpenData
from urbium.text import Text, coded, text

STATUSES: Final = (
    "identification", "preparation", "implementation", "completion", "maintenance", "decommissioning",
    "decommissioned", "cancelled",
)  # fmt: skip
"""The phases of a project, OC4IDS code list ``projectStatus``."""
_VERSION: Final = "0.9"
_SECTORS: Final[Mapping[str, str]] = {
    "environment": "economy",
    "foundation": "communications",
    "mobility": "transport",
    "safety": "governance",
    "water": "waterAndWaste",
    "waste": "waterAndWaste",
}
"""Our sectors where OC4IDS has another word, by what its code list ``projectSector`` says each includes
(science and environment, telecommunications, emergency response); the list is open, others keep theirs."""
_INSTRUMENTS: Final[Mapping[str, tuple[str, list[str]]]] = {
    "grant": ("grant", []),
    "green_bond": ("bond", ["debt"]),
    "foreign_equity": ("", ["equity"]),
    **dict.fromkeys(("development_bank_loan", "commercial_loan", "foreign_loan"), ("loan", ["debt"])),
}
"""The type and asset classes that OC4IDS has for an instrument; where it has none, none is said."""


def check(record: OpenData) -> None:
    """Raise InputError with everything that is wrong with the projects of a record."""
    faults = faults_of(record)
    if faults:
        raise InputError(
            coded("publish.oc4ids.wrong", "these projects cannot be published in their current form"),
            place="OC4IDS",
            remedy=text("correct the plan or the task books listed"),
            faults=faults,
        )


def write(record: OpenData, _: Sequence[Any]) -> Iterator[str]:
    """Yield the package of projects."""
    package = package_of(record)
    head = {name: value for name, value in package.items() if name != "projects"}
    yield json.dumps(head, ensure_ascii=False).removesuffix("}") + ', "projects": ['
    for number, project in enumerate(package["projects"]):
        yield ("," if number else "") + "\n" + json.dumps(project, ensure_ascii=False, allow_nan=False)
    yield "\n]}\n"


def package_of(record: OpenData) -> dict[str, Any]:
    """Return the projects of a publication as an OC4IDS project package."""
    figures, finance = (
        {
            str(key[0]): rows.to_dicts()
            for key, rows in record.tables[table].group_by(["project"], maintain_order=True)
        }
        for table in ("project_figures", "finance")
    )
    places = {row["place"]: row for row in record.tables["places"].iter_rows(named=True)}
    names = record.names("places")
    package: dict[str, Any] = _without_nothing(
        {
            "uri": record.uri("oc4ids.json"),
            "publisher": {"name": record.title, "uri": record.address},
            "publishedDate": record.issued,
            "license": record.licence,
            "version": _VERSION,
            "projects": [
                _project(
                    row,
                    figures.get(row["project"], []),
                    finance.get(row["project"], []),
                    places.get(row["place"], {}) | {"names": names.get(row["place"], {})},
                    record,
                )
                for row in record.tables["projects"].iter_rows(named=True)
            ],
        }
    )
    return {"projects": [], **package}


def _project(
    row: Mapping[str, Any],
    figures: Sequence[Mapping[str, Any]],
    finance: Sequence[Mapping[str, Any]],
    place: Mapping[str, Any],
    record: OpenData,
) -> dict[str, Any]:
    budget = [one for one in figures if one["kind"] == "budget"]
    arrangements = [one for one in finance if one["kind"] != "inflow"]
    funds = sorted({one["fund"] for one in budget if one["fund"]} | {one["party"] for one in arrangements})
    authority = row["authority"]
    parties = [{"id": fund, "name": fund, "roles": ["funder"]} for fund in funds]
    if authority:
        parties = [one for one in parties if one["id"] != authority]
        roles = ["publicAuthority", *(["funder"] if authority in funds else [])]
        parties.append({"id": authority, "name": authority, "roles": roles})
    is_placed = place.get("latitude") is not None and place.get("longitude") is not None
    project: dict[str, Any] = _without_nothing(
        {
            "id": "-".join(filter(None, (record.project_prefix, row["project"]))),
            "updated": record.issued,
            "title": row["title"],
            "description": _description(row),
            "status": row["status"],
            "period": _period(row),
            "sector": [_SECTORS.get(row["sector"], row["sector"])] if row["sector"] else [],
            "additionalClassifications": [{"scheme": "urbium", "id": row["solution"]}]
            if row["solution"]
            else [],
            "locations": [
                {
                    "id": row["place"],
                    "description": next(iter(place["names"].values()), row["place"]),
                    "geometry": {"type": "Point", "coordinates": [place["longitude"], place["latitude"]]}
                    if is_placed
                    else None,
                }
            ],
            "budget": _budget(budget, arrangements),
            "forecasts": [
                *_metrics([one for one in figures if one["kind"] == "forecast"]),
                *(_inflow(one) for one in finance if one["kind"] == "inflow"),
            ],
            "metrics": _metrics([one for one in figures if one["kind"] == "actual"]),
            "parties": parties,
            "publicAuthority": {"id": authority, "name": authority} if authority else None,
        }
    )
    return project


def _description(row: Mapping[str, Any]) -> str:
    """Return how firm the project is, in which prices, and how well founded."""
    about = {"prices": row["prices"] or "-", "evidence": row["evidence"] or "-"}
    said: Text = (
        text("From a task book in force. Prices: {prices}. Evidence: {evidence}.", **about)
        if row["basis"] == "contract"
        else text("From the adopted plan; not signed. Prices: {prices}. Evidence: {evidence}.", **about)
    )
    return said.render()


def _budget(
    figures: Sequence[Mapping[str, Any]], arrangements: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return a budget by source; of what is planned, finance holds what no agreement signs."""
    if not figures:
        return {}
    return {
        "amount": {"amount": _sum(figures), "currency": figures[0]["unit"]},
        "budgetBreakdowns": [{"id": "1", "budgetBreakdown": [_share(*one) for one in enumerate(figures, 1)]}],
        "finance": [one for one in map(_finance, arrangements) if one["value"]["amount"] > 0],
    }


def _finance(one: Mapping[str, Any]) -> dict[str, Any]:
    kind, classes = _INSTRUMENTS.get(one["instrument"], ("", []))
    return {
        "id": one["arrangement"],
        "description": _terms(one),
        "assetClass": classes,
        "type": kind,
        "value": {"amount": round(one["value"] - (one["signed"] or 0.0), 2), "currency": one["unit"]},
        "source": one["source"],
        "financingParty": {"id": one["party"], "name": one["party"]},
        "period": _period(one),
    }


def _terms(one: Mapping[str, Any]) -> str:
    """Return whether an arrangement is signed, by which instrument, in which prices."""
    if one["kind"] == "signed":
        return text("Signed on {day}; nominal.", day=one["signed_on"] or "-").render()
    return text(
        "Planned; no agreement in force covers it. Instrument: {instrument}. Prices: {prices}. "
        "Evidence: {evidence}.",
        **{name: one[name] or "-" for name in ("instrument", "prices", "evidence")},
    ).render()


def _inflow(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a project is expected to bring in as a metric: its first year of use, and its range."""
    amount = {"amount": one["value"], "currency": one["unit"]}
    notes = text("For each year of operation; the first year starts on this date.").render()
    dimensions = {name: str(one[name]) for name in ("party", "low", "high", "prices", "evidence")}
    observation = {
        "id": "1", "period": _period(one), "value": amount, "dimensions": dimensions, "notes": notes,
    }  # fmt: skip
    return {"id": one["arrangement"], "title": one["instrument"], "observations": [observation]}


def _share(number: int, one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(number),
        "description": one["measure"],
        "amount": {"amount": one["value"], "currency": one["unit"]},
        "period": _period(one),
        "sourceParty": {"id": one["fund"], "name": one["fund"]} if one["fund"] else None,
    }


def _sum(figures: Any) -> float:  # noqa: ANN401 - any rows with a value
    return round(math.fsum(one["value"] for one in figures), 2)


def _metrics(figures: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return one metric a measure, with an observation a period; what is no money has a unit."""
    rows = sorted(figures, key=lambda one: (one["measure"], one["first_day"], one["fund"]))
    return [
        {
            "id": measure,
            "title": measure,
            "observations": [_observation(number, one) for number, one in enumerate(group, 1)],
        }
        for measure, group in groupby(rows, key=lambda one: one["measure"])
    ]


def _observation(number: int, one: Mapping[str, Any]) -> dict[str, Any]:
    amount = {"value": {"amount": one["value"], "currency": one["unit"]}}
    quantity = {"measure": one["value"], "unit": {"name": one["unit"]}}
    return {
        "id": str(number),
        "period": _period(one),
        **(amount if _is_currency(one["unit"]) else quantity),
        "dimensions": {"fund": one["fund"], "evidence": one["evidence"]},
        "notes": one["source"],
    }


def _period(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: f"{row[day]}T{hour}Z"
        for name, day, hour in (("startDate", "first_day", "00:00:00"), ("endDate", "last_day", "23:59:59"))
        if row[day]
    }


@cache
def _is_currency(unit: str) -> bool:
    try:
        return check_currency(unit) == unit
    except NotFoundError:
        return False


def _without_nothing(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON without members of which nothing is known."""
    if isinstance(value, dict):
        inner = {name: _without_nothing(one) for name, one in value.items()}
        return {name: one for name, one in inner.items() if one or isinstance(one, int | float)}
    if isinstance(value, list):
        return [_without_nothing(one) for one in value]
    return value


# --- what is wrong ------------------------------------------------------------------------------------------


def faults_of(record: OpenData) -> list[Fault]:
    """Return everything that is wrong with the projects of a record, by table and project.

    References
    ----------
    Open Contracting for Infrastructure Data Standard 0.9.5, project and package schemas (``projectStatus``);
    that amounts are not below 0 and have a currency of ISO 4217, and that periods do not end before they
    begin, is ours.
    """
    projects, figures, finance = (record.tables[name] for name in ("projects", "project_figures", "finance"))
    currencies = [
        unit for unit in {*figures["unit"].unique(), *finance["unit"].unique()} if _is_currency(unit)
    ]
    is_money, is_budget = pl.col("unit").is_in(currencies), pl.col("kind") == "budget"
    is_amount = pl.col("value").is_finite() & (pl.col("value") >= 0)
    ends_early = (pl.col("last_day") != "") & (pl.col("last_day") < pl.col("first_day"))
    code, phase = pl.col("project"), pl.col("status").is_in(STATUSES)
    no_code = coded("publish.oc4ids.id", "its code is empty, or appears twice")
    no_phase = coded("publish.oc4ids.status", "OC4IDS has no such phase")
    no_amount = coded("publish.oc4ids.amount", "the amount is below 0, or is not a number")
    no_currency = coded("publish.oc4ids.currency", "the currency is not an ISO 4217 code")
    early = coded("publish.oc4ids.period", "the project ends before it begins")
    rules = (
        ("projects", projects, code.is_duplicated() | (code == ""), "project", no_code),
        ("projects", projects, ~phase, "status", no_phase),
        ("project_figures", figures, (is_budget | is_money) & ~is_amount, "value", no_amount),
        ("project_figures", figures, is_budget & ~is_money, "unit", no_currency),
        ("finance", finance, ~is_amount, "value", no_amount),
        ("finance", finance, ~is_money, "unit", no_currency),
        *((name, frame, ends_early, "last_day", early) for name, frame in (
            ("projects", projects), ("project_figures", figures), ("finance", finance),
        )),
    )  # fmt: skip
    remedy = text("correct it at its source")
    return [
        Fault("error", message, remedy, rule="oc4ids", cell=f"{table}/{project}/{column}", value=str(value))
        for table, frame, is_wrong, column, message in rules
        for project, value in frame.filter(is_wrong).select("project", wrong=pl.col(column)).iter_rows()
    ]
