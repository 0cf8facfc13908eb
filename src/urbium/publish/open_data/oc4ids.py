"""OC4IDS: the projects with their money, who finances them, and forecasts against actuals.

Its schema lets a budget of -5 and an end before its start pass; what it asks, and what it should ask, is
checked here before anything is handed out.
"""

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

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
    "mobility": "transport",
    "water": "waterAndWaste",
    "waste": "waterAndWaste",
}
"""Our sectors where OC4IDS has another word; its list is open, so that the others keep theirs."""
_INSTRUMENTS: Final[Mapping[str, tuple[str, list[str]]]] = {
    "grant": ("grant", []),
    "green_bond": ("bond", ["debt"]),
    "foreign_equity": ("", ["equity"]),
    **dict.fromkeys(("development_bank_loan", "commercial_loan", "foreign_loan"), ("loan", ["debt"])),
}
"""The type and asset classes that OC4IDS has for an instrument; where it has none, none is said."""
_CENT: Final = 0.01
_NOTHING: Final[tuple[Any, ...]] = (None, "", [], {})


def write(record: OpenData, _: Sequence[Any]) -> Iterator[str]:
    """Yield the package of projects; InputError lists everything that is wrong in it."""
    package = package_of(record)
    faults = faults_of(package)
    if faults:
        raise InputError(
            coded("publish.oc4ids.wrong", "these projects cannot be published in their current form"),
            place="OC4IDS",
            remedy=text("correct the plan or the task books named"),
            faults=faults,
        )
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
            "id": row["project"],
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
    notes = text("In each year of operation, the first one starting on this date.").render()
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


def _is_currency(unit: str) -> bool:
    try:
        return check_currency(unit) == unit
    except NotFoundError:
        return False


def _without_nothing(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON without members of which nothing is known."""
    if isinstance(value, dict):
        inner = {name: _without_nothing(one) for name, one in value.items()}
        return {
            name: one for name, one in inner.items() if not any(one is no or one == no for no in _NOTHING)
        }
    if isinstance(value, list):
        return [_without_nothing(one) for one in value]
    return value


# --- what is wrong ------------------------------------------------------------------------------------------


def faults_of(package: Mapping[str, Any]) -> list[Fault]:
    """Return everything that is wrong with a package, by the path of what is wrong.

    References
    ----------
    Open Contracting for Infrastructure Data Standard 0.9.5, project and package schemas (required members,
    ``projectStatus``); that amounts are not below 0, have a currency of ISO 4217 and add up, that periods do
    not end before they begin and that parties are listed is ours.
    """
    faults = [
        _fault(name, coded("publish.oc4ids.missing", "this is missing"))
        for name in ("uri", "publisher", "publishedDate", "version")
        if not package.get(name)
    ]
    codes = Counter(project.get("id", "") for project in package.get("projects", []))
    for code, number in codes.items():
        if not code or number > 1:
            faults.append(
                _fault(f"projects/{code}", coded("publish.oc4ids.id", "its code is empty, or appears twice"))
            )
    for project in package.get("projects", []):
        faults += _of_project(project, f"projects/{project.get('id', '')}")
    return faults


def _of_project(project: Mapping[str, Any], place: str) -> Iterator[Fault]:
    if project.get("status") not in (None, *STATUSES):
        yield _fault(f"{place}/status", coded("publish.oc4ids.status", "OC4IDS has no such phase"))
    listed = {party["id"] for party in project.get("parties", [])}
    for path, part in _parts(project, place):
        if "amount" in part and not isinstance(part["amount"], Mapping):
            yield from _of_amount(part, path)
        start, end = part.get("startDate"), part.get("endDate")
        if start and end and end < start:
            yield _fault(path, coded("publish.oc4ids.period", "it ends before it begins"))
        if (
            path.endswith(("sourceParty", "financingParty", "publicAuthority"))
            and part.get("id") not in listed
        ):
            yield _fault(path, coded("publish.oc4ids.party", "this party is not listed"))
    budget = project.get("budget", {})
    for breakdown in budget.get("budgetBreakdowns", []):
        shares = [one["amount"]["amount"] for one in breakdown["budgetBreakdown"]]
        if abs(math.fsum(shares) - budget["amount"]["amount"]) > _CENT * len(shares):
            yield _fault(f"{place}/budget", coded("publish.oc4ids.sum", "its parts do not add up"))


def _of_amount(part: Mapping[str, Any], path: str) -> Iterator[Fault]:
    amount = part["amount"]
    if not isinstance(amount, int | float) or not math.isfinite(amount) or amount < 0:
        yield _fault(
            path, coded("publish.oc4ids.amount", "the amount is not a number of 0 or more"), str(amount)
        )
    if not _is_currency(str(part.get("currency", ""))):
        yield _fault(
            path,
            coded("publish.oc4ids.currency", "the currency is not an ISO 4217 code"),
            str(part.get("currency", "")),
        )


def _parts(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:  # noqa: ANN401 - any JSON
    """Yield every object within JSON, with its path."""
    if isinstance(value, Mapping):
        yield path, value
        for name, one in value.items():
            yield from _parts(one, f"{path}/{name}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _parts(one, f"{path}/{number}")


def _fault(place: str, message: Text, value: str = "") -> Fault:
    return Fault(
        "error", message, text("correct it where it comes from"), rule="oc4ids",
        cell=place, value=value,
    )  # fmt: skip
