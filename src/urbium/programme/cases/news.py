"""News: what has changed since an instant, as its reader may see it: results, publications, figures, cases.

What everybody may know of cases is that calls are decided, reports accepted, grades published and lessons
adopted; a person is told, too, how the cases moved that it sees as more than the public does.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Final

import polars as pl

from urbium.access import Actor
from urbium.model.dossiers import Dossier
from urbium.observations.corrections import corrections
from urbium.programme.base.stages import STAGES
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.kinds import KINDS
from urbium.programme.cases.sight import PUBLIC_ONLY, Seen, stands, visible
from urbium.text import Text, text

_ADOPTED: Final = {
    "scores": ("/cities", text("New scores and ranks of the cities were adopted")),
    "outlook": (
        "/nation",
        text("A new outlook was adopted: how many people are expected to live in the cities"),
    ),
    "plan": ("/plan", text("A new plan was adopted: which projects are built where and when, and who pays")),
}
"""Where an adopted result is shown, and what is said of it."""
_TOLD: Final = frozenset({"round", "report", "grade", "lesson"})
"""Kinds of cases of which everybody is told."""
WORK: Final = "work"
"""What is said of what becomes of the plan, anywhere."""
_OF_PLAN: Final = frozenset({"taskbook", "amendment", "report"})
"""Kinds that say what becomes of the plan."""
_UNTOLD: Final = frozenset({"account", "account_change", "setting_change", "comment", "delivery", "visit"})
"""Kinds that are no news to anybody: comments wait on the desk of whoever they are for."""
_LETTER: Final = "city_letter"
"""The kind of which answers alone are news: each of many letters that were sent is none."""
_SECOND: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Change:
    """Something that changed: when, what, where it is shown, and which city or plan it is about."""

    at: datetime
    said: Text
    address: str
    about: frozenset[str] = frozenset()


class News:
    """What has changed since an instant, as somebody may see it."""

    def __init__(self, desk: Desk, casework: Casework) -> None:
        self._desk, self._store = desk, desk.workspace.store
        self._casework = casework

    def last_visit(self, actor: Actor) -> datetime | None:
        """Return when somebody signed in before this time; None for who did not."""
        instants = self._store.accounts.signed_in(actor.account, most=2) if actor.account else []
        return datetime.fromtimestamp(instants[1] / _SECOND, UTC) if len(instants) > 1 else None

    def since(
        self,
        actor: Actor,
        instant: datetime,
        *,
        most: int = 10,
        counts: Callable[[Change], bool] = lambda _: True,
    ) -> list[Change]:
        """Return what changed after an instant, the newest first and at most so much of what counts."""
        changes = [
            *filter(counts, self.adopted(instant)),
            *filter(counts, self._published(instant)),
            *islice(filter(counts, self._moved(actor, instant)), most),
        ]
        return sorted(changes, key=lambda one: one.at, reverse=True)[:most]

    def corrected(self, instant: datetime) -> pl.DataFrame:
        """Return the figures that were corrected after an instant; see :func:`corrections`."""
        every = self._desk.workspace.once(
            "corrected figures",
            lambda: corrections(
                self._store.observations(history=True), self._desk.workspace.catalogue.variables
            ),
        )
        return every.filter(pl.col("recorded_at") > instant.astimezone(UTC))

    def adopted(self, instant: datetime) -> Iterator[Change]:
        """Yield the results that were adopted after an instant."""
        kept = self._store.kept("adopted")
        newest = {row["id"]: row["recorded_at"] for row in kept.sort("recorded_at").iter_rows(named=True)}
        for name, (page, said) in _ADOPTED.items():
            at = newest.get(STAGES[name].basis.name)
            if at is not None and at > instant:
                yield Change(at, said, page, frozenset({name}))

    def _published(self, instant: datetime) -> Iterator[Change]:
        for one in self._store.publications.listed():
            at = datetime.fromtimestamp(one.made / _SECOND, UTC)
            is_asked_since = datetime.fromtimestamp(one.known_on / _SECOND, UTC) == instant
            if at > instant and not is_asked_since:
                yield Change(at, text("Published: open data"), f"/publications/{one.id}")

    def _moved(self, actor: Actor, instant: datetime) -> Iterator[Change]:
        """Yield the cases that others have moved, those moved last first."""
        kinds = KINDS.keys() - _UNTOLD if actor.account else _TOLD
        names = self._store.dossiers.changed(kinds, since=instant)
        shown = visible(self._store.dossiers, actor, names)
        for kind, code in names:
            if (kind, code) in shown:
                sight = self._casework.opened(actor, kind, code)
                change = self.change(sight)
                if change.at > instant and self._is_news(actor, sight):
                    yield change

    def _is_news(self, actor: Actor, sight: Seen) -> bool:
        dossier = sight.dossier
        if sight.circles == PUBLIC_ONLY:
            return dossier.kind in _TOLD
        is_sent = dossier.kind == _LETTER and dossier.state != "answered"
        return dossier.recorded_by != actor.account and not is_sent

    def change(self, sight: Seen) -> Change:
        """Return how a case stands, as what changed last in it."""
        dossier: Dossier = sight.dossier
        kind = KINDS[dossier.kind]
        is_open = sight.circles == PUBLIC_ONLY
        title = str(dossier.content.get("title") or self._casework.title_above(sight) or dossier.code)
        said = {"title": title, "state": stands(dossier, sight.circles, self._desk.today())}
        assert dossier.recorded_at is not None  # noqa: S101 - what is stored has its instant
        return Change(
            dossier.recorded_at,
            text("{title}: {state}", **said)
            if str(kind.title).lower() in title.lower().split()
            else text("{title} ({kind}): {state}", kind=kind.title, **said),
            f"/{'programme' if is_open else 'desk'}/{kind.plural}/{dossier.code}",
            frozenset({dossier.city, WORK if dossier.kind in _OF_PLAN else ""}),
        )
