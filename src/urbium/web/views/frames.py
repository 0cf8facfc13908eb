"""Frames: the joined tables that several pages and the API share."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import polars as pl

from urbium.observations.population import first_known, latest_people
from urbium.periods import span_form, year_form
from urbium.programme import Programme
from urbium.spelling import in_order, plain, plain_words, sounded, typed
from urbium.text import Name, Text, say, spoken, text
from urbium.text.naming import with_names
from urbium.web.views.index import standings

_AREAS = {"agglomeration": 0, "prefecture": 1}
_Made = TypeVar("_Made")

SORTED_BY = ("in_order", "sought")
"""By what names are sorted and found."""
NAMES = ("name", "province", "region", *SORTED_BY)
"""What :func:`named_cities` says of the names of a city."""


def lasting(office: Programme, name: str, make: Callable[[], _Made], *, of: Hashable = None) -> _Made:
    """Return a part of a page that no question of a reader changes: made once in a language.

    A change of figures, register or adopted results drops it, and another ``of``: the newest change of what
    else it reads. ``name`` is that of the part; few names, for each is kept.
    """
    return office.once(f"{name} in {spoken()}", make, of=of)


def ranked(office: Programme) -> pl.DataFrame:
    """Return one row a city: names, place, score, rank, coverage, population, outlook, planned projects.

    Beside the rank stand its interval and tier. What a stage that was not run would say is null.
    """
    return lasting(office, "ranked cities", lambda: _ranked(office))


def _ranked(office: Programme) -> pl.DataFrame:
    frame = named_cities(office)
    scores, outlook, plan = (office.adopted(stage) for stage in ("scores", "outlook", "plan"))
    table = standings(scores)
    frame = frame.join(table, on="city", how="left")
    if scores is not None:
        ends = [str(place_ended(last)) if last else None for last in frame["valid_to"]]
        frame = frame.with_columns(reason=pl.coalesce("reason", pl.Series(ends, dtype=pl.String)))
    frame = frame.join(registered_people(office), on="city", how="left")
    frame = frame.join(_ahead(outlook), on="city", how="left")
    counted = (
        pl.DataFrame(schema={"city": pl.String, "projects": pl.Int64})
        if plan is None
        else plan.table.group_by("city").agg(projects=pl.len().cast(pl.Int64))
    )
    frame = frame.join(counted, on="city", how="left")
    if plan is not None:
        frame = frame.with_columns(pl.col("projects").fill_null(0))
    return frame.sort("rank", "city", nulls_last=True)


def named_cities(office: Programme) -> pl.DataFrame:
    """Return the registered cities by ``city``, with the names that the reader's language has for them.

    ``name`` and ``region`` are what a city and its part of the nation are called, ``in_order`` is what names
    are sorted by, ``province`` stands for the part of the nation in addresses, and ``sought`` has every name
    and every way to type one.
    """
    return lasting(office, "named cities", lambda: _named_cities(office))


def _named_cities(office: Programme) -> pl.DataFrame:
    cities = office.cities().rename({"code": "city", "province_en": "province"})
    cities = with_names(cities, office.register.names())
    cities = with_names(cities, office.register.provinces(), code="province", column="region")
    called = [name for name in cities.columns if name.startswith(("name", "province")) or name == "region"]
    spellings = ["\n".join(dict.fromkeys(_typed(row))) for row in cities.select("city", *called).iter_rows()]
    return cities.with_columns(
        pl.Series("in_order", [in_order(name) for name in cities["name"]], pl.String),
        pl.Series("sought", spellings, pl.String),
    )


def _typed(names: Iterable[str | None]) -> Iterator[str]:
    """Yield the ways to type some names, also without the word for a city behind a Chinese one."""
    for name in names:
        if name:
            yield from typed(name)
            yield from typed(name.removesuffix("市"))


def provinces_of(office: Programme, cities: pl.DataFrame) -> dict[str, Name]:
    """Return what the parts of the nation in which cities lie are called, in the order of the names."""
    names = office.register.provinces()
    present = {key: names[key] for key in cities["province"].drop_nulls().unique() if key in names}
    return dict(sorted(present.items(), key=lambda pair: in_order(pair[1].render())))


def place_ended(last: str) -> Text:
    """Return why a place takes no part in what came after its last period."""
    return text("the city ceased to exist after {last}", last=last)


def sizes(office: Programme) -> tuple[str, ...]:
    """Return the variables that the circles of the map may show, the preferred first."""
    roles = office.catalogue.roles
    return (*roles.variables("registered_population"), *roles.variables("urban_population"))


def registered_people(office: Programme) -> pl.DataFrame:
    """Return the latest population of each city: city, population (persons), population_year.

    The registered population where any city has one, else that of the urban area. Only figures of the
    variable's own boundary count: boundaries are never mixed.
    """

    def read() -> pl.DataFrame:
        counted = sizes(office)
        stored = office.observations(variables=list(counted))
        people = latest_people(stored, first_known(stored, counted), office.catalogue.variables)
        return people.select("city", population="persons", population_year="period")

    return lasting(office, "registered people", read)


def _ahead(outlook: Any) -> pl.DataFrame:  # noqa: ANN401 - urbium.forecast.Outlook, or None
    """The outlook in one row a city: the last known and the last projected year of its best boundary."""
    schema: dict[str, type[pl.DataType]] = {
        "city": pl.String, "outlook_area": pl.String, "people_now": pl.Float64, "year_now": pl.Int64,
        "quality_now": pl.String,
        "people_then": pl.Float64, "year_then": pl.Int64, "then_low": pl.Float64, "then_high": pl.Float64,
    }  # fmt: skip
    if outlook is None or outlook.table.is_empty():
        return pl.DataFrame(schema=schema)
    order = pl.col("area").replace_strict(_AREAS, default=len(_AREAS), return_dtype=pl.Int64)
    table: pl.DataFrame = outlook.table
    ordered = table.sort(order, "year")
    kept = ordered.join(
        ordered.group_by("city", maintain_order=True).agg(pl.col("area").first()), on=["city", "area"]
    )
    now = kept.filter(pl.col("kind") == "observed").group_by("city").last()
    then = kept.filter(pl.col("kind") == "projected").group_by("city").last()
    graded = outlook.figures.select("city", "area", "year", quality_now="quality").unique(
        ["city", "area", "year"]
    )
    now = now.join(graded, on=["city", "area", "year"], how="left")
    past = now.select(
        "city",
        outlook_area="area",
        people_now="value",
        year_now=pl.col("year").cast(pl.Int64),
        quality_now="quality_now",
    )
    later = then.select(
        "city",
        people_then="value",
        year_then=pl.col("year").cast(pl.Int64),
        then_low="low80",
        then_high="high80",
    )
    return past.join(later, on="city", how="left").select(*schema)


def projects(office: Programme) -> pl.DataFrame | None:
    """Return the adopted plan's projects with the names of city and solution; None without a plan."""
    plan = office.adopted("plan")
    return None if plan is None else lasting(office, "projects", lambda: named_projects(office, plan))


def solutions_planned(office: Programme) -> dict[str, str]:
    """Return the solution of each project of the adopted plan, by project; nothing without a plan."""
    table = projects(office)
    return {} if table is None else dict(table.select("project", "solution").iter_rows())


def named_projects(office: Programme, plan: Any) -> pl.DataFrame:  # noqa: ANN401 - the plan's own class
    """Return a plan's projects with the names of city and solution."""
    solutions = office.catalogue_of("plan").solutions
    names = pl.DataFrame(
        [
            {
                "solution": code,
                "title": str(say(solution.name)),
                "domain": solution.domain,
                "rated": str(solution.evidence),
            }
            for code, solution in solutions.items()
        ],
        schema=dict.fromkeys(("solution", "title", "domain", "rated"), pl.String),
    )
    cities = named_cities(office).select("city", *NAMES)
    table: pl.DataFrame = plan.table
    evidence = (
        pl.col("evidence").replace("", None) if "evidence" in table.columns else pl.lit(None, pl.String)
    )
    table = table.with_columns(evidence=evidence)
    return (
        table.join(cities, on="city", how="left")
        .join(names, on="solution", how="left")
        .with_columns(
            pl.col("title").fill_null(pl.col("solution")),
            pl.col("domain").fill_null("own"),
            pl.col("evidence").fill_null(pl.col("rated")),
            pl.col("name").fill_null(pl.col("city")),
            years=pl.when(pl.col("start") == pl.col("finish"))
            .then(pl.format(year_form(), "start"))
            .otherwise(pl.format(span_form(), "start", "finish")),
        )
        .drop("rated")
    )


def matching(frame: pl.DataFrame, words: str, *columns: str) -> pl.DataFrame:
    """Return the rows in which each of the words occurs in one of the columns, in any spelling."""
    for word in plain(words).split():
        matching = frame.filter(_holds(word, columns))
        if matching.is_empty() and (sounds := sounded(word)):  # in characters that are written another way
            matching = frame.filter(pl.any_horizontal(_holds(sound, columns) for sound in sounds))
        frame = matching
    return frame


def _holds(word: str, columns: Sequence[str]) -> pl.Expr:
    return pl.any_horizontal(plain_words(pl.col(name)).str.contains(word, literal=True) for name in columns)
