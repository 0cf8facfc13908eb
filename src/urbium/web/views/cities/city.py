"""City: one city's figures, its score down to each indicator, its outlook, its plan and what is left out."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import polars as pl

from urbium import charts
from urbium.errors import NotFoundError, retold
from urbium.model import Status
from urbium.observations.in_force import figures_in_force
from urbium.observations.reasons import reason_in_force
from urbium.programme import Programme
from urbium.programme.base.stages import EXPLAINED
from urbium.text import Text, paragraph, text
from urbium.web.rendering.drawing import Drawer
from urbium.web.rendering.labels import label
from urbium.web.rendering.parameters import FromDrawer, FromOffice, Segment
from urbium.web.views.cities.city_people import city_people
from urbium.web.views.cities.city_plan import city_plan
from urbium.web.views.frames import place_ended, ranked
from urbium.web.views.outlook import city_work, part, pressure_rows
from urbium.web.views.resources import base_data_of, catalogue_of
from urbium.web.views.standing import standing
from urbium.web.views.track import city_track

_EXPLAINED = tuple(what for what in EXPLAINED if what != "project")
"""What has a page or an answer of its own; a project's is that of the plan."""


def city(office: FromOffice, drawer: FromDrawer, code: Segment) -> dict[str, Any]:
    """Gather the page of one city; raise NotFoundError with the nearest name for an unknown code."""
    place = office.city(code)
    table = ranked(office)
    row = table.filter(pl.col("city") == place.code)
    if row.is_empty():  # the nation is a place and no city
        raise NotFoundError.named("city", str(place), table["name_en"].drop_nulls())
    stored = office.observations(cities=[place.code])
    kept_out = _kept_out(office, stored.filter(status=Status.SUSPECT))
    return {
        "place": place,
        "row": _said(office, row.row(0, named=True)),
        "scored": table["score"].count(),
        "facts": _figures(office, stored),
        "kept_out": kept_out,
        "rejected": _rejected(office, stored.filter(status=Status.REJECTED)),
        "suspect": sum(len(group["figures"]) for group in kept_out),
        "score": partial(_score, office, drawer, place.code),
        "standing": partial(standing, office, drawer, place.code, str(place)),
        "outlook": partial(_outlook, office, drawer, place.code),
        "no_outlook": _no_outlook(office, place.code),
        "population_said": partial(city_people, office, place.code),
        **_ahead(office, drawer, place.code),
        "plan": city_plan(office, drawer, place.code),
        "tracked": partial(city_track, office, drawer, place.code),
        "alerts": [
            one.dossier for one in office.operations.alerts(city=place.code) if one.dossier.state != "over"
        ],
        "catalogue": partial(catalogue_of, office, place.code),
        "base_data": partial(base_data_of, office, place.code),
    }


def _said(office: Programme, row: dict[str, Any]) -> dict[str, Any]:
    """The row of a city, with the message why it has no score."""
    scores = office.adopted("scores")
    if scores is None:
        return row
    if row["valid_to"] and row["city"] not in scores.table["city"]:
        return row | {"reason": place_ended(row["valid_to"])}
    return row | {"reason": scores.said(row["reason"])}


def check_explained(what: str) -> None:
    """Raise NotFoundError unless ``what`` is something of a city that can be explained."""
    if what not in _EXPLAINED:
        raise NotFoundError.named("explanation", what, _EXPLAINED)


def _figures(office: Programme, stored: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the latest usable figure of each variable and boundary of a city, with its history."""
    declared, sources = office.catalogue.variables, office.sources()
    notes = office.faults().filter(pl.col("city").is_in(stored["city"].unique().to_list()), severity="note")
    noted = {(row["variable"], row["period"]): retold(row)["message"] for row in notes.iter_rows(named=True)}
    in_force = figures_in_force(stored, declared, also=[Status.PROJECTED]).sort("period")
    rows = []
    for (variable, area), group in in_force.group_by(["variable", "area"], maintain_order=True):
        seen = group.filter(pl.col("status") != Status.PROJECTED)
        last = (seen if seen.height else group).row(-1, named=True)
        definition = declared.get(str(variable))
        source = sources.get(last["source"])
        rows.append(
            last
            | {
                "name": definition.name.get("en", variable) if definition else variable,
                "name_zh": definition.name.get("zh", "") if definition else "",
                "definition": definition.definition if definition else "",
                "publisher": source.publisher if source else last["source"],
                "history": group.select("period", "value", "status").to_dicts(),
                "why": reason_in_force(last),
                "noted": noted.get((last["variable"], last["period"]), ""),
                "area_name": label(str(area)),
            }
        )
    return sorted(rows, key=lambda item: (item["area"], str(item["name"])))


def _kept_out(office: Programme, suspects: pl.DataFrame) -> list[dict[str, Any]]:
    """The suspect figures of a city by variable, with what the rule said that caught them, once."""
    if suspects.is_empty():
        return []
    faults = office.faults()
    keys = ["city", "variable", "period"]
    said = faults.filter(city=suspects["city"][0]).group_by(keys).agg(pl.col("message").first())
    columns = (
        faults.filter(
            (pl.col("city").fill_null("") == "")
            & (pl.col("variable").fill_null("") != "")
            & (pl.col("severity") == "warning")
        )
        .group_by("variable")
        .agg(column_message=pl.col("message").first())
    )
    joined = (
        suspects.sort("variable", "period")
        .join(said, on=keys, how="left")
        .join(columns, on="variable", how="left")
        .with_columns(
            why=pl.coalesce("message", "column_message", "reason").fill_null(""),
            cell=pl.concat_str(
                pl.col("sheet", "cell").fill_null("").replace("", None), separator="!", ignore_nulls=True
            ),
        )
    )
    declared = office.catalogue.variables
    named = faults.filter(pl.col("message").is_in(joined["why"].unique().to_list()))
    messages = {
        row["message"]: retold(row)["message"] for row in named.unique("message").iter_rows(named=True)
    }
    return [
        {
            "name": declared[name].name.get("en", name) if name in declared else name,
            "unit": unit,
            "why": messages.get(why, why),
            "figures": group.select("variable", "period", "value", "area", "cell").to_dicts(),
        }
        for (name, unit, why), group in joined.group_by("variable", "unit", "why", maintain_order=True)
    ]


def _rejected(office: Programme, rows: pl.DataFrame) -> list[dict[str, Any]]:
    """The figures of a city that somebody rejected: who, and why."""
    declared = office.catalogue.variables
    return [
        {
            **row,
            "name": declared[row["variable"]].name.get("en", row["variable"])
            if row["variable"] in declared
            else row["variable"],
        }
        for row in rows.sort("variable", "period").to_dicts()
    ]


def _score(office: Programme, drawer: Drawer, code: str) -> dict[str, Any] | None:
    """How the score came about: the score and each indicator among all cities."""
    scores = office.adopted("scores")
    if scores is None or code not in scores.table["city"]:
        return None
    of_city = scores.table.filter(pl.col("city") == code).row(0, named=True)
    of_city["reason"] = scores.said(of_city["reason"])
    names = {node.id: node.name.get("en", node.id) for node in scores.index.nodes}
    everyone = scores.table.drop_nulls("score")
    return {
        "of_city": of_city,
        "index": scores.index.name.get("en", scores.index.id),
        "period": scores.period,
        "spread": drawer.apart(charts.histogram(everyone, mark=of_city["score"]))
        if of_city["score"] is not None
        else None,
        "indicators": _indicators(scores, code, names),
    }


def _indicators(scores: Any, code: str, names: Mapping[str, str]) -> list[dict[str, Any]]:  # noqa: ANN401 - the scores' own class
    """Each indicator of a city, beside where the middle half of all cities lies on its scale."""
    parents = {node.id: names.get(node.parent, node.parent) for node in scores.index.nodes}
    declared = scores.catalogue.indicators
    is_less_better = [name for name, indicator in declared.items() if indicator.direction < 0]
    upward = pl.when(pl.col("indicator").is_in(is_less_better)).then(-pl.col("value")).otherwise("value")
    spread = (
        scores.indicators.with_columns(upward=upward)
        .group_by("indicator")
        .agg(
            low=pl.col("normalised").quantile(0.25),
            middle=pl.col("normalised").median(),
            high=pl.col("normalised").quantile(0.75),
            cities=pl.col("upward").count(),
            rank=1 + (pl.col("upward") > pl.col("upward").filter(pl.col("city") == code).first()).sum(),
        )
    )
    rows = (
        scores.indicators.filter(pl.col("city") == code).join(spread, on="indicator", how="left").to_dicts()
    )
    return [
        row
        | {
            "name": names.get(row["indicator"], row["indicator"]),
            "pillar": parents.get(row["indicator"], ""),
            "is_less_better": row["indicator"] in is_less_better,
            "reason": scores.said(row["reason"]),
            "note": declared[row["indicator"]].note if row["indicator"] in declared else "",
        }
        for row in rows
    ]


def _outlook(office: Programme, drawer: Drawer, code: str) -> list[dict[str, Any]]:
    """The outlook of each boundary of a city, drawn as a fan."""
    outlook = office.adopted("outlook")
    if outlook is None:
        return []
    projected = outlook.table.filter(pl.col("city") == code)
    views = []
    for area in sorted(projected["area"].unique().to_list()):
        rows = projected.filter(pl.col("area") == area).sort("year")
        seen, ahead = (rows.filter(pl.col("kind") == kind) for kind in ("observed", "projected"))
        if seen.is_empty() or ahead.is_empty():
            continue
        now, then = seen.row(-1, named=True), ahead.row(-1, named=True)
        views.append(
            {
                "area": label(area),
                "chart": drawer.apart(charts.fan(rows, y_title=text("Persons"))),
                "said": paragraph([_outlook_said(area, now, then), outlook.band_record_words(area)]),
                "rows": [*seen.tail(3).to_dicts(), *ahead.filter(pl.col("year") % 5 == 0).to_dicts()],
            }
        )
    return views


def _no_outlook(office: Programme, code: str) -> str:
    """Why the adopted outlook leaves a city out; empty where it does not, or none is adopted."""
    outlook = office.adopted("outlook")
    if outlook is None:
        return ""
    return next(iter(outlook.refused.filter(pl.col("city") == code)["reason"]), "")


def _outlook_said(area: str, now: Mapping[str, Any], then: Mapping[str, Any]) -> Text:
    """What the fan shows: people now and in the last year, the change, and the band."""
    growth = then["value"] / now["value"] - 1
    given = {
        "area": label(area), "now": now["value"], "year_now": now["year"], "then": then["value"],
        "year_then": then["year"], "change": abs(growth), "low": then["low80"], "high": then["high80"],
    }  # fmt: skip
    if growth >= 0:
        return text(
            "{area}: {now:compact} people in {year_now}, {then:compact} in {year_then} (up {change:.0%}; 80 "
            "% band {low:compact} to {high:compact}).",
            **given,
        )
    return text(
        "{area}: {now:compact} people in {year_now}, {then:compact} in {year_then} (down {change:.0%}; 80 % "
        "band {low:compact} to {high:compact}).",
        **given,
    )


def _ahead(office: Programme, drawer: Drawer, code: str) -> dict[str, Any]:
    """The city's sectors, and which of its services run short when; each with the reason where not."""
    (work, no_work), (short, no_short) = part(office, "workforce"), part(office, "pressure")
    if short is not None and code not in short.table["city"]:
        place = office.city(code)
        no_short = text("no outlook is known for {city}", city=str(place))
        short = None
    return {
        "work": None if work is None else city_work(drawer, work, code),
        "no_work": no_work,
        "short": None if short is None else pressure_rows(short, code),
        "short_chart": None if short is None else drawer.apart(short.chart(code)),
        "no_short": no_short,
    }
