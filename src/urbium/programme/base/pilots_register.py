"""The register of pilots: pilots, special projects, organisations, each number a count or a declared total.

A pilot is a record of before (somebody's published list) or a selected application; both are rows of one
table, and every page, export and count reads that table.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import polars as pl

from urbium.access import Clause
from urbium.columns import schema_of
from urbium.errors import ConflictError
from urbium.model.dossiers import Dossier
from urbium.packaged import words_of
from urbium.pilot.calls.register import SPECIAL, Count, counts, said
from urbium.pilot.calls.rounds import Round
from urbium.programme.base.workspace import Workspace
from urbium.text import Text, coded, text

_EVERYTHING = (Clause(frozenset(), "all", "", frozenset()),)
_PAST, _SEEN = "decided", "seen"
_ORGANISATION = "organisation"
COUNTED: Final[Mapping[str, Text]] = words_of("counted pilots")
"""What is counted of a round."""


class PilotsRegister:
    """Who takes part in a programme: pilots by round and kind, special projects, organisations."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._store = workspace.store

    def pilots(self) -> pl.DataFrame:
        """Return every pilot, new or widened: the records of before, then the selected applications.

        Columns: programme, round, kind, name_en, name_zh, province, level, year, source, city, status. An
        application of a place that has a record of the same round and kind is the same pilot.
        """
        records = self._store.pilots()
        known = {_key(row["round"], row["kind"], row["name_en"]) for row in records.iter_rows(named=True)}
        titles = {one.code: str(one.content["title"]) for one in self._listed("round")}
        rows = [
            _row(one, titles.get(one.round, ""))
            for one in self._selected()
            if one.content["kind"] != SPECIAL
            and _key(one.round, one.content["kind"], one.content["title"]) not in known
        ]
        if not rows:
            return records
        return pl.concat([records, pl.DataFrame(rows, schema=records.schema)])

    def counts(self) -> list[Count]:
        """Return how many new and widened pilots, special projects and organisations each round has."""
        rounds = {one.code: one.content_as(Round) for one in self._listed("round")}
        ordered = dict(
            sorted(rounds.items(), key=lambda item: (item[1].decided_on or item[1].opens or "9", item[0]))
        )
        pilots = [(row["round"] or "", row["kind"]) for row in self.pilots().iter_rows(named=True)]
        special = [one for one in self._selected() if one.content["kind"] == SPECIAL]
        projects = self._listed("project")
        bodies = {
            *((one.round, str(one.content["answers"].get(_ORGANISATION, ""))) for one in special),
            *((one.round, str(one.content["organisation"])) for one in projects),
        }
        records = [
            *pilots,
            *((one.round, SPECIAL) for one in [*special, *projects]),
            *((round_, _ORGANISATION) for round_, body in sorted(bodies) if body),
        ]
        return counts(records, {code: one.declared for code, one in ordered.items()})

    def table(self) -> pl.DataFrame:
        """Return the counts as a table: round, kind, known, declared, total, source."""
        columns = schema_of("round kind known declared total source", declared=pl.Int64(), total=pl.Int64())
        rows = [
            {
                "round": one.round, "kind": one.kind, "known": one.known, "declared": one.declared,
                "total": one.total, "source": one.source,
            }
            for one in self.counts()
        ]  # fmt: skip
        return pl.DataFrame(rows, schema=columns)

    def said(self) -> Text:
        """Return the register in one sentence."""
        return said(self.counts())

    def record_past(self, rounds: Mapping[str, Round], *, by: str, reason: str) -> None:
        """Register rounds that were decided before, with the totals that sources declare, or correct them.

        Raises ConflictError for a code of a round that is at work in this programme.
        """
        dossiers = [self._past(code, one) for code, one in rounds.items()]
        if dossiers:
            self._store.dossiers.record(dossiers, by=by, what="round: register", reason=reason)

    def _past(self, code: str, content: Round) -> Dossier:
        """Return a new round of before, or the next version of one that is registered."""
        stored = self._store.dossiers.one("round", code)
        fields = msgspec.to_builtins(content)
        if stored is None:
            return Dossier(kind="round", code=code, state=_PAST, content=fields)
        if stored.state != _PAST or self._listed("application", round=code):
            raise ConflictError(
                coded("programme.pilots.at_work", "the programme is already using a round with this code"),
                place=code,
                remedy=text("give the past round a different code"),
            )
        return msgspec.structs.replace(stored, content=fields, action="change")

    def _listed(self, kind: str, **where: str) -> list[Dossier]:
        return self._store.dossiers.listed(kind, _EVERYTHING, where=where)

    def _selected(self) -> list[Dossier]:
        examples = {one.code for one in self._listed("round") if one.content.get("is_example")}
        selected = self._listed("application", state="selected")
        return [one for one in selected if not one.content["is_test"] and one.round not in examples]


def _key(round_: str | None, kind: str, name: str | None) -> tuple[str, str, str]:
    return round_ or "", kind, " ".join((name or "").casefold().split())


def _row(application: Dossier, programme: str) -> dict[str, Any]:
    """Return a selected application as a pilot."""
    content = application.content
    at = application.recorded_at
    return {
        "programme": programme,
        "round": application.round,
        "kind": content["kind"],
        "name_en": content["title"],
        "name_zh": None,
        "province": application.province,
        "level": str(content["answers"].get("level", "")),
        "year": at.year if at else None,
        "source": f"application {application.code}",
        "city": application.city,
        "status": _SEEN,
    }
