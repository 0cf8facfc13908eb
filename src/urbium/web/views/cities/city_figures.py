"""City figures: one city's score down to each indicator, every stored figure, and what is left out."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import polars as pl

from urbium import charts
from urbium.errors import retold
from urbium.model import Status
from urbium.observations.in_force import figures_in_force
from urbium.observations.reasons import reason_in_force
from urbium.programme import Programme
from urbium.programme.base.labels import label
from urbium.text import named, say, text
from urbium.text.naming import called
from urbium.web.rendering.drawing import Drawer
from urbium.web.rendering.listing import Listed, Listing
from urbium.web.rendering.parameters import FromDrawer, FromOffice, PageNumber, Segment, Word
from urbium.web.rendering.words import named_rows
from urbium.web.views.cities.city import city_head, usual
from urbium.web.views.licences import about_list, terms
from urbium.web.views.standing import standing

_SIZE: Final = 30
"""How many figures a page of them shows."""
_LISTED: Final = (
    Listed("variable", by="name"), Listed("value", is_stored=True), Listed("unit"), Listed("period"),
    Listed("area", by="area_name"), Listed("source", by="publisher"),
)  # fmt: skip


def city_figures(
    office: FromOffice, drawer: FromDrawer, code: Segment,
    *, years: Word = "", order: Word = "", page: PageNumber = 1,
) -> dict[str, Any]:  # fmt: skip
    """Gather the figures of one city: score, indicators, everything stored, suspect and rejected figures.

    With ``all`` years, those before the latest are not folded.
    """
    head = city_head(office, code, "figures")
    place = head["place"]
    stored = office.observations(cities=[place.code])
    kept_out = _kept_out(office, stored.filter(status=Status.SUSPECT))
    facts = _figures(office, stored)
    frame, address = pl.DataFrame(facts, infer_schema_length=None), f"/cities/{place.code}/figures"
    score = _score(office, drawer, place.code)
    about = partial(about_list, office, terms(office, text("Figures of {city}", city=place.title), address))
    return head | {
        "table": Listing(frame, _LISTED, address, {"years": years}, order, page, _SIZE, "facts", about=about),
        "has_all_years": years == "all",
        "graded": usual(row["quality"] for row in facts),
        "published": usual(row["publisher"] for row in facts),
        "kept_out": kept_out,
        "rejected": _rejected(office, stored.filter(status=Status.REJECTED)),
        "suspect": sum(len(group["figures"]) for group in kept_out),
        "score": score,
        "indicators_graded": usual(row["quality"] for row in score["indicators"]) if score else None,
        "standing": partial(standing, office, drawer, place.code, place.title.render()),
    }


def _figures(office: Programme, stored: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the latest usable figure of each variable and boundary of a city, with its history."""
    declared, sources = office.catalogue.variables, office.sources()
    notes = office.faults().filter(pl.col("city").is_in(stored["city"].unique().to_list()), severity="note")
    names = named_rows(declared)
    noted = {
        (row["variable"], row["period"]): called(retold(row)["message"], names)
        for row in notes.iter_rows(named=True)
    }
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
                "name": named(definition.name, variable).render() if definition else variable,
                "definition": definition.definition if definition else "",
                "publisher": source.publisher if source else last["source"],
                "history": group.select("period", "value", "status").to_dicts(),
                "why": str(say(reason_in_force(last))),
                "noted": str(say(noted.get((last["variable"], last["period"]), ""))),
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
    excluded = faults.filter(pl.col("message").is_in(joined["why"].unique().to_list()))
    names = named_rows(declared)
    messages = {
        row["message"]: called(retold(row)["message"], names)
        for row in excluded.unique("message").iter_rows(named=True)
    }
    return [
        {
            "name": named(declared[name].name, name).render() if name in declared else name,
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
            "name": named(declared[row["variable"]].name, row["variable"]).render()
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
    names = named_rows({node.id: node for node in scores.index.nodes})
    everyone = scores.table.drop_nulls("score")
    return {
        "of_city": of_city,
        "index": named(scores.index.name, scores.index.id).render(),
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
