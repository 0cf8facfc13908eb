"""Changes: what has changed since somebody was here last, or since a day; and what somebody did just now."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import polars as pl

from urbium.access import Actor
from urbium.errors import Fault
from urbium.model.dossiers import Dossier
from urbium.periods import instant
from urbium.pilot.steps import CHANGE, CREATE, state, step
from urbium.programme import Programme
from urbium.programme.cases.sight import Seen
from urbium.text import Text, text, texts
from urbium.web.rendering.words import named_rows

_MOST: Final = 10
"""How many corrected figures are listed."""
_MONTH: Final = timedelta(days=30)
_JUST_NOW: Final = timedelta(minutes=2)
"""How long ago what the page that follows confirms may have been done, however slow it is."""


def news_of(office: Programme, actor: Actor, since: str, address: str, city: str = "") -> dict[str, Any]:
    """Return what changed since a day or instant, or since its reader signed in before; else nothing.

    Parameters
    ----------
    office, actor : the programme, and who reads
    since : a day, such as 2026-11-01, or an instant; empty for the time of signing in before this one
    address : of the page, which shows the last month as well
    city : by its code, where what changed in it alone is asked for
    """
    zone = office.settings.zone()
    begin = instant(since, zone, ends_day=False) if since else office.news.last_visit(actor)
    corrected = None if begin is None else office.news.corrected(begin)
    if corrected is not None and city:
        corrected = corrected.filter(city=city)
    changes = None
    if begin is not None:
        changes = office.city_news.since(actor, city, begin) if city else office.news.since(actor, begin)
    return {
        "is_visit": not since,
        "corrected": [] if corrected is None else _named(office, corrected.head(_MOST)),
        "corrections": 0 if corrected is None else corrected.height,
        "day": begin and begin.astimezone(zone).date(),
        "moment": begin if "T" in since else None,
        "changes": changes,
        "city": city,
        "cities": [],
        "address": address,
        "month": (office.settings.today() - _MONTH).isoformat(),
        "today": office.settings.today().isoformat(),
        "is_ahead": begin is not None and begin.astimezone(zone).date() > office.settings.today(),
    }


def _named(office: Programme, corrected: pl.DataFrame) -> list[dict[str, Any]]:
    """Return corrected figures with what they and their sources, this and the one before, are called."""
    variables, sources = named_rows(office.catalogue.variables), office.sources()

    def publisher(source: str) -> str:
        return sources[source].publisher if source in sources else source

    return [
        row | {
            "figure": variables.get(row["variable"], row["variable"]),
            "publishers": list(dict.fromkeys(publisher(row[name]) for name in ("before_source", "source"))),
        }
        for row in corrected.to_dicts()
    ]  # fmt: skip


def done_now(actor: Actor, dossier: Dossier, now: str, faults: Iterable[Fault] = ()) -> Text | str:
    """Return what its reader did with a dossier just now; nothing where somebody else did, or earlier.

    The record is asked, and no address, so that no link makes a page confirm what nobody did.

    Parameters
    ----------
    actor, dossier : who reads, and what
    now : how it stands, in words
    faults : of what is stored; errors are those for which the next step would be refused
    """
    if not _is_just_now(actor, dossier) or not dossier.action:
        return ""
    if dossier.action not in (CREATE, CHANGE) or (dossier.kind, dossier.action) == ("review", CREATE):
        return text("Done. Current status: {state}.", state=now)
    if _is_sent_at_once(dossier):
        return text("Sent. Current status: {state}.", state=now)
    if todo := sum(one.severity == "error" for one in faults):
        return texts(
            "Saved. {count} entry still needs to be filled in or corrected.",
            "Saved. {count} entries still need to be filled in or corrected.",
            count=todo,
        )
    return text("Your input is saved. Current status: {state}.", state=now)


def step_taken(dossier: Dossier) -> Text | str:
    """Return the step that made a version of a dossier, in words, or its state where none did."""
    if not dossier.action:
        return state(dossier.kind, dossier.state).title
    return text("sent") if _is_sent_at_once(dossier) else step(dossier.kind, dossier.action).title


def _is_sent_at_once(dossier: Dossier) -> bool:
    """Say whether a dossier left its author's desk with its first step."""
    return dossier.action == CREATE and dossier.state != step(dossier.kind, CREATE).after


def assigned_now(office: Programme, actor: Actor, dossier: Dossier) -> int:
    """Return how many reviews of a round its reader assigned just now."""
    if dossier.kind != "round":
        return 0
    reviews = office.casework.listed(actor, "review", where={"round": dossier.code})
    return sum(one.dossier.action == CREATE and _is_just_now(actor, one.dossier) for one in reviews)


def _is_just_now(actor: Actor, dossier: Dossier) -> bool:
    at = dossier.recorded_at
    return at is not None and dossier.recorded_by == actor.account and datetime.now(UTC) - at < _JUST_NOW


def replaced_plan(office: Programme, sight: Seen) -> dict[str, Any] | None:
    """Return how a plan that waits to be adopted differs from the adopted one; None for anything else."""
    comparison = office.adoptions.against_adopted(sight)
    if comparison is None:
        return None
    kept, title = office.plans(), sight.dossier.content["title"]
    is_kept = title in kept["name"] and office.plan_called(title).table.equals(comparison.b.table)
    titles = comparison.shown_sides["figure"].to_list()
    return {
        "rows": [
            row | {"title": name} for row, name in zip(comparison.sides.to_dicts(), titles, strict=True)
        ],
        "inputs": comparison.shown_inputs.to_dicts(),
        "counts": comparison.counts,
        "said": comparison.shifts,
        "is_one_scale": comparison.is_one_scale,
        "kept": title if is_kept else "",
    }
