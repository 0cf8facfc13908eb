"""Comparison: up to four cities side by side in all that is known of them, and why one is ahead."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, Final

import msgspec
import polars as pl
from litestar.params import QueryParameter

from urbium import charts
from urbium.errors import NotFoundError
from urbium.model import City, Quality
from urbium.programme import Programme
from urbium.programme.base.labels import label
from urbium.programme.results.plan_tables import PlanTables
from urbium.text import Text, named, text, texts
from urbium.web.rendering.drawing import Drawer, Drawing
from urbium.web.rendering.parameters import FromDrawer, FromOffice
from urbium.web.rendering.words import amount, capital, named_rows, number, people, percent, signed
from urbium.web.views.cities.city import city_head
from urbium.web.views.cities.verdict import why_unscored
from urbium.web.views.finding import city_typed
from urbium.web.views.frames import ranked
from urbium.web.views.framework import places
from urbium.web.views.index import profile
from urbium.web.views.licences import with_sources
from urbium.web.views.outlook import part, pressure_rows
from urbium.web.views.plans.later_money import city_burden

MOST: Final = 4
"""How many cities stand side by side."""
_OTHERS: Final = 6
"""How many cities are offered to compare one with."""
_PARTS: Final = 3
"""How many indicators are named that add most to a gap, and how many that reduce it most."""
Cities = Annotated[
    list[Annotated[str, msgspec.Meta(max_length=80)]] | None, QueryParameter(name="city", max_items=MOST)
]
"""The cities that are compared, by code or name."""
Row = Mapping[str, Any]
_UNKNOWN: Final = text("unknown")
_ESTIMATES: Final = (Quality.HIGHER_LEVEL, Quality.ESTIMATE, Quality.PERSONAL)
"""Grades of figures that nobody counted."""


def city_comparison(office: FromOffice, drawer: FromDrawer, cities: Cities = None) -> dict[str, Any]:
    """Gather up to four cities side by side; a name that is not a city's is said, and the others compared."""
    compared: dict[str, dict[str, Any]] = {}
    typed, faults = [], []
    for word in (word.strip() for word in cities or [] if word.strip()):
        try:
            head = city_head(office, city_typed(office, word).code, "")
        except NotFoundError as error:
            faults.append(error.whole)
            typed.append(word)
            continue
        if head["place"].code not in compared:
            typed.append(head["place"].title)
        compared[head["place"].code] = head
    heads = [head["place"] for head in compared.values()]
    return {
        "typed": [*typed, *[""] * MOST][:MOST],
        "faults": faults,
        "places": places(ranked(office)),
        "cities": heads,
        "groups": partial(_groups, office, [head["row"] for head in compared.values()]),
        "chart": partial(_chart, office, drawer, heads),
        "chart_title": partial(_chart_title, office, heads),
        "missing": partial(_missing, office, list(compared.values())),
        "unscored": partial(_unscored, office, heads),
        "gaps": partial(_gaps, office, [head["row"] for head in compared.values()]),
        "peers": partial(_peers, office, heads[0]) if len(heads) == 1 else [],
        "nearest": partial(_nearest, office, heads[0]) if len(heads) == 1 else [],
        "offered": [] if typed or faults else partial(_offered, office),
    }


def _offered(office: Programme) -> list[dict[str, Any]]:
    """Pairs of cities that a reader who names none may begin with."""
    frame = ranked(office)
    ends = frame.drop_nulls("rank").sort("rank", "city")
    pairs = {
        text("Highest and lowest score"): ends["city"].gather([0, -1]) if ends.height else ends["city"],
        text("Most people"): _top(frame, "people_now"),
        text("Most projects"): _top(frame, "projects"),
    }
    heads = {code: city_head(office, code, "")["place"] for pair in pairs.values() for code in pair}
    return [
        {"title": title, "cities": [heads[code] for code in pair]}
        for title, pair in pairs.items()
        if len(set(pair)) > 1
    ]


def _top(frame: pl.DataFrame, column: str) -> pl.Series:
    """The codes of the two cities of which a column says most."""
    return frame.drop_nulls(column).sort(column, "city", descending=[True, False])["city"].head(2)


def _groups(office: Programme, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The table: groups of rows, each with a cell for every city."""
    codes = [row["city"] for row in rows]
    groups = {
        text("Score"): _scores(office, rows),
        text("People"): _people(rows),
        text("Plan"): _plan(office, codes),
        text("Services: is capacity short?"): _services(office, codes),
    }
    return [{"title": title, "rows": list(lines)} for title, lines in groups.items()]


def _line(title: Text | str, cells: Sequence[str], *, is_name: bool = False) -> dict[str, Any]:
    return {"title": title, "cells": cells, "is_name": is_name}


def _scores(office: Programme, rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    scores = office.adopted("scores")
    yield _line(text("Score (0 to 100)"), [_score(row) for row in rows])
    yield _line(
        text("Rank, and the range in which it lies in at least 90% of the runs"), [_rank(row) for row in rows]
    )
    yield _line(text("Indicators that count"), [percent(row["coverage"]) for row in rows])
    if scores is None:
        return
    root = next(node.id for node in scores.index.nodes if not node.parent)
    marks = {(row["city"], row["node"]): row["score"] for row in scores.pillars.iter_rows(named=True)}
    for node in scores.index.nodes:
        if node.parent == root:
            cells = [number(marks.get((row["city"], node.id)), 1) for row in rows]
            yield _line(named(node.name, node.id).render(), cells, is_name=True)


def _score(row: Row) -> str:
    if row["score"] is not None:
        return number(row["score"], 1)
    return text("unknown: {reason}", reason=row["reason"]) if row["reason"] else _UNKNOWN


def _rank(row: Row) -> str:
    if row["rank"] is None:
        return number(None)
    if row["rank_low"] is None:
        return number(row["rank"])
    return text("{rank} ({low} to {high})", rank=row["rank"], low=row["rank_low"], high=row["rank_high"])


def _people(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    def now(row: Row) -> str:
        values = {"people": people(row["people_now"]), "year": str(row["year_now"])}
        values["area"] = label(row["outlook_area"])
        if row["quality_now"] in _ESTIMATES:
            return text("{people} (estimated for {year}, {area})", **values)
        return text("{people} ({year}, {area})", **values)

    def then(row: Row) -> str:
        values = {"people": people(row["people_then"]), "year": str(row["year_then"])}
        low, high = people(row["then_low"]), people(row["then_high"])
        return text("{people} in {year} ({low} to {high})", low=low, high=high, **values)

    def change(row: Row) -> str:
        return text("{change}%", change=signed(100 * (row["people_then"] / row["people_now"] - 1)))

    lines = {
        text("People, last known figure"): now,
        text("People projected, with the 80% band"): then,
        text("Projected change"): change,
    }
    for title, said in lines.items():
        yield _line(title, [_UNKNOWN if row["people_then"] is None else said(row) for row in rows])


def _plan(office: Programme, codes: Sequence[str]) -> Iterator[dict[str, Any]]:
    plan = office.adopted("plan")
    if plan is None:
        yield _line(text("Not shown"), [text("no plan adopted yet") for _ in codes])
        return
    served = dict(plan.roadmap.cities.select("city", "weight").iter_rows())
    sums = plan.table.group_by("city").agg(count=pl.len(), capital=pl.col("capital").sum(),
                                           yearly=PlanTables.yearly_cost().sum())  # fmt: skip
    by_city = {row["city"]: row for row in sums.iter_rows(named=True)}
    closed = plan.closed.group_by("city").agg(share=pl.col("closed").sum() / pl.col("improvable").sum())
    shares = dict(closed.fill_nan(None).iter_rows())

    def money(column: str) -> list[str]:
        return [amount(by_city.get(code, {}).get(column, 0.0), plan.currency) for code in codes]

    def per_head(column: str) -> list[str]:
        sizes = [(by_city.get(code, {}).get(column, 0.0), served.get(code)) for code in codes]
        return [
            text("{currency} {money:compact}", currency=plan.currency, money=value / persons)
            if persons
            else _UNKNOWN
            for value, persons in sizes
        ]

    yield _line(text("Projects"), [number(by_city.get(code, {}).get("count", 0)) for code in codes])
    yield _line(text("Cost to build"), money("capital"))
    yield _line(text("Cost to build, per person served"), per_head("capital"))
    yield _line(text("Share of the possible improvement"), [percent(shares.get(code), 1) for code in codes])
    yield _line(text("Annual cost to operate and renew"), money("yearly"))
    yield _line(text("Annual cost to operate and renew, per person served"), per_head("yearly"))
    burdens = [city_burden(office, code) if code in by_city else None for code in codes]
    yield _line(
        text("Running costs, renewal and repayments: highest share of the city's limit"),
        [_burden(burden) for burden in burdens],
    )


def _burden(burden: Mapping[str, Mapping[str, Any]] | None) -> str:
    peak = burden["peak"] if burden else {}
    if not peak.get("limit"):
        return _UNKNOWN
    share = percent(peak["used"] / peak["limit"])
    return text("{share} ({year})", share=share, year=str(peak["year"]))


def _services(office: Programme, codes: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The services of which any of the cities knows its capacity."""
    pressure, reason = part(office, "pressure")
    if pressure is None:
        yield _line(text("Not shown"), [reason for _ in codes])
        return
    by_city = {
        code: {row["service"]: row for row in pressure_rows(office, pressure, code)}
        if code in pressure.table["city"] else {}
        for code in codes
    }  # fmt: skip
    names = {
        row["service"]: row["name"]
        for rows in by_city.values() for row in rows.values() if row["capacity"] is not None
    }  # fmt: skip
    for service, name in sorted(names.items(), key=lambda pair: str(pair[1])):
        rows = [by_city[code].get(service) for code in codes]
        yield _line(name, [_UNKNOWN if row is None or row["capacity"] is None else row["told"]
                           for row in rows], is_name=True)  # fmt: skip
    if not names:
        yield _line(text("Capacity"), [_UNKNOWN for _ in codes])


def _chart(office: Programme, drawer: Drawer, cities: Sequence[City]) -> Drawing | None:
    """The pillar scores of the cities; None where none of them has any."""
    scores = office.adopted("scores")
    if scores is None or not cities:
        return None
    root = next(node.id for node in scores.index.nodes if not node.parent)
    names = named_rows({node.id: node for node in scores.index.nodes if node.parent == root})
    called = {place.code: place.title.render() for place in cities}
    rows = scores.pillars.filter(pl.col("city").is_in(list(called)), pl.col("node").is_in(list(names)))
    rows = rows.drop_nulls("score").with_columns(
        name=pl.col("node").replace_strict(names), place=pl.col("city").replace_strict(called)
    )
    if rows.is_empty():
        return None
    spec = charts.pillars_compared(
        rows,
        order=[*names.values()],
        cities=[name for name in called.values() if name in set(rows["place"])],
    )
    return drawer.apart(with_sources(spec, scores.used.filter(pl.col("city").is_in(list(called)))))


def _chart_title(office: Programme, cities: Sequence[City]) -> Text | str:
    """Say which cities the chart compares, and in which index and year; empty without scores."""
    scores = office.adopted("scores")
    if scores is None:
        return ""
    index = named(scores.index.name, scores.index.id)
    return text("{cities:list}: scores by field, {index}, {period}", cities=[place.title for place in cities],
                index=index, period=scores.period)  # fmt: skip


def _missing(office: Programme, heads: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Say of each city without a score why it has none and what is missing; nothing without scores."""
    if office.adopted("scores") is None:
        return []
    return [
        {"place": head["place"], "said": why_unscored(office, head["place"], head["row"])}
        for head in heads
        if head["row"]["score"] is None
    ]


def _unscored(office: Programme, cities: Sequence[City]) -> Text | str:
    """Say which of the cities are not in the chart because they have no score; empty where all have one."""
    scores = office.adopted("scores")
    scored = set() if scores is None else set(scores.pillars.drop_nulls("score")["city"])
    names = [place.title for place in cities if place.code not in scored]
    if not names:
        return ""
    return texts(
        "{names:list} has no score and is therefore not in the chart.",
        "{names:list} have no score and are therefore not in the chart.",
        count=len(names), names=names,
    )  # fmt: skip


def _gaps(office: Programme, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Why the best of the cities is ahead of each other one that has a score."""
    scored = sorted((row for row in rows if row["score"] is not None), key=lambda row: row["rank"])
    if len(scored) < 2:  # noqa: PLR2004 - two make a gap
        return []
    names = named_rows({node.id: node for node in office.adopted("scores").index.nodes})
    first, *others = scored
    return [_gap(office.gap(first["city"], other["city"]), names) for other in others]


def _gap(result: Any, names: Mapping[str, str]) -> dict[str, Any]:  # noqa: ANN401 - urbium.measure.CityGap
    leaves = result.table.filter(~pl.col("node").is_in(list(result.pillars))).sort("part", "node")
    less, more = leaves.filter(pl.col("part") < 0), leaves.filter(pl.col("part") > 0).reverse()
    rows = result.table.filter(pl.col("node").is_in(list(result.pillars)))

    def said(table: pl.DataFrame) -> list[Text]:
        return [
            text("{name} {points}", name=names.get(node, node), points=signed(points, 1))
            for node, points in table.select("node", "part").iter_rows()
        ]

    return {
        "said": repr(result),
        "pillars": text("By field, in points: {parts:list}.", parts=said(rows)),
        "most": [
            sentence
            for rows, sentence in (
                (
                    more,
                    text(
                        "What adds most to the gap, in points: {parts:list}.", parts=said(more.head(_PARTS))
                    ),
                ),
                (less, text("What reduces it most: {parts:list}.", parts=said(less.head(_PARTS)))),
            )
            if rows.height
        ],
        "notes": [capital(note) for note in _certainty(result, names)],
    }


def _certainty(result: Any, names: Mapping[str, str]) -> Iterator[Text]:  # noqa: ANN401 - CityGap
    """How often the first of two cities is ahead, and which weights would reverse their order."""
    facts = result.facts
    if facts["ahead"] is not None:
        yield text(
            "{first} is ahead in {share:.0%} of the runs with other choices of method",
            first=result.names[0],
            share=facts["ahead"],
        )
    if facts["weights"] is None:
        yield text("no other weighting of the fields reverses the order")
        return
    weights = [
        text("{pillar} {weight:.1%}", pillar=names.get(node, node), weight=weight)
        for node, weight in facts["weights"].items()
    ]
    yield text(
        "the order is reversed if {share:.1%} of the weight is shifted: {weights:list}",
        share=facts["weight_to_move"], weights=weights
    )  # fmt: skip


def _peers(office: Programme, place: City) -> list[dict[str, Any]]:
    """The cities most similar to one, to compare it with."""
    about = profile(office, place.code)
    if about is None:
        return []
    return _called(office, about.peers["city"].head(_OTHERS))


def _nearest(office: Programme, place: City) -> list[dict[str, Any]]:
    """The cities nearest to one, in a straight line; none where it has no coordinates."""
    if place.latitude is None or place.longitude is None:
        return []
    north = pl.col("latitude") - place.latitude
    east = (pl.col("longitude") - place.longitude) * math.cos(math.radians(place.latitude))
    still = office.cities().filter(pl.col("code") != place.code, pl.col("valid_to").fill_null("") == "")
    others = still.with_columns(apart=north**2 + east**2)
    return _called(office, others.drop_nulls("apart").sort("apart", "code")["code"].head(_OTHERS))


def _called(office: Programme, codes: pl.Series) -> list[dict[str, Any]]:
    names = office.register.names()
    return [{"city": code, "name": names.get(code) or code} for code in codes]
