"""City parts: what documents say of one city; a part is one function from the basis to paragraphs and tables.

No part does arithmetic. A part without results says why; what only the city can say is left to it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from urbium import charts
from urbium.columns import headings
from urbium.market.sheets import change_words
from urbium.model import City, Effect, Solution
from urbium.model.words import DOMAINS
from urbium.publish.documents.basis import Basis, amount, area_words, called, estimate, evidence_words, number
from urbium.publish.documents.document import Part, Picture, Table, figures
from urbium.text import Text, declared, paragraph, text, texts
from urbium.text.formats import DASH
from urbium.text.own_words import in_own_words
from urbium.units import size_of, unit_words

CityPart = Callable[[Basis, City, Sequence[str]], list[Part]]
"""What a part is: given the basis, the city, and of which fields of solutions it speaks (all when empty)."""
_ROLES: Final = ("registered_population", "urban_population", "output")
_EVERY: Final = 5
"""Every how many years of an outlook a table shows one."""
_MOST_OCCUPATIONS: Final = 12
_NOTHING: Final = text("The adopted plan includes no projects in this city.")


def context(basis: Basis, place: City, _domains: Sequence[str] = (), *, without: str = "") -> list[Part]:
    """Say where the city is, and how large; ``without`` the figures of a role that are said elsewhere."""
    roles = tuple(
        name for role in _ROLES if role != without for name in basis.catalogue.roles.variables(role)
    )
    rows = basis.figures_of(place.code, roles)
    where = (
        text(
            "This paper is about {city} in {region}: its figures, its outlook, and what the programme builds "
            "there.",
            city=called(place.name),
            region=called(place.province),
        )
        if place.province
        else text(
            "This paper is about {city}: its figures, its outlook, and what the programme builds there.",
            city=called(place.name),
        )
    )
    if not rows:
        return [where, text("There are no usable figures for the city's population or output.")]
    return [where, figures(rows)]


def score_words(basis: Basis, place: City) -> Text:
    """Return the score of the city in a sentence, or why it has none."""
    row = basis.score_of(place.code)
    scores = basis.results.get("scores")
    if scores is None:
        return basis.missing["scores"]
    if row is None or row["score"] is None:
        facts = {"city": called(place.name), "index": called(scores.index.name), "year": str(scores.period)}
        needed = basis.needed_for_score(place.code) if row else []
        if needed:
            return texts(
                "{city} cannot be scored in {index} {year}: too few of its figures are known. One "
                    "further sound figure would give it a score: {needed:list}.",
                "{city} cannot be scored in {index} {year}: too few of its figures are known. "
                    "{count} further sound figures would give it a score: {needed:list}.",
                count=len(needed), needed=needed, **facts
            )  # fmt: skip
        return text("{city} cannot be scored in {index} {year}: {reason}.",
                    reason=scores.said(row["reason"]) if row else text("it was not measured"),
                    **facts)  # fmt: skip
    rank = text(
        "In {index} {year}, {city} scores {score:.1f} out of 100 and ranks {rank} of {of} cities.",
        index=called(scores.index.name), year=str(scores.period), city=called(place.name), score=row["score"],
        rank=row["rank"], of=row["of"]
    )  # fmt: skip
    if row.get("rank_low") is None:
        return rank
    return paragraph([rank, text(
        "With other reasonable choices of method, and whatever values missing figures take, the city's rank "
        "lies between {low} and {high} in at least 90% of the runs.",
        low=row["rank_low"], high=row["rank_high"]
    )])  # fmt: skip


def state(basis: Basis, place: City, _domains: Sequence[str] = ()) -> list[Part]:
    """Say how the city stands: its score among all, and where it is best and worst."""
    parts: list[Part] = [score_words(basis, place)]
    row, scores = basis.score_of(place.code), basis.results.get("scores")
    if scores is not None and row is not None and row["score"] is not None:
        spec = charts.histogram(scores.table.drop_nulls("score"), mark=row["score"])
        alt = text("Histogram of the scores of {of} cities; a line marks {city} at {score:.1f} of 100.",
                   of=row["of"], city=called(place.name), score=row["score"])  # fmt: skip
        parts.append(Picture(spec, alt, _of_scores(basis)))
    sides = basis.sides_of(place.code)
    for title, rows in (
        ()
        if sides is None
        else (
            (text("Stands best in"), sides.strengths),
            (text("Stands worst in"), sides.weaknesses),
        )
    ):
        if rows.height:
            head = (title, *headings("value", "unit", "rank_of"))
            cells = [(one["name"], number(one["value"]), unit_words(one["unit"]),
                      text("{rank} of {of}", rank=one["rank"], of=one["of"]))
                     for one in rows.iter_rows(named=True)]  # fmt: skip
            parts.append(Table(head, cells, _of_scores(basis), frozenset({1, 3})))
    return parts


def _of_scores(basis: Basis) -> Text:
    scores = basis.results["scores"]
    return text(
        "Figures for {year} or the latest earlier year, by the method of {index}; suspect figures are "
        "left out.",
                year=str(scores.period), index=called(scores.index.name))  # fmt: skip


def outlook(basis: Basis, place: City, _domains: Sequence[str] = ()) -> list[Part]:
    """Say how many people the city has and will have."""
    rows = basis.outlook_of(place.code)
    if rows.is_empty():
        return [basis.missing.get("outlook", text("The adopted outlook does not cover this city."))]
    ahead = rows.filter(kind="projected")
    now, then = rows.filter(kind="observed").row(-1, named=True), ahead.row(-1, named=True)
    sentence = text(
        "{city} ({area}) had {now:compact} people in {year_now}. The outlook for {year_then} is "
        "{then:compact}; 80% band {low:compact} to {high:compact}.",
        city=called(place.name), area=area_words(rows["area"][0]),
        now=now["value"], year_now=str(now["year"]),
        then=then["value"], year_then=str(then["year"]), low=then["low80"], high=then["high80"]
    )  # fmt: skip
    basis_words = text("Adopted outlook, with 80% bands based on the method's past errors.")
    head = headings("year", "persons", "low80", "high80")
    shown = ahead.filter((pl.col("year") % _EVERY == 0) | (pl.col("year") == then["year"]))
    cells = [(str(one["year"]), *(estimate(one[name]) for name in ("value", "low80", "high80")))
             for one in [now, *shown.iter_rows(named=True)]]  # fmt: skip
    fan = charts.fan(rows, y_title=headings("persons")[0])
    alt = text("Line chart of the population of {city} with 80% bands, {first} to {last}.",
               city=called(place.name), first=str(rows["year"].min()), last=str(then["year"]))  # fmt: skip
    area, result = rows["area"][0], basis.results["outlook"]
    doubt, record = result.doubt_words(basis.doubted, place.code, area), result.band_record_words(area)
    return [paragraph([sentence, *doubt, record]), Picture(fan, alt, basis_words),
            Table(head, cells, basis_words, frozenset({1, 2, 3}))]  # fmt: skip


def gaps(basis: Basis, place: City, _domains: Sequence[str] = ()) -> list[Part]:
    """Say which services run short when."""
    if basis.results.get("pressure") is None:
        return [basis.missing["pressure"]]
    rows = basis.services_of(place.code)
    if not rows:
        return [text("There is no service in this city for which both demand and capacity are known.")]
    last = basis.results["pressure"].to
    service, shortage, *others = headings("service", "shortage", "latest_capacity", "unit")
    head = (service, shortage, text("Demand in {year}", year=str(last)), *others)
    cells = [
        (one["name"], one["words"], number(one["demand"]), number(one["capacity"]), unit_words(one["unit"]))
        for one in rows
    ]
    origin = text("Demand according to the declared norms and the outlook to {year}; capacity as last "
                  "reported. Services without a known capacity are left out.",
                  year=str(last))  # fmt: skip
    foreign = basis.norms_of_others({one["service"] for one in rows})
    return [*foreign, *_of_whom(basis, place, rows), Table(head, cells, origin, frozenset({2, 3}))]


def _of_whom(basis: Basis, place: City, rows: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    """Say whose demand it is where the outlook is of others, and that no project adds capacity."""
    outlook, pressure = basis.outlook_of(place.code), basis.results["pressure"]
    shown = "" if outlook.is_empty() else str(outlook["area"][0])
    for area in dict.fromkeys(str(row["area"]) for row in rows):
        said = pressure.whose_words(place.code, area, basis.catalogue.variables)
        if area != shown and said:
            yield said
        if area != shown and area in pressure.outlooks:  # else it is said with the outlook
            yield from pressure.outlooks[area].doubt_words(basis.doubted, place.code, area)
    planned = pressure.capacity.planned.filter(city=place.code)
    if planned.is_empty() and any(row["is_short"] for row in rows):
        yield text("No project in the plan is counted as adding capacity to these services.")


def _of_standard(effect: Effect) -> Text | str:
    """Return what an effect changes, with the standard that says what that is."""
    if not effect.standard:
        return effect.title
    return text("{indicator} ({standard})", standard=effect.standard, indicator=effect.title)


def goals(basis: Basis, place: City, _domains: Sequence[str] = ()) -> list[Part]:
    """Say what the planned projects do to indicators: elsewhere, and in this city as far as it is known."""
    from urbium.plan.result.natural_units import changes_words  # noqa: PLC0415 - the solver loads with it

    planned = basis.projects_of(place.code)
    if planned.is_empty():
        return [basis.missing.get("plan", _NOTHING)]
    solutions, plan = dict(planned.select("solution", "title").iter_rows()), basis.results["plan"]
    cells = [
        (solutions[one.solution], _of_standard(one), change_words(one), evidence_words(str(one.evidence)))
        for solution in solutions
        for one in basis.catalogue.effects if one.solution == solution and one.is_of_city
    ]  # fmt: skip
    if not cells:
        return [text("No effect on an indicator is declared for the planned solutions.")]
    named_once = [
        ("" if at and cells[at - 1][0] == first else first, *rest) for at, (first, *rest) in enumerate(cells)
    ]
    head = headings("solution", "indicator", "expected_change", "evidence")
    sentence = text(
        "Ranges for what the planned solutions have changed, or are expected to change, elsewhere. "
        "They are not targets: the city sets its own."
    )
    here = changes_words(plan.changes.filter(city=place.code), plan.roadmap)
    return [sentence, Table(head, named_once), *here]


def tasks(basis: Basis, place: City, _domains: Sequence[str] = ()) -> list[Part]:
    """Say which fields the plan is about."""
    planned = basis.projects_of(place.code)
    if planned.is_empty():
        return [basis.missing.get("plan", _NOTHING)]
    by_field = planned.group_by("domain", maintain_order=True).agg("title")
    cells = [(DOMAINS.get(domain, domain), text("{titles:list}", titles=titles))
             for domain, titles in by_field.iter_rows()]  # fmt: skip
    return [
        Table(
            headings("field", "titles"),
            cells,
        )
    ]


def solutions(basis: Basis, place: City, domains: Sequence[str] = ()) -> list[Part]:
    """Say what is built in some fields, and what each needs before it."""
    planned = basis.projects_of(place.code)
    wanted = planned.filter(pl.col("domain").is_in(list(domains))) if domains else planned
    if wanted.is_empty():
        return [
            basis.missing.get(
                "plan",
                text("The adopted plan has no project of this kind in this city."),
            )
        ]
    every = basis.catalogue.solutions
    cells = [
        (one["title"], *_described(every[one["solution"]], every)) if one["solution"] in every
        else (one["title"], DASH, DASH)
        for one in wanted.iter_rows(named=True)
    ]  # fmt: skip
    head = headings("solution", "what", "prerequisites")
    return [Table(head, cells)]


def _described(solution: Solution, every: Mapping[str, Solution]) -> tuple[str, Text | str]:
    """Return what a solution is, and what must be there before it."""
    before = [every[code].name for code in solution.prerequisites if code in every]
    return declared(solution.description), text("{titles:list}", titles=before) if before else DASH


def standards(basis: Basis, place: City, _domains: Sequence[str] = ()) -> list[Part]:
    """Say which standards the planned solutions follow."""
    every = basis.catalogue.solutions
    planned = [every[code] for code in basis.projects_of(place.code)["solution"] if code in every]
    cells = [(one.name, text("{titles:list}", titles=one.standards)) for one in planned if one.standards]
    if not cells:
        return [basis.missing.get("plan", _NOTHING)]
    sentence = text(
        "Standards that the catalogue names for each solution; listing them does not show that the "
        "city complies with them."
    )
    return [
        sentence,
        Table(headings("solution", "standards"), cells),
    ]


def projects(
    basis: Basis, place: City, _domains: Sequence[str] = (), *, is_largest_first: bool = False
) -> list[Part]:
    """Say what starts when, and what it costs; in the order of the start where nothing else is asked for."""
    from urbium.plan.result.late import completed_after  # noqa: PLC0415 - the solver loads with it

    planned = basis.projects_of(place.code)
    if planned.is_empty():
        return [basis.missing.get("plan", _NOTHING)]
    first, last = str(planned["start"].min()), str(planned["finish"].max())
    sentence = texts("{count} project from {first} to {last}.",
                 "{count} projects from {first} to {last}.",
                 count=planned.height, first=first, last=last)  # fmt: skip
    timeline = charts.timeline(planned, label="title")
    alt = text("Bars show the construction years of each project in {city}, {first} to {last}; the "
               "table below shows the same years.",
               city=called(place.name), first=first, last=last)  # fmt: skip
    size = size_of(basis.prices, planned["capital"])
    origin = text("Adopted plan; {unit}. Running costs are for a full year of operation.", unit=size.words)
    head = headings("project", "build_years", "capital", "operation", "evidence")
    listed = planned.sort("capital", descending=True, maintain_order=True) if is_largest_first else planned
    cells = [(one["title"], one["years"], amount(size.of(one["capital"])), amount(size.of(one["operation"])),
              evidence_words(one["evidence"]))
             for one in listed.iter_rows(named=True)]  # fmt: skip
    if planned.height > 1:
        capital, operation = planned.select(pl.col("capital", "operation").sum()).row(0)
        every = text("All {count:,} projects", count=planned.height)
        cells.append((every, DASH, amount(size.of(capital)), amount(size.of(operation)), DASH))
    after = completed_after(basis.results["plan"], basis.solutions, pl.col("city") == place.code)
    rows = Table(head, cells, origin, frozenset({2, 3}))
    return [sentence, *([after] if after else []), Picture(timeline, alt, origin), rows]


def costs(basis: Basis, place: City, _domains: Sequence[str] = ()) -> list[Part]:
    """Say who pays for building, and what the city pays each year for what is built."""
    from urbium.plan.result.city_words import funding_here, upkeep_here  # noqa: PLC0415 - as above

    plan = basis.results.get("plan")
    if plan is None or basis.projects_of(place.code).is_empty():
        return []
    name = called(place.name)
    return [paragraph(list(words(plan, place.code, name))) for words in (funding_here, upkeep_here)]


def missed(basis: Basis, place: City, _domains: Sequence[str] = ()) -> list[Part]:
    """Say which targets the plan misses in the city, and what it builds there mainly to meet one."""
    from urbium.plan.result.missed_words import missed_here  # noqa: PLC0415 - as above

    plan = basis.results.get("plan")
    said = [] if plan is None else missed_here(plan, place.code, basis.solutions, basis.standards)
    return [paragraph(said)] if said else []


def money(basis: Basis, place: City, _domains: Sequence[str] = ()) -> list[Part]:
    """Say who pays for building in each year."""
    return money_parts(basis, basis.money_of(place.code), called(place.name))


def money_parts(basis: Basis, rows: pl.DataFrame, name: str) -> list[Part]:
    """Say who pays in each year, of rows by year and fund."""
    if rows.is_empty():
        return [basis.missing.get("plan", _NOTHING)]
    size = size_of(basis.prices, rows["amount"])
    origin = text(
        "Adopted plan; {unit}. The split of the construction cost among funds is an assumption of the "
        "plan until agreements are signed.",
        unit=size.words,
    )
    first, last = str(rows["year"].min()), str(rows["year"].max())
    alt = text("Stacked bars of the construction cost by year and fund for {city}, {first} to {last}; "
               "the table below shows the same amounts.",
               city=name, first=first, last=last)  # fmt: skip
    named = [called(fund.name) for fund in basis.catalogue.funds.values()]
    paying = sorted(
        set(rows["fund"]), key=lambda fund: (named.index(fund) if fund in named else len(named), fund)
    )
    wide = rows.pivot(on="fund", index="year", values="amount").select("year", *paying).sort("year")
    funds = wide.columns[1:]
    cells = [
        (str(year), *(amount(None if one is None else size.of(one)) for one in amounts))
        for year, *amounts in wide.iter_rows()
    ]
    spec = charts.money(rows, **basis.prices.parameters, order=funds)
    return [Picture(spec, alt, origin),
            Table((*headings("year"), *funds), cells, origin, frozenset(range(1, wide.width)))]  # fmt: skip


def people(basis: Basis, place: City, _domains: Sequence[str] = ()) -> list[Part]:
    """Say which occupations the city's projects need."""
    staff = basis.results.get("talent")
    if staff is None:
        return [basis.missing["talent"]]
    return people_parts(staff.titled(staff.most(place.code)))


def people_parts(rows: pl.DataFrame) -> list[Part]:
    """Say who is needed, of rows by occupation."""
    if rows.is_empty():
        return [text("The planned projects need no staff of their own.")]
    head = headings("staff.occupation", "year", "posts", "posts.range", "evidence")
    cells = [(text("{title} ({isco})", title=one["title"], isco=one["isco08"]),
              str(one["year"]),
              number(round(one["posts"], 1)),
              text("{low} to {high}",
                   low=number(round(one["low"], 1)), high=number(round(one["high"], 1))),
              evidence_words(one["evidence"]))
             for one in rows.head(_MOST_OCCUPATIONS).iter_rows(named=True)]  # fmt: skip
    origin = text(
        "Adopted plan; each occupation is shown in its peak year. Number of occupations: {count}.",
                  count=rows.height)  # fmt: skip
    return [Table(head, cells, origin, frozenset({2, 3}))]


def risks(basis: Basis, place: City, _domains: Sequence[str] = ()) -> list[Part]:
    """Say how much of the plan rests on assumptions, and what it misses in the city."""
    planned = basis.projects_of(place.code)
    if planned.is_empty():
        return [basis.missing.get("plan", _NOTHING)]
    assumed = planned.filter(evidence="assumption")["title"].to_list()
    parts = missed(basis, place)
    if assumed:
        parts.insert(
            0,
            text(
                "The cost of {titles:list} is an assumption: obtain quotes before committing money.",
                titles=assumed,
            ),
        )
    return parts or [
        text("No project cost in the city is an assumption, and the plan meets all its targets there.")
    ]


def _left_to_the_city(_basis: Basis, _place: City, _domains: Sequence[str] = ()) -> list[Part]:
    """Return nothing: the first lines of a design say once which sections the city writes."""
    return []


def sources(basis: Basis, code: str = "") -> list[Part]:
    """List the sources of the figures of a city, or of all."""
    rows = basis.sources_of(code)
    if not rows:
        return [text("No figures are in use.")]
    head = headings("publisher", "title", "edition", "licence")
    return [
        Table(
            head,
            [tuple(map(in_own_words, (one.publisher, one.title, one.year, one.licence))) for one in rows],
        )
    ]


PARTS: Final[Mapping[str, CityPart]] = MappingProxyType(
    {
        "context": context, "state": state, "outlook": outlook, "gaps": gaps, "goals": goals, "tasks": tasks,
        "solutions": solutions, "standards": standards, "projects": projects, "money": money,
        "people": people,
        "risks": risks, "city": _left_to_the_city,
    }
)  # fmt: skip
"""What a section of an outline can be made of, by :class:`~urbium.model.outlines.SectionPart`."""
