"""One function a record: a table row becomes the record it declares, or raises at what is wrong in it."""

import math
import re
from collections.abc import Mapping
from types import MappingProxyType

from urbium.model import (
    Assumption,
    Ceiling,
    Choice,
    Claim,
    Effect,
    Evidence,
    FinanceTerm,
    Fund,
    IndexNode,
    Indicator,
    Names,
    Norm,
    Occupation,
    Promise,
    Proxy,
    Quality,
    Region,
    SkillNeed,
    Solution,
    Source,
    ValueRule,
    Variable,
    Variation,
)
from urbium.units import unit

__all__ = [
    "assumption",
    "ceiling",
    "claim",
    "effect",
    "fund",
    "indicator",
    "names",
    "node",
    "norm",
    "occupation",
    "promise",
    "proxy",
    "region",
    "rule",
    "skill",
    "solution",
    "source",
    "term",
    "variable",
]

Row = Mapping[str, str]


def _number(text: str) -> float | None:
    if not text.strip():
        return None
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text!r} is not a finite number")
    return number


def _required(text: str) -> float:
    number = _number(text)
    if number is None:
        raise ValueError("a figure is missing")
    return number


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def names(row: Row) -> Names:
    """The names of a row, by language."""
    return MappingProxyType({code: row[f"name_{code}"] for code in ("en", "zh") if row.get(f"name_{code}")})


def _formula(text: str) -> tuple[tuple[str, int], ...]:
    signed = re.findall(r"([+-]?)\s*([a-z_0-9]+)", text)
    return tuple((name, -1 if sign == "-" else 1) for sign, name in signed)


def source(row: Row) -> Source:
    """A publisher and title, of figures or of evidence."""
    year = row.get("year") or row.get("edition_year") or ""
    origin = row.get("origin") or row.get("address") or ""
    note = row.get("note") or row.get("checked") or ""
    quality = Quality(row["quality"]) if row.get("quality") else None
    licence = row.get("licence", "")
    return Source(row["id"], row["publisher"], row["title"], year, licence, origin, note, quality)


def variable(row: Row) -> Variable:
    """A raw quantity with its unit and ranges."""
    return Variable(
        id=row["id"],
        name=names(row),
        unit=unit(row["unit"]).id,
        area=row["area"],
        definition=row["definition"],
        level=row["level"],
        hard_min=_number(row["hard_min"]),
        hard_max=_number(row["hard_max"]),
        plausible_min=_number(row["plausible_min"]),
        plausible_max=_number(row["plausible_max"]),
        direction=int(row["direction"] or 0),
        source=row["source"],
        note=row["note"],
        source_priority=_list(row.get("source_priority", "")),
    )


def indicator(row: Row) -> Indicator:
    """A formula over variables."""
    return Indicator(
        id=row["id"],
        name=names(row),
        unit=row["unit"],
        numerator=_formula(row["numerator"]),
        denominator=_formula(row["denominator"]),
        factor=_required(row["factor"]),
        direction=int(row["direction"] or 0),
        standard=row["standard"],
        edition=row["edition"],
        pillar=row["pillar"],
        benchmark=_number(row["benchmark"]),
        evidence=row["evidence"],
        status=row["status"],
        note=row["note"],
    )


def node(row: Row) -> tuple[str, IndexNode]:
    """A node of an index, with the index it belongs to."""
    return row["index"], IndexNode(row["id"], row["parent"], _required(row["weight"]), names(row))


def solution(row: Row) -> Solution:
    """A kind of project."""
    return Solution(
        code=row["code"],
        name=row["name"],
        domain=row["domain"],
        description=row["description"],
        capital_low=_required(row["capex_usd_per_capita_low"]),
        capital_high=_required(row["capex_usd_per_capita_high"]),
        price_year=int(row["price_year"]),
        operation_share=_required(row["opex_share_per_year"]),
        lifetime=_required(row["lifetime_years"]),
        build_years=_required(row["build_years"]),
        prerequisites=_list(row["prerequisites"]),
        soft_prerequisites=_list(row["soft_prerequisites"]),
        standards=_list(row["standards"]),
        skills=_list(row["skills"]),
        finance_models=_list(row["finance_models"]),
        evidence=Evidence(row["evidence_level"]),
        sources=_list(row["sources"]),
        note=row["note"],
    )


def effect(row: Row) -> Effect:
    """An effect of a solution on an indicator."""
    return Effect(
        solution=row["solution_code"],
        indicator=row["indicator"],
        indicator_code=row["indicator_code"],
        direction=row["direction"],
        low=_required(row["effect_low_pct"]),
        high=_required(row["effect_high_pct"]),
        unit=row["unit"],
        scope=row["scope"],
        lag=_required(row["lag_years"]),
        source=row["source_id"],
        evidence=Evidence(row["evidence_level"]),
        note=row["note"],
    )


def ceiling(row: Row) -> Ceiling:
    """The most a bundle does to an indicator."""
    return Ceiling(
        row["indicator"],
        row["direction"],
        _required(row["effect_low"]),
        _required(row["effect_high"]),
        row["unit"],
        row["source_id"],
        Evidence(row["evidence_level"]),
        row["note"],
    )


def skill(row: Row) -> SkillNeed:
    """The people a solution needs."""
    return SkillNeed(
        row["solution_code"],
        row["isco08"],
        row["esco_title"],
        _number(row["team_share"]),
        _number(row["build_person_years_per_100k"]),
        _number(row["run_fte_per_100k"]),
        row["evidence_level"],
        row["source_id"],
        row["note"],
    )


def term(row: Row) -> FinanceTerm:
    """A term of a way to finance."""
    return FinanceTerm(
        row["model_code"],
        row["model"],
        row["item"],
        _number(row["value_low"]),
        _number(row["value_high"]),
        row["unit"],
        row["year"],
        row["source_id"],
        row["evidence_level"],
        row["note"],
    )


def fund(row: Row) -> Fund:
    """A source of money."""
    return Fund(
        id=row["id"],
        name=names(row),
        finance_models=_list(row["finance_models"]),
        share_max=_required(row["share_max"]),
        is_foreign=row["is_foreign"].strip().lower() == "true",
        scope=row["scope"],
        evidence=Evidence(row["evidence"]),
        source=row["source"],
        note=row["note"],
    )


def rule(row: Row) -> ValueRule:
    """A check of observations."""
    return ValueRule(
        id=row["id"],
        kind=row["kind"],
        variables=_list(row["variables"]),
        severity=row["severity"],
        low=_number(row["low"]),
        high=_number(row["high"]),
        factor=_number(row["factor"]) or 1.0,
        message=row["message"],
        remedy=row["remedy"],
        reference=row["reference"],
    )


def assumption(row: Row) -> Assumption:
    """A number nobody published for this use."""
    return Assumption(
        row["id"], _required(row["value"]), row["unit"], Evidence(row["evidence"]), row["source"], row["note"]
    )


def proxy(row: Row) -> Proxy:
    """An indicator that may stand in for another."""
    return Proxy(row["indicator"], row["proxy"], row["use"], row["source"], row["note"])


def variation(row: Row) -> Variation:
    """An alternative of what varies when ranks are put in doubt."""
    match row["part"]:
        case "weights" | "data":
            _required(row["alternative"])
        case "aggregate":
            Choice.parse(row["alternative"])
        case _:
            Choice.row(row["alternative"])
    return Variation(row["index"], row["part"], row["alternative"], row["note"])


def norm(row: Row) -> Norm:
    """How much of a service people need."""
    ages = (row["age_from"].strip(), row["age_to"].strip())
    if not ages[0] and ages[1]:
        raise ValueError("a last age without a first one")
    return Norm(
        id=row["id"],
        service=row["service"],
        name=names(row),
        unit=unit(row["unit"]).id,
        per=_required(row["per"]),
        driver=row["driver"],
        ages=(int(ages[0]), int(ages[1]) if ages[1] else None) if ages[0] else None,
        low=_required(row["low"]),
        value=_required(row["value"]),
        high=_required(row["high"]),
        areas=_list(row["areas"]),
        provinces=_list(row["provinces"]),
        capacity=_list(row["capacity"]),
        use=row["use"],
        indicator=row["indicator"],
        valid_from=int(row["valid_from"]),
        evidence=Evidence(row["evidence"]),
        source=row["source"],
        status=row["status"],
        note=row["note"],
    )


def occupation(row: Row) -> Occupation:
    """A scarce kind of people."""
    return Occupation(
        id=row["id"],
        name=names(row),
        codes=_list(row["isco08"]),
        city_per_100k=_required(row["city_per_100k"]),
        nation_per_100k=_required(row["nation_per_100k"]),
        training_cost=_required(row["training_cost"]),
        training_places=_required(row["training_places"]),
        training_most=int(row["training_most"]),
        training_lag=int(row["training_lag"]),
        evidence=Evidence(row["evidence"]),
        source=row["source"],
        note=row["note"],
    )


def promise(row: Row) -> Promise:
    """A standard that every city owes."""
    return Promise(
        id=row["id"],
        name=names(row),
        solutions=_list(row["solutions"]),
        years=int(row["years"]),
        evidence=Evidence(row["evidence"]),
        source=row["source"],
        note=row["note"],
    )


def region(row: Row) -> Region:
    """The region of a province."""
    return Region(row["province"], names(row), row["source"])


def claim(row: Row) -> Claim:
    """A figure somebody stated."""
    return Claim(
        id=row["claim_id"],
        text=row["text"],
        place=row["place"],
        variable_as_named=row["variable_as_named"],
        year=int(row["year"]),
        value=_required(row["value"]),
        unit=row["unit"],
        comparison=row["comparison"],
        source=row["source_id"],
    )
