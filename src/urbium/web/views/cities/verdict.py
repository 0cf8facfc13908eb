"""Verdict: a city in three sentences: how it stands, what the plan gives it, what it must pay for ever."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from urbium.errors import retold
from urbium.model import City
from urbium.programme import Programme
from urbium.text import Text, named, text, texts
from urbium.text.naming import called
from urbium.web.rendering.words import amount, named_rows, number, percent
from urbium.web.views.cities.moves import nearest_moves
from urbium.web.views.index import profile
from urbium.web.views.outlook import part, pressure_rows
from urbium.web.views.plans.later_money import city_burden
from urbium.whole_numbers import whole_shares

_SHORT = ("already short", "runs short")
_UNPLANNED = text("No plan has been adopted yet.")


def verdict(office: Programme, place: City, row: Mapping[str, Any], scored: int) -> list[dict[str, Any]]:
    """Gather the three sentences, each with its figure, remarks, and the page that shows what it rests on.

    Parameters
    ----------
    row : that of the city, in the table of all
    scored : how many cities have a score
    """
    return [
        _stands(office, place, row, scored) | {"anchor": "score"},
        _gets(office, place.code) | {"anchor": "plan"},
        _pays(office, place.code) | {"anchor": "later"},
    ]


def _part(title: Text, figure: str, said: Text, more: Sequence[str], to: str) -> dict[str, Any]:
    return {"title": title, "figure": figure, "said": said, "more": more, "to": to}


def _stands(office: Programme, place: City, row: Mapping[str, Any], scored: int) -> dict[str, Any]:
    """How the city ranks, how certain that is, and what it is best and weakest at; or what a score needs."""
    title, scores = text("How it stands"), office.adopted("scores")
    if scores is None:
        none = text("No score has been adopted yet.")
        return _part(title, number(None), none, [], "figures")
    index = named(scores.index.name, scores.index.id).render()
    values = {"index": index, "year": str(scores.period), "city": place.title}
    if row["score"] is None:
        none, *needs = why_unscored(office, place, row)
        return _part(title, text("not scored"), none, needs, "figures")
    said = text(
        "In {index} {year}, {city} scores {score:.1f} out of 100 and ranks {rank} of {of} cities.",
        score=row["score"], rank=row["rank"], of=scored, **values
    )  # fmt: skip
    if row["rank_low"] is None:
        sure = text("No uncertainty analysis was run, so the certainty of this rank is unknown.")
    else:
        sure = text(
            "With other reasonable choices of method, and whatever values missing figures take, the city's "
            "rank lies between {low} and {high} in at least 90% of the runs.",
            low=row["rank_low"], high=row["rank_high"]
        )  # fmt: skip
    rank, newest = text("rank {rank} of {of}", rank=row["rank"], of=scored), row["newest"]
    older = text(
        "The city's own figures in this score end in {newest}: the rank compares them with other cities' "
        "figures up to {year}.",
        newest=str(newest), year=str(scores.period)
    )  # fmt: skip
    remarks = [older] if newest is not None and str(newest) < str(scores.period) else []
    return _part(
        title, rank, text("{said} {sure}", said=said, sure=sure), [*remarks, *_sides(office, place.code)],
        "figures",
    )  # fmt: skip


def why_unscored(office: Programme, place: City, row: Mapping[str, Any]) -> list[Text]:
    """Say why a city has no score in the adopted index, and which figures would give it one."""
    scores = office.adopted("scores")
    none = text(
        "{city} has no score in {index} {year}: {reason}.",
        reason=row["reason"] or text("it was not measured"),
        index=named(scores.index.name, scores.index.id).render(),
        year=str(scores.period),
        city=place.title,
    )
    return [none, *_needs(office, place.code)]


def _needs(office: Programme, code: str) -> list[Text]:
    """Which figures would give the city a score, and which of those that count for it are in doubt."""
    moves = nearest_moves(office, code)
    needed = list(moves["needed"].values()) if moves else []
    if not needed:
        return []
    year = str(office.adopted("scores").period)
    notes = office.faults().filter(city=code, period=year, severity="note")
    names = named_rows(office.catalogue.variables)
    doubts = [
        text("In doubt: {note}.", note=called(retold(row)["message"], names))
        for row in notes.iter_rows(named=True)
    ]
    return [
        texts(
            "One more sound figure for {year} would give the city a score: {names:list}.",
            "{count} more sound figures for {year} would give the city a score: {names:list}.",
            count=len(needed), year=year, names=needed
        ),
        *doubts[:1],
    ]  # fmt: skip


def _sides(office: Programme, code: str) -> list[Text]:
    about = profile(office, code)
    if about is None or about.strengths.is_empty() or about.weaknesses.is_empty():
        return []
    best, worst = about.strengths.row(0, named=True), about.weaknesses.row(0, named=True)
    return [
        text("Its best figure: {name} (rank {rank} of {of}). Its weakest: {worst} (rank {worst_rank} of "
             "{worst_of}).",
             name=about.said(best["name"]), rank=best["rank"], of=best["of"], worst=about.said(worst["name"]),
             worst_rank=worst["rank"], worst_of=worst["of"])
    ]  # fmt: skip


def _gets(office: Programme, code: str) -> dict[str, Any]:
    """What the plan builds, for how much, who pays, and its share of the possible improvement."""
    title, plan = text("What is built there"), office.adopted("plan")
    if plan is None:
        return _part(title, number(None), _UNPLANNED, [], "plan")
    rows = plan.table.filter(pl.col("city") == code)
    if rows.is_empty():
        none = text(
            "The adopted plan includes no projects in this city; the city's plan page says why, "
            "solution by solution."
        )
        return _part(title, text("no project"), none, [], "plan")
    closed, improvable = plan.closed.filter(city=code).select(pl.col("closed", "improvable").sum()).row(0)
    capital = amount(rows["capital"].sum(), plan.currency)
    said = texts(
        "The plan builds {count} project here by {last} for {capital}, paid from {payers:list}; {share}.",
        "The plan builds {count} projects here by {last} for {capital}, paid from {payers:list}; {share}.",
        count=rows.height, last=str(rows["finish"].max()), payers=_payers(office, plan, code),
        capital=capital,
        share=text("it achieves {share:.1%} of the improvement possible here", share=closed / improvable)
        if improvable
        else text("how much this improves the city is unknown, because none of its gaps are known")
    )  # fmt: skip
    more = list(office.plan_tables().changes_words(code))[:1]
    return _part(title, capital, said, more, "plan")


def _payers(office: Programme, plan: Any, code: str) -> list[Text]:  # noqa: ANN401 - the plan's own class
    funds = office.catalogue_of("plan").funds
    money = plan.money.filter(pl.col("city") == code, pl.col("kind") == "capital")
    sums = money.group_by("fund").agg(pl.col("amount").sum()).filter(pl.col("amount") > 0)
    sums = sums.sort("amount", "fund", descending=[True, False])
    return [
        text("{fund} ({share:.0%})", share=share,
             fund=named(funds[fund].name, fund).render() if fund in funds else fund)
        for fund, share in zip(sums["fund"], whole_shares(sums["amount"].to_list()), strict=True)
    ] or [text("unknown payers")]  # fmt: skip


def _pays(office: Programme, code: str) -> dict[str, Any]:
    """What the projects cost for ever beside the city's limit, what is unsigned, what runs short."""
    title, plan = text("What the city pays every year"), office.adopted("plan")
    more = _shortages(office, code)
    rows = None if plan is None else plan.table.filter(pl.col("city") == code)
    if plan is None or rows is None or rows.is_empty():
        said = _UNPLANNED if plan is None else text("Under the plan, this city has nothing to run or repay.")
        return _part(title, number(None), said, more, "services")
    burden = city_burden(office, code)
    more = [*_unsigned(office, code), *more]
    if burden is None:
        operation = amount(rows["operation"].sum(), plan.currency)
        said = text(
            "Operating the projects costs {operation} a year; repayments and the limit are unknown.",
            operation=operation,
        )
        return _part(title, operation, said, more, "plan")
    peak, steady = burden["peak"], burden["steady"]
    values = {
        "peak": amount(peak["used"], plan.currency), "year": str(peak["year"]),
        "steady": amount(steady["used"], plan.currency), "last": str(steady["year"]),
    }  # fmt: skip
    if not peak["limit"]:
        said = text(
            "Without construction, running costs, renewal and repayments peak at {peak} in {year}, and "
            "are still {steady} in {last}; no limit is known for the city.",
            **values,
        )
        return _part(title, values["peak"], said, more, "plan")
    share, limit = peak["used"] / peak["limit"], amount(peak["limit"], plan.currency)
    said = text(
        "Without construction, running costs, renewal and repayments peak at {peak} in {year} "
        "({share:.0%} of the city's limit of {limit} in that year), and are still {steady} in {last}.",
        share=share, limit=limit, **values
    )  # fmt: skip
    return _part(title, text("{share} of its limit", share=percent(share)), said, more, "plan")


def _unsigned(office: Programme, code: str) -> list[Text]:
    """What is left of the projects without unsigned money; nothing where all is signed."""
    money = office.finances.signed()
    here = office.adopted("plan").table.filter(pl.col("city") == code)["project"].to_list()
    rows = money.standing.filter(pl.col("project").is_in(here))
    unsigned = float(rows["unsigned"].sum())
    if unsigned <= 0 and rows["stands"].all():
        return []
    return [
        text(
            "Projects of the city that can be built without the {unsigned} that no one has signed for, and "
            "with nothing planned in its place: {left} of {count}.",
            unsigned=amount(unsigned, office.adopted("plan").currency),
            left=int(rows["stands"].sum()),
            count=rows.height,
        )
    ]


def _shortages(office: Programme, code: str) -> list[Text]:
    pressure, _ = part(office, "pressure")
    if pressure is None or code not in pressure.table["city"]:
        return []
    rows = pressure_rows(office, pressure, code)
    values = {"unknown": sum(row["capacity"] is None for row in rows), "count": len(rows)}
    short = [
        text("{name}: {told}", name=row["name"], told=row["told"]) for row in rows if row["status"] in _SHORT
    ]
    doubted = [row for row in rows if row["capacity"] is not None and row["is_doubted"]]
    doubts = [
        texts(
            "{count} service of known capacity is in doubt: the population of {year} may be for another year "
            "or place.",
            "{count} services of known capacity are in doubt: the population of {year} may be for another "
            "year or place.",
            count=len(doubted), year=str(doubted[0]["first"])
        )
    ] if doubted else []  # fmt: skip
    if not short:
        return [
            text(
                "No known service shortage; capacity is unknown for {unknown} of {count} services.", **values
            ),
            *doubts,
        ]
    return [
        text(
            "Services short of capacity: {names:list}; capacity unknown for {unknown} of {count} services.",
            names=short, **values
        ),
        *doubts,
    ]  # fmt: skip
