"""Outlook: the nation in the years to come: where people live, their ages, their work, what will be short."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from urbium.catalogue.checks.norms import driver_units
from urbium.errors import NotFoundError, UrbiumError
from urbium.programme import Programme
from urbium.text import Text, named, text
from urbium.web.rendering.drawing import Drawer
from urbium.web.rendering.parameters import FromDrawer, FromOffice
from urbium.web.rendering.words import number, people, percent

_EVERY = 5
_VERDICTS = ("already short", "runs short", "lasts", "capacity unknown", "need unknown")
_SHORT = _VERDICTS[:2]
_SUMS = ("nation", "urban", "other urban", "rural")
_OLD = 65


def part(office: Programme, stage: str) -> tuple[Any, str]:
    """Return a part of the adopted outlook, or None and the reason why there is none."""
    try:
        result = office.adopted(stage)
    except UrbiumError as error:
        return None, error.on_page
    if result is not None:
        return result, ""
    if office.people.codes():
        return None, text("no outlook has been adopted yet")
    return None, text("no outlook has been adopted yet; run urbium forecast --to YEAR --adopt")


def outlook(office: FromOffice, drawer: FromDrawer) -> dict[str, Any]:
    """Gather the outlook of the nation; each section says for itself why it is empty."""
    sections: dict[str, tuple[str, Callable[[Drawer, Any], dict[str, Any]]]] = {
        "nation": ("where", _where),
        "ages": ("ages", _ages),
        "workforce": ("work", _work),
        "pressure": ("short", _short),
        "outlook": ("trial", _trial),
    }
    parts = {stage: part(office, stage) for stage in sections}
    context: dict[str, Any] = {
        "nation": _code(office),
        "missing": {},
        "cards": _cards(parts, part(office, "households")[0]),
    }
    context["did"], context["missing"]["did"] = _did(office)
    for stage, (name, gather) in sections.items():
        result, context["missing"][name] = parts[stage]
        context[name] = None if result is None else gather(drawer, result)
    return context


def _did(office: Programme) -> tuple[dict[str, Any] | None, str]:
    """How the outlooks that were adopted did, on figures that came since; or why that is not shown."""
    try:
        result = office.how_we_did()
    except UrbiumError as error:
        return None, error.on_page
    if result.table.is_empty():
        return None, text("no figure for a projected year has been received since an outlook was adopted")
    return {"rows": result.shown.to_dicts()}, ""


def _code(office: Programme) -> str:
    """The code of the nation; empty where none is registered, which each part says for itself."""
    try:
        return office.nation()
    except NotFoundError:
        return ""


def _cards(
    parts: Mapping[str, tuple[Any, str]],
    homes: Any,  # noqa: ANN401 - urbium.forecast.Households
) -> list[dict[str, str]]:
    """The figures that matter most, each with its band."""
    cards: list[dict[str, str]] = []
    where, ages, work, short = (parts[stage][0] for stage in ("nation", "ages", "workforce", "pressure"))
    if where is not None:
        last = where.table.filter(pl.col("place") == "nation").row(-1, named=True)
        cards.append(_card(last, text("people in {year}", year=last["year"]), "#where", people))
        last = where.share.row(-1, named=True)
        cards.append(_card(last, text("urban in {year}", year=last["year"]), "#where", percent))
    if homes is not None:
        rows = homes.table.filter(place=homes.nation)
        for last in rows.tail(1).iter_rows(named=True):
            title = text("households in {year}", year=last["year"])
            cards.append(_card(last, title, "#where", people))
    if ages is not None:
        last = ages.share(_OLD).table("place").row(-1, named=True)
        old = text("aged {age} or more in {year}", age=_OLD, year=last["year"])
        cards.append(_card(last, old, "#ages", percent))
    if work is not None:
        rows = work.table.filter(place=work.place, series="employment", sector="services")
        for last in rows.tail(1).iter_rows(named=True):
            title = text("of employment in services in {year}", year=last["year"])
            cards.append(_card(last, title, "#work", percent))
    if short is not None:
        lacking = short.short.filter(pl.col("status").is_in(_SHORT))["city"].n_unique()
        note = text("by {year}, of {count:,}, with capacity as last reported",
                    year=short.to, count=short.short["city"].n_unique())  # fmt: skip
        title = text("cities with a service shortage")
        cards.append({"figure": number(lacking), "what": title, "to": "#short", "note": note})
    return cards


def _card(
    row: Mapping[str, Any], what: Text, to: str, write: Callable[[float | None], str]
) -> dict[str, str]:
    """A figure of the last year with its band."""
    note = text("80% band: {low} to {high}", low=write(row["low80"]), high=write(row["high80"]))
    return {"figure": write(row["value"]), "what": what, "note": note, "to": to}


def _where(drawer: Drawer, nation: Any) -> dict[str, Any]:  # noqa: ANN401 - urbium.forecast.Nation
    ahead = nation.table.filter(pl.col("place").is_in(_SUMS))
    years = sorted(year for year in ahead["year"].unique() if year % _EVERY == 0)
    rows = []
    for year in years[-10:]:
        by_place = {row["place"]: row for row in ahead.filter(pl.col("year") == year).iter_rows(named=True)}
        shared = nation.share.filter(pl.col("year") == year)
        rows.append({"year": year, "share": shared.row(0, named=True) if shared.height else None} | by_place)
    moved = nation.moved.filter(pl.col("year") == nation.moved["year"].max())
    inside = moved.filter(~pl.col("place").is_in(_SUMS))
    return {
        "parts": drawer.draw(nation.chart()),
        "share": drawer.draw(nation.chart("urban share")),
        "rows": rows,
        "notes": nation.notes,
        "cities": inside.height,
        "alone": inside["before"].sum(),
        "together": inside["after"].sum(),
        "year": moved["year"].max(),
    }


def _ages(drawer: Drawer, cohorts: Any) -> dict[str, Any]:  # noqa: ANN401 - urbium.forecast.Cohorts
    fertility = cohorts.assumed.filter(pl.col("variable") == "total_fertility")
    measures = {
        text("Under 15"): cohorts.share(0, 15),
        text("15 to 64"): cohorts.share(15, _OLD),
        text("{age} and older", age=_OLD): cohorts.share(_OLD),
    }
    dependency = text("Dependency ratio (dependants per person aged 15 to 64)")
    shown = [year for year in cohorts.years.tolist() if year % _EVERY == 0]
    return {
        "pyramid": drawer.draw(cohorts.chart() | {"title": ""}),
        "first": int(cohorts.years[0]),
        "last": int(cohorts.years[-1]),
        "fertility": fertility.to_dicts(),
        "years": shown,
        "measures": [
            *((name, False, paths.table("place").to_dicts()) for name, paths in measures.items()),
            (dependency, True, cohorts.dependency().table("place").to_dicts()),
        ],
        "method": cohorts.method[0],
        "migrants": cohorts.migrants[0],
        "place": cohorts.places[0],
    }


def _work(drawer: Drawer, workforce: Any) -> dict[str, Any]:  # noqa: ANN401 - urbium.forecast.Workforce
    national = workforce.table.filter(pl.col("place") == workforce.place)
    return {
        "charts": [
            (series, drawer.draw(workforce.chart(workforce.place, series))) for series in _series(national)
        ],
        "triangle": drawer.draw(workforce.triangle()),
        "rows": _by_sector(national),
        "jobs": _jobs(workforce.jobs),
        "notes": workforce.notes,
        "place": workforce.place,
    }


def _series(rows: pl.DataFrame) -> list[str]:
    return sorted(rows["series"].unique().to_list(), reverse=True)


def _by_sector(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """One row a series and sector: the last observed share, and the last one ahead with its band."""
    table = []
    for (series, sector), sector_rows in rows.sort("year").group_by("series", "sector", maintain_order=True):
        seen, ahead = (sector_rows.filter(pl.col("kind") == kind) for kind in ("observed", "projected"))
        if seen.height and ahead.height:
            now, then = seen.row(-1, named=True), ahead.row(-1, named=True)
            table.append({"series": series, "sector": sector, "now": now, "then": then})
    return sorted(table, key=lambda row: (row["series"], row["sector"]))


def _jobs(jobs: pl.DataFrame) -> list[dict[str, Any]]:
    """Labour force, jobs needed, jobs in sight and shortfall of some years."""
    every = jobs.filter(pl.col("sector") == "all")
    years = every["year"].unique().sort().to_list()
    shown = {year for year in years if year % _EVERY == 0} | set(years[:1]) | set(years[-1:])
    return [
        {row["quantity"]: row for row in year_rows.iter_rows(named=True)} | {"year": year[0]}
        for year, year_rows in every.filter(pl.col("year").is_in(list(shown)))
        .sort("year")
        .group_by("year", maintain_order=True)
    ]


def _short(drawer: Drawer, pressure: Any) -> dict[str, Any]:  # noqa: ANN401 - urbium.forecast.Pressure
    names = {norm.service: norm for norm in pressure.norms.values()}
    counted = pressure.short.group_by("service").agg(
        *((pl.col("status") == status).sum().alias(status) for status in _VERDICTS),
        reason=pl.col("reason").filter(pl.col("reason") != "").mode().sort().first(),
    )
    rows = [
        row
        | {
            "name": named(names[row["service"]].name, row["service"]).render(),
            "norm": names[row["service"]],
            "reason": pressure.said(row["reason"]),
        }
        for row in counted.iter_rows(named=True)
    ]
    measured = [row for row in rows if any(row[status] for status in _VERDICTS[:3])]
    return {
        "tide": drawer.draw(pressure.chart()) if measured else None,
        "known": sorted(measured, key=lambda row: (-sum(row[status] for status in _SHORT), row["name"])),
        "unknown": sorted((row for row in rows if row not in measured), key=lambda row: row["name"]),
        "drivers": driver_units(pressure.norms.values()),
        "to": pressure.to,
        "notes": pressure.notes,
    }


def _trial(_drawer: Drawer, outlook: Any) -> dict[str, Any]:  # noqa: ANN401 - urbium.forecast.Outlook
    """How such forecasts of cities did on years held out."""
    report: pl.DataFrame = outlook.backtest.filter(pl.col("horizon") >= _EVERY)
    return {"rows": report.sort("area", "horizon", "method").to_dicts(), "notes": outlook.notes}


def pressure_rows(
    office: Programme, pressure: Any, code: str  # noqa: ANN401 - urbium.forecast.Pressure
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the services of a city and when they are short: the known first, each in words.

    ``demand`` is that of the ``first`` year, ``demand_then`` that of the ``last``, with its ``band``. What
    rests on a population that may be of another year says so.
    """
    rows_in_doubt = office.register.doubted()
    doubted = {
        area for area, outlook in pressure.outlooks.items() if outlook.doubt_words(rows_in_doubt, code, area)
    }
    names = {norm.service: named(norm.name, norm.service).render() for norm in pressure.norms.values()}
    years = pressure.table.filter(pl.col("city") == code).drop_nulls("demand").sort("year")
    ends = {
        row["service"]: row
        for row in years.group_by("service")
        .agg(
            first=pl.col("year").first(),
            last=pl.col("year").last(),
            demand=pl.col("demand").first(),
            demand_then=pl.col("demand").last(),
            low=pl.col("low80").last(),
            high=pl.col("high80").last(),
        )
        .iter_rows(named=True)
    }
    blank = dict.fromkeys(("first", "last", "demand_then"))
    rows = []
    for row in pressure.short.filter(pl.col("city") == code).iter_rows(named=True):
        end, words = blank | ends.get(row["service"], {}), pressure.told(row)
        is_doubted = bool(end["first"]) and row["area"] in doubted
        if is_doubted:
            words = text("{told} (in doubt: the population of {year} may be for another year or place)",
                         told=words, year=str(end["first"]))  # fmt: skip
        name = names.get(row["service"], row["service"])
        band = (
            text("80% band: {low} to {high}", low=number(end["low"], 0), high=number(end["high"], 0))
            if end["last"]
            else ""
        )
        said = {"name": name, "told": words, "reason": pressure.said(row["reason"]), "band": band}
        rows.append(row | end | said | {"is_doubted": is_doubted})
    return sorted(rows, key=lambda row: (_VERDICTS.index(row["status"]), row["name"]))


def city_work(drawer: Drawer, workforce: Any, code: str) -> dict[str, Any] | None:  # noqa: ANN401 - urbium.forecast.Workforce
    """Return the sectors of a city, drawn and as rows; None where none is forecast."""
    city_rows = workforce.table.filter(pl.col("place") == code)
    if city_rows.is_empty():
        return None
    return {
        "charts": [(series, drawer.apart(workforce.chart(code, series))) for series in _series(city_rows)],
        "rows": _by_sector(city_rows),
        "refused": [
            row | {"reason": workforce.said(row["reason"])}
            for row in workforce.refused.filter(pl.col("place") == code).iter_rows(named=True)
        ],
    }
