"""Overview: what the programme achieves, what it costs, what threatens it, and where it stands."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import polars as pl

from urbium import charts
from urbium.access import Actor
from urbium.programme import Programme
from urbium.programme.base.stages import STAGES
from urbium.programme.cases.kinds import KINDS
from urbium.text import Text, text
from urbium.web.desk.calls import open_calls
from urbium.web.desk.changes import news_of
from urbium.web.rendering.parameters import FromActor, FromDrawer, FromOffice, OfCity, Word
from urbium.web.rendering.words import amount, percent
from urbium.web.views.cities.map import map_of_index
from urbium.web.views.frames import lasting, ranked
from urbium.web.views.plans.owed import signed
from urbium.web.views.plans.plan import said_of_plan

_SHOWN: Final = 10
"""How many cities are listed at either end of the ranking."""
_ADOPTED: Final = ("scores", "outlook", "plan")
"""The stages whose adoption is told."""


def overview(
    office: FromOffice, actor: FromActor, drawer: FromDrawer, *, since: Word = "", city: OfCity = ""
) -> dict[str, Any]:
    """Gather the first page; a programme in which nothing is adopted yet says what comes next.

    ``since`` is a day: what has changed from it on is listed, in a ``city`` alone where one is named.
    """
    cities = ranked(office)
    scored = cities.drop_nulls("score").sort("rank", "city")
    scores = office.adopted("scores")
    spec = lasting(office, "map of cities", lambda: map_of_index(office))
    return {
        "name": office.summary()["name"],
        "total": cities.height if scores is None else scores.table.height,
        "index": None if scores is None else scores.index,
        "period": "" if scores is None else scores.period,
        "map": drawer.placed(spec),
        "shades": charts.legend_of(spec),
        "outline": office.outlines.kept(),
        "best": scored.head(_SHOWN).to_dicts(),
        "last": scored.tail(min(_SHOWN, max(scored.height - _SHOWN, 0))).to_dicts(),
        "scored": scored.height,
        "has_range": bool(scored["rank_low"].count()),
        "has_plan": office.adopted("plan") is not None,
        "plan": partial(plan_in_short, office),
        "stands": partial(_stands, office, actor),
        "news": news_of(office, actor, since, "/", office.city(city).code if city else "")
        | {"cities": cities.sort("in_order").select("city", "name").rows()},
    }


def plan_in_short(office: Programme) -> dict[str, Any] | None:
    """Return what the plan achieves, costs and risks, each as a figure with the sentences that explain it."""
    return lasting(office, "plan on the overview", lambda: _plan(office), of=office.finances.changed())


def _plan(office: Programme) -> dict[str, Any] | None:
    plan = office.adopted("plan")
    if plan is None or not plan.table.height:
        return None
    tables, said = office.plan_tables(), _sentences(office)
    money = signed(office, tables)
    closed, improvable = plan.closed.select(pl.col("closed", "improvable").sum()).row(0)
    capital = plan.table["capital"].sum()
    return {
        "share": percent(closed / improvable, 1) if closed else None,
        "past": office.plan_reasons.past_words(),
        "achieves": [
            plan.gain_words or said("benefit")[0],
            *said("fields", "plan.summary.largest"),
            *said("units")[:3],
        ],
        "capital": amount(capital, plan.currency),
        "costs": [*said("projects"), *said("loans"), *said("upkeep")[1:2]],
        "undecided": amount(sum(row["unsigned"] for row in money["threats"]), plan.currency),
        "risks": [
            *money["words"],
            *said("missed")[:2],
            *said("evidence", "plan.summary.measured"),
            *said("evidence", "plan.summary.costs"),
        ],
        "decisions": office.finances.decisions(),
        "instead": money["instead"],
    }


def _sentences(office: Programme) -> Callable[..., list[Text]]:
    """Return what gives the sentences of a topic of the plan, of those whose code begins so."""
    said = said_of_plan(office)
    return lambda topic, code="": [
        sentence for _, sentence in said.get(topic, ()) if str(getattr(sentence, "code", "")).startswith(code)
    ]


def _stands(office: Programme, actor: Actor) -> dict[str, Any]:
    """How the work goes, what is decided next, which calls are open, since when what is shown is adopted."""
    progress = office.track.progress("")
    said = [] if progress.table.is_empty() else [repr(progress)]
    for stage in _ADOPTED:
        known = office.workspace.known_when_adopted(stage)
        if known is not None:
            day = known.astimezone(office.settings.zone()).date()
            said.append(
                text(
                    "{stage}: adopted, based on what was known on {day:date}.",
                    stage=STAGES[stage].title,
                    day=day,
                )
            )
    decision = office.next_decision.of(actor)
    kind = KINDS[decision.kind].plural if decision.kind else ""
    folder = "/desk" if actor.account else "/programme"
    address = f"{folder}/{kind}/{decision.code}" if kind else ""
    next_ = {"said": decision.said, "address": address, "is_due": decision.is_due}
    return {"said": said, "next": next_, "calls": open_calls(office)}
