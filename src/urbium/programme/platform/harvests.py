"""Harvests of a programme: catalogues of cities when they are due, and what differs from what is held.

A harvest stores page by page, in one change each, the versions of resources that changed and how far it is.
It can be interrupted anywhere and goes on where it was; what has not changed is not stored again. What is
gone at its source is shown as gone. The differences that remain are of resources that were changed here.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import msgspec
import polars as pl

from urbium.access import Actor
from urbium.clock import present
from urbium.errors import InputError, NotFoundError, UrbiumError
from urbium.model.dossiers import Dossier
from urbium.platform.harvest import HarvestedCatalogue, HarvestPage, code_of, digest_of, pages, updated
from urbium.platform.outbound import AllowedHosts, Response, fetch
from urbium.platform.resources import Resource, described
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules import pushes
from urbium.store import HarvestRun, Job, Sighting
from urbium.text import coded, text

_DAY: Final = 24 * 3600 * 1_000_000
_LIMIT: Final = 50 * 1024 * 1024
"""Bytes of one answer of a catalogue."""
_PATIENCE: Final = 60.0
"""Seconds for one answer."""
_HOUR: Final = 3600 * 1_000_000
_COUNTS: Final = ("new", "changed", "unchanged", "gone", "differing")
_JOB: Final = "harvest"
_LISTED: Final = ("published", "shared", "gone")


@dataclass(frozen=True, slots=True)
class HarvestOutcome:
    """What came of a harvest: resources that are new, changed, unchanged, gone, or differ from what is held.

    ``failure`` says why it could not be made, or not to its end.
    """

    source: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    differing: int = 0
    failure: str = ""


class Harvests:
    """Catalogues of cities that are harvested, and what differs from what is held."""

    def __init__(self, desk: Desk, casework: Casework, *, clock: Callable[[], int] = present) -> None:
        self._desk, self._casework, self._clock = desk, casework, clock
        self._store = desk.workspace.store
        self._cities: frozenset[str] = frozenset()

    def table(self, actor: Actor) -> pl.DataFrame:
        """Return the harvested catalogues that an actor sees, with the newest harvest and its outcome."""
        runs = self._store.harvests.runs()
        rows = []
        for sight in self._casework.listed(actor, "harvest"):
            run = runs.get(sight.dossier.code)
            outcome = run.outcome if run else {}
            rows.append(
                {"harvest": sight.dossier.code, "city": sight.dossier.city, "state": sight.dossier.state,
                 "title": sight.dossier.content["title"], "finished": run.finished if run else 0,
                 **{name: outcome.get(name, 0) for name in _COUNTS},
                 "failure": outcome.get("failure", "")}
            )  # fmt: skip
        numbers = dict.fromkeys(("finished", *_COUNTS), pl.Int64)
        words = dict.fromkeys(("harvest", "city", "state", "title"), pl.String)
        return pl.DataFrame(rows, schema=words | numbers | {"failure": pl.String}).with_columns(
            finished=pl.when(pl.col("finished") > 0).then(pl.from_epoch("finished", time_unit="us"))
        )

    def differences(self, actor: Actor, city: str) -> pl.DataFrame:
        """Return where what a city says differs from what is held here, as far as an actor sees both.

        Columns: code, identifier, title, what (``differs``, ``gone``, ``only here``), field, here, there.
        """
        place = self._desk.city(city).code
        is_harvested = any(
            one.dossier.state == "active"
            for one in self._casework.listed(actor, "harvest", where={"city": place})
        )
        rows: list[tuple[str, ...]] = []
        for sight in self._casework.listed(actor, "resource", where={"city": place, "state": list(_LISTED)}):
            if "parties" not in sight.circles:
                continue
            content = sight.dossier.content
            named = (sight.dossier.code, content["identifier"], content["title"])
            rows += [
                (*named, "differs", name, _written(content[name]), _written(value))
                for name, value in content["said"].items()
            ]
            if sight.dossier.state == "gone":
                rows.append((*named, "gone", "", "", ""))
            elif is_harvested and not content["harvest"]:
                rows.append((*named, "only here", "", "", ""))
        names = ("code", "identifier", "title", "what", "field", "here", "there")
        return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")

    # --- when -----------------------------------------------------------------------------------------------

    def due(self) -> list[str]:
        """Return the codes of the catalogues that are due, the interrupted ones first."""
        now, runs = self._clock(), self._store.harvests.runs()
        codes = []
        for one in self._desk.dossiers("harvest", state="active"):
            run = runs.get(one.code)
            wait = _HOUR if run and run.outcome.get("failure") else one.content["every"] * _DAY
            if run is None or not run.finished or run.finished + wait <= now:
                codes.append((run is None or bool(run.finished), one.code))
        return [code for _, code in sorted(codes)]

    def ask_when_due(self) -> Job | None:
        """Ask for a job that harvests what is due, unless one waits or is at work; None where none is needed.

        It is done for the account that let the first of them be harvested.
        """
        account = next((one for one in map(self._who_activated, self.due()) if one), None)
        if account is None or any(
            one.kind == _JOB and not one.has_ended for one in self._store.jobs.listed(None)
        ):
            return None
        now = self._clock()
        grants = [[one["role"], one["scope"], one["code"]] for one in account.content["grants"]]
        job = Job(
            id=f"{now:015x}{secrets.token_hex(8)}", kind=_JOB, account=account.code,
            request={"asked": {}, "grants": grants}, made=now, changed=now,
        )  # fmt: skip
        self._store.jobs.add(job)
        return job

    def _who_activated(self, code: str) -> Dossier | None:
        """Return the account that let a catalogue be harvested; None where it may not any more."""
        active = self._desk.dossier("harvest", code)
        account = self._desk.dossier("account", active.recorded_by) if active else None
        if account is None or account.state == "closed":
            return None
        return account if any(one["role"] == "office" for one in account.content["grants"]) else None

    def run_all(
        self, codes: Iterable[str], *, by: str, report: Callable[[Mapping[str, Any]], None] | None = None
    ) -> list[HarvestOutcome]:
        """Harvest catalogues one after the other; one that fails says why and holds up no other."""
        outcomes, listed = [], list(codes)
        for number, code in enumerate(listed):
            if report:
                report({"share": number / len(listed)})
            outcomes.append(self.run(code, by=by))
        return outcomes

    # --- one harvest ----------------------------------------------------------------------------------------

    def run(self, code: str, *, by: str) -> HarvestOutcome:
        """Harvest a catalogue, from where an interrupted harvest of it was; return what came of it.

        Raises NotFoundError where there is no such catalogue, InputError where it is not to be harvested.
        """
        source = self._desk.dossier("harvest", code)
        if source is None:
            raise NotFoundError(
                coded("programme.harvest.absent", "this catalogue does not exist"), place=code
            )
        if source.state != "active":
            raise InputError(
                coded("programme.harvest.inactive", "this catalogue is not being harvested at present"),
                place=code,
                remedy=text("someone else in the office must first activate it"),
            )
        self._cities = frozenset(self._store.cities()["code"])
        run = begun = self._begun(code)
        catalogue = source.content_as(HarvestedCatalogue)
        outcome = HarvestOutcome(**{"source": code} | dict(run.outcome if run.cursor else {}))
        outcome = replace(outcome, failure="")
        languages = self._desk.settings().languages
        try:
            for page in pages(catalogue, self._ask, cursor=run.cursor, mark=run.mark, languages=languages):
                with self._store.together():
                    outcome = self._stored(source, run, page, outcome, by)
                    place = page.mark if page.cursor else run.mark
                    run = replace(run, cursor=page.cursor, mark=place, outcome=asdict(outcome))
                    self._store.harvests.keep(run)
                mark, is_unchanged = page.mark, page.is_unchanged
        except UrbiumError as error:
            failed = replace(outcome, failure=str(error.message))
            # a page that is not there any more is not asked for again and again
            is_stuck = bool(run.mark) and run.cursor == begun.cursor
            cursor, place = (0, "") if is_stuck or not run.cursor else (run.cursor, run.mark)
            kept = replace(run, finished=self._clock(), outcome=asdict(failed), cursor=cursor, mark=place)
            self._store.harvests.keep(kept)
            return failed
        with self._store.together():
            if is_unchanged:
                outcome = replace(outcome, unchanged=len(self._store.harvests.seen(code)))
            else:
                outcome = self._gone(source, run, outcome, by)
            kept = replace(run, cursor=0, mark=mark, finished=self._clock(), outcome=asdict(outcome))
            self._store.harvests.keep(kept)
        return outcome

    def _begun(self, code: str) -> HarvestRun:
        """Return the run that goes on: the interrupted one, or a new one."""
        before = self._store.harvests.runs().get(code)
        if before is not None and before.cursor:
            return replace(before, finished=0)
        mark = before.mark if before else ""
        run = HarvestRun(code, secrets.token_hex(8), self._clock(), mark=mark)
        self._store.harvests.keep(run)
        return run

    def _ask(self, url: str, headers: Mapping[str, str]) -> Response:
        allowed = AllowedHosts.read(self._desk.settings().outbound_hosts)
        return fetch(url, allowed=allowed, limit=_LIMIT, timeout=_PATIENCE, headers=headers)

    def _stored(
        self, source: Dossier, run: HarvestRun, page: HarvestPage, outcome: HarvestOutcome, by: str
    ) -> HarvestOutcome:
        """Store what a page changes, and what it has shown; return the outcome with it."""
        seen = self._store.harvests.seen(source.code)
        said: dict[str, tuple[str, Resource, str]] = {}
        for city, resource in page.resources:
            name = resource.identifier or resource.title
            if name:
                place = city if city in self._cities else source.city
                said[name] = (place, resource, digest_of(described(msgspec.to_builtins(resource))))
        fresh = {name: one for name, one in said.items() if name not in seen or seen[name].digest != one[2]}
        versions = self._versions(source, fresh, {name: seen[name].code for name in fresh if name in seen})
        self._record(list(versions.values()), by, source)
        self._store.harvests.note(
            run,
            [
                Sighting(name, versions[name].code if name in versions else seen[name].code, one[2])
                for name, one in said.items()
            ],
        )
        return replace(
            outcome,
            new=outcome.new + sum(1 for one in versions.values() if not one.version),
            changed=outcome.changed + sum(1 for one in versions.values() if one.version),
            unchanged=outcome.unchanged + len(said) - len(fresh),
            differing=outcome.differing + sum(1 for one in versions.values() if one.content["said"]),
        )

    def _versions(
        self, source: Dossier, fresh: Mapping[str, tuple[str, Resource, str]], codes: Mapping[str, str]
    ) -> dict[str, Dossier]:
        """Return the resources that a page changes, as they are to be, by identifier."""
        by_hand = self._by_hand({place for place, _, _ in fresh.values()}) if len(codes) < len(fresh) else {}
        wanted = {
            name: codes.get(name)
            or by_hand.get((place, name))
            or code_of(source.code, name if place == source.city else f"{place} {name}")
            for name, (place, _, _) in fresh.items()
        }
        there = {one.code: one for one in self._desk.dossiers("resource", code=list(wanted.values()))}
        provinces: dict[str, str] = {}
        versions = {}
        for name, (place, resource, digest) in fresh.items():
            before = there.get(wanted[name])
            state = "shared" if resource.access_rights == "NON_PUBLIC" else "published"
            if before is None:
                content = msgspec.to_builtins(resource) | {"harvest": source.code}
                if place not in provinces:
                    provinces[place] = self._desk.city(place).province.get("en", "")
                versions[name] = Dossier(
                    kind="resource", code=wanted[name], state=state, content=content, action="harvest",
                    city=place, province=provinces[place],
                )  # fmt: skip
                continue
            content = updated(before.content | {"harvest": source.code}, resource, digest=digest)
            if not before.content["harvest"]:  # it was entered by hand: what is held stays
                content = updated(
                    before.content | {"harvest": source.code, "held": True}, resource, digest=digest
                )
            is_listed = before.state in _LISTED or before.action == "vanish"
            # what the city calls not public any more is shown to nobody, whoever changed it here
            moves = is_listed and (state == "shared" or not content["held"])
            versions[name] = msgspec.structs.replace(
                before, content=content, state=state if moves else before.state, action="harvest"
            )
        return versions

    def _by_hand(self, places: Iterable[str]) -> dict[tuple[str, str], str]:
        """Return the codes of resources of some cities that no harvest brought, by city and identifier."""
        return {
            (one.city, str(one.content["identifier"])): one.code
            for one in self._desk.dossiers("resource", city=sorted(places), state=list(_LISTED))
            if not one.content["harvest"] and one.content["identifier"]
        }

    def _gone(self, source: Dossier, run: HarvestRun, outcome: HarvestOutcome, by: str) -> HarvestOutcome:
        """Show what the source has no more as gone."""
        unseen = self._store.harvests.unseen(run)
        states = {"published": "gone", "shared": "retired"}
        codes = [one.code for one in unseen]
        listed = [one for one in _of_codes(self._desk, codes) if one.state in states]
        gone = [msgspec.structs.replace(one, state=states[one.state], action="vanish") for one in listed]
        self._record(gone, by, source)
        self._store.harvests.forget(run, [one.identifier for one in unseen])
        return replace(outcome, gone=len(gone))

    def _record(self, versions: list[Dossier], by: str, source: Dossier) -> None:
        if versions:
            for one in self._store.dossiers.record(versions, by=by, what="harvest", reason=source.code):
                pushes.of_resource(self._desk, one)


def _of_codes(desk: Desk, codes: list[str]) -> Iterator[Dossier]:
    for start in range(0, len(codes), 500):
        yield from desk.dossiers("resource", code=codes[start : start + 500])


def _written(value: Any) -> str:  # noqa: ANN401 - a field of a resource
    """Return a value in words: lists and records by their parts, those that are empty left out."""
    if isinstance(value, Mapping):
        return ", ".join(_written(one) for one in value.values() if one not in ("", None))
    return "; ".join(map(_written, value)) if isinstance(value, list) else str(value)
