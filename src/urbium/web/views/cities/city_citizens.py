"""City for citizens: what is built here, whether it is on time, what it brings and costs, in plain words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from urbium.model import Evidence
from urbium.model.live import LiveStatistic
from urbium.observations.in_force import figures_in_force
from urbium.packaged import words_of
from urbium.programme import Programme
from urbium.programme.platform.problem_reports import STATES
from urbium.programme.results.plan_tables import PlanTables
from urbium.text import Text, declared, text
from urbium.units import unit_words
from urbium.web.rendering.parameters import FromOffice, Segment
from urbium.web.rendering.words import named_rows
from urbium.web.views.cities.city import city_head, live_and_news
from urbium.web.views.frames import projects
from urbium.web.views.plans.noticed import found_of
from urbium.web.views.reports import instant_of

_MILLION: Final = 1e6
_OLD: Final = 5
"""Years after which figures no longer say how things are."""
_ASKED_ABOUT: Final = words_of("what citizens ask about")
"""What citizens ask about first, by the variables that say how it stands."""
_AIR: Final = _ASKED_ABOUT["concentration_pm25"]
_EMISSIONS: Final = _ASKED_ABOUT["industrial_so2"]
_NOTICED: Final = 2
"""Changes that are said of each project."""
_MEASURED_LIVE: Final = "AirQualityObserved"
"""The type of the entities by which sensors say how the air is."""
_SHOWN: Final = 20
"""Reports that the page lists."""


def city_citizens(office: FromOffice, code: Segment) -> dict[str, Any]:
    """Gather what a citizen asks of a city's part of the programme; ``built`` is None without a plan."""
    head = city_head(office, code, "citizens")
    city, name = head["place"].code, head["place"].title
    table = projects(office)
    rows = None if table is None else table.filter(pl.col("city") == city).sort("start", "finish", "title")
    progress = office.track.progress(city)
    figures = office.scores.figures_over_time(city, _ASKED_ABOUT)
    scored = [] if office.adopted("scores") is None else _changed(office, city)
    begun = office.outlook.bounds_begun(city)
    changed = [
        row | {"stands": _moved(row, head["doubted"], begun)} for row in (*scored, *_said(office, figures))
    ]
    built = None if rows is None else _built(office, city, rows, progress.table)
    return head | {
        "live": live_and_news(office, head["place"]),
        "built": built,
        "past": office.plan_reasons.past_words(),
        "is_example": progress.is_example,
        "changed": changed,
        "bounds_begun": begun,
        "unanswered": list(_unanswered(figures, _years(office, city))),
        "air_now": _air_now(office, city),
        "alerts": [
            alert.dossier
            for alert in office.operations.alerts(city=city)
            if alert.dossier.state != "over" and not alert.dossier.content.get("sensors")
        ],
        "silent_since": _silent_since(office, changed),
        "brings": [] if rows is None else list(office.plan_tables().changes_words(city)),
        "has_limits": any(
            level == Evidence.STUDY_LIMIT for row in built or () for _, level in row["noticed"]
        ),
        "costs": [] if rows is None or rows.is_empty() else _costs(office, name, city, rows),
        "takes_reports": bool(office.problem_reports.offered(city)),
        "reports": [
            {
                "id": one.id,
                "what": office.problem_reports.service(one.service),
                "where": one.public_place,
                "words": one.public_words,
                "state": STATES[one.state],
                "day": instant_of(office, one.changed).date(),
                "has_photograph": one.is_photograph_public and one.has_photograph,
            }
            for one in office.problem_reports.public(city, most=_SHOWN)
        ],
    }


def _changed(office: Programme, city: str) -> list[dict[str, Any]]:
    """Return the indicators that are known of two years."""
    names = named_rows({one.id: one for one in office.adopted("scores").index.nodes})
    return [
        row | {"name": names.get(row["indicator"], row["indicator"]), "meant": ""}
        for row in office.scores.over_time(city).to_dicts()
    ]


def _said(office: Programme, rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Return figures that are known of two years, as :func:`_changed` does indicators, and what they mean."""
    names, variables = named_rows(office.catalogue.variables), office.catalogue.variables
    return [
        row | {"name": names[row["indicator"]], "meant": declared(variables[row["indicator"]].definition)}
        for row in rows.to_dicts()
    ]


def _years(office: Programme, city: str) -> dict[Text, list[str]]:
    """Return of what citizens ask about the years for which a city has a figure in force."""
    stored = office.observations(cities=[city], variables=list(_ASKED_ABOUT))
    in_force = figures_in_force(stored, office.catalogue.variables)
    periods: dict[Text, set[str]] = {said: set() for said in _ASKED_ABOUT.values()}
    for variable, period in in_force.select("variable", "period").iter_rows():
        periods[_ASKED_ABOUT[variable]].add(period)
    return {said: sorted(years) for said, years in periods.items()}


def _unanswered(figures: pl.DataFrame, years: Mapping[Text, Sequence[str]]) -> Iterator[Text]:
    """Yield of what citizens ask about nothing is known of two years, and that emissions are not the air."""
    answered = {_ASKED_ABOUT[variable] for variable in figures["indicator"]}
    names = [said for said in years if said not in answered]
    if unknown := [said for said in names if not years[said]]:
        yield text(
            "Whether {names:list} improved or worsened is unknown: no yearly figures on this are stored.",
            names=unknown,
        )
    for said in names:
        if years[said]:
            yield text(
                "The only figures on {name} are for {years:list}; to say whether anything changed, the same "
                "figure is needed for two years.",
                name=said,
                years=years[said],
            )
    if _AIR in names and _EMISSIONS in answered:
        yield text(
            "Industrial emissions do not show how clean the air is that people breathe here: for "
            "that, concentrations such as those of PM2.5, PM10 and NO2 are needed."
        )


def _air_now(office: Programme, city: str) -> list[Text]:
    """Say what sensors last reported on the air."""
    rules = office.catalogue.live.values()
    of_air = {
        rule.variable
        for rule in rules
        if rule.entity_type == _MEASURED_LIVE and rule.statistic == LiveStatistic.MEAN
    }
    return [
        text(
            "Sensors that report live: {name}, {value:,.4g} {unit} in {period:period}.",
            name=row["name"],
            value=row["value"],
            unit=unit_words(row["unit"]),
            period=row["period"],
        )
        for row in office.operations.figures(city=city).to_dicts()
        if row["variable"] in of_air
    ]


def _silent_since(office: Programme, changed: list[dict[str, Any]]) -> int | None:
    """Return the newest year of the figures where it is so long ago that they say nothing of today."""
    newest = max((row["last"] for row in changed), default=None)
    return newest if newest is not None and newest < office.settings.today().year - _OLD else None


def _moved(row: Mapping[str, Any], doubted: Sequence[int], begun: Sequence[int]) -> tuple[str, Text]:
    """Say whether something became better: a mark, and its word.

    Neither is said of a year whose row is in doubt, nor where the city's boundary changed between the years.
    """
    if {row["first"], row["last"]} & set(doubted):
        return "", text("in doubt")
    if any(row["first"] < year <= row["last"] for year in begun):
        return "", text("not comparable")
    if row["gain"] == 0:
        return "", text("the same")
    return ("good", text("better")) if row["gain"] > 0 else ("bad", text("worse"))


def _built(office: Programme, city: str, rows: pl.DataFrame, progress: pl.DataFrame) -> list[dict[str, Any]]:
    """Return what is built: its name, what that is, what people notice, the years, whether it is on time."""
    solutions, changes = office.catalogue_of("plan").solutions, office.plan_tables().project_words(city)
    this_year = office.settings.today().year if office.plan_reasons.past_words() is None else None
    return [
        row
        | {
            "about": declared(solutions[row["solution"]].description) if row["solution"] in solutions else "",
            "noticed": [*changes.get(row["project"], ()), *found_of(office, row["solution"])][:_NOTICED],
            "stands": _stands(row, progress.filter(item=row["project"]), this_year),
        }
        for row in rows.to_dicts()
    ]


def _stands(row: Mapping[str, Any], reported: pl.DataFrame, this_year: int | None) -> tuple[str, Text, Text]:
    """Say whether a project is on time, by accepted reports alone: a mark, its word, and a sentence."""
    measures = {one["measure"]: one for one in reported.to_dicts()}
    start, finish = measures.get("start", {}), measures.get("finish", {})
    year, planned = finish.get("year") or start.get("year"), int(finish.get("planned") or row["finish"])
    first, begun, ended = start.get("planned"), start.get("actual"), finish.get("actual")
    if year is None:
        return _unreported(planned, this_year)
    if ended is not None:
        said = text("Finished in {year:d} (planned for {planned:d}).", year=int(ended), planned=planned)
        return "good", text("finished"), said
    if planned <= year:
        said = text("Due to be finished in {planned:d}, but not finished by the end of {year:d}.",
                    planned=planned, year=year)  # fmt: skip
        return "bad", text("late"), said
    if begun is not None:
        said = text("Under construction since {begun:d}, to be finished in {planned:d}; reported for "
                    "{year:d}.",
                    begun=int(begun), planned=planned, year=year)  # fmt: skip
        return "good", text("under way"), said
    if first is not None and first <= year:
        said = text(
            "Due to begin in {first:d}, but not begun by the end of {year:d}.", first=int(first), year=year
        )
        return "bad", text("late"), said
    return "", text("planned"), text("Not yet begun, according to the last report (for {year:d}).", year=year)


def _unreported(planned: int, this_year: int | None) -> tuple[str, Text, Text]:
    """Say whether a project without a report should have been finished; of a plan of the past, nothing."""
    if this_year is None or planned >= this_year:
        said = text("Whether it is on time is unknown: no one has reported on it yet.")
        return "", text("planned"), said
    said = text(
        "It was due to be finished in {planned:d}; whether it was is unknown, as no one has reported on it.",
        planned=planned,
    )
    return "", text("no report"), said


def _costs(office: Programme, name: str, city: str, rows: pl.DataFrame) -> list[Text]:
    """Say who pays for the projects, and what they cost each person whom the plan counts as served there."""
    plan = office.adopted("plan")
    counted = plan.roadmap.cities.filter(city=city)
    weight = counted["weight"].sum()
    said = list(office.plan_tables().funding_words(city, name))
    if plan.roadmap.settings.counts_people and weight:
        sums = rows.select("capital", yearly=PlanTables.yearly_cost()).sum().row(0, named=True)
        a_head = {
            part: text("{currency} {money:compact}", currency=plan.currency, money=money / weight)
            for part, money in sums.items()
        }
        said.append(
            text(
                "That is a one-off {capital} to build, and {yearly} a year to operate and renew what is "
                "built, for each of the {people:compact} people served.",
                people=weight * _MILLION, **a_head
            )
        )  # fmt: skip
        said += [
            text("Who is counted as served: {people}.", people=plan.roadmap.words(note))
            for note in counted["note"]
            if note
        ]
    return said
