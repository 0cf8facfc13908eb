"""Rules of submissions: what is read of a file that a body sends, and how its figures come to count."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import polars as pl

from urbium.errors import Fault, InputError, NotFoundError
from urbium.files import write_whole
from urbium.model import Source, Status
from urbium.model.dossiers import Dossier
from urbium.pilot.submissions import Submission, SubmittedVariable, answer_faults, body_of, submission_fault
from urbium.programme.cases.desk import Desk
from urbium.store import FileStamp
from urbium.text import coded, text

if TYPE_CHECKING:
    from urbium.sources import Reading


def reading_of(desk: Desk, dossier: Dossier) -> "Reading":
    """Read the file of a submission, checked against what is stored now; its figures are the city's own.

    The checks of a step and what it notes read at one instant, and so the same reading. Raises InputError
    where the file is not kept or cannot be read.
    """
    submission, sender = dossier.content_as(Submission), _body(desk, dossier).id
    of_file = (submission.sha256, submission.name, submission.mapping, submission.encoding)
    question = ("reading", dossier.city, sender, submission.projected_from, *of_file)
    return desk.workspace.store.asked(question, lambda: _read(desk, dossier, submission, sender))


def _read(desk: Desk, dossier: Dossier, submission: Submission, sender: str) -> "Reading":
    check_mapping(submission.mapping)
    kept = desk.workspace.store.dossiers.attachment(submission.sha256)
    if kept is None:
        raise InputError(
            coded("programme.submission.no_file", "the file containing these figures is not stored"),
            place=dossier.code,
            remedy=text("submit the file, not just its digest"),
        )
    with tempfile.TemporaryDirectory(prefix="urbium-") as folder:
        path = Path(folder) / Path(submission.name or "figures").name
        write_whole(path, kept[0])
        return desk.register.check(
            path,
            mapping=submission.mapping or None,
            projected_from=submission.projected_from,
            encoding=submission.encoding,
            senders={dossier.city: sender},
        )


def _body(desk: Desk, dossier: Dossier) -> Source:
    """Return the source of what is submitted: who sends it, the city or its province."""
    return body_of(desk.city(dossier.city), _sending_province(desk, dossier))


def _sending_province(desk: Desk, dossier: Dossier) -> str:
    """Return the province that sends figures, by the roles of the account; empty where the city does."""
    submission = dossier.content_as(Submission)
    if submission.variables:  # noted when they were sent
        return submission.province
    account = desk.dossier("account", dossier.recorded_by)
    places = {(one["scope"], one["code"]) for one in account.content["grants"]} if account else set()
    is_of_city, is_of_province = ("city", dossier.city) in places, ("province", dossier.province) in places
    return dossier.province if is_of_province and not is_of_city else ""


def check_mapping(name: str) -> None:
    """Raise NotFoundError unless a mapping is a packaged one: nobody names a file of this machine."""
    from urbium.sources.mappings.packaged_mappings import packaged_mappings  # noqa: PLC0415 - heavy

    names = packaged_mappings()["mapping"].to_list()
    if name and name not in names:
        raise NotFoundError.named(text("mapping"), name, names)


def _readable(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that the file can be stored as it is, and is of the city alone."""
    if not dossier.city:
        return [
            submission_fault(
                "city",
                coded("programme.submission.no_city", "the city to which the figures belong is not stated"),
                text("name the city"),
            )
        ]
    reading = reading_of(desk, dossier)
    others = set(reading.table["city"]) - {dossier.city}
    if others:
        return [
            submission_fault(
                "city",
                coded(
                    "programme.submission.others",
                    "the file has figures for other places: {codes:list}",
                    codes=sorted(others),
                ),
                text("submit one file for each city"),
            )
        ]
    reading.raise_if_refused()
    return []


def _accepted(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    return [*_readable(desk, dossier), *answer_faults(dossier.content_as(Submission))]


def _returned(_desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    if dossier.content_as(Submission).answer.strip():
        return []
    return [
        submission_fault(
            "answer",
            coded("programme.submission.no_reason", "the submission is returned without a reason"),
            text("tell the city what to correct"),
        )
    ]


def _with_variables(desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Note what was read of the file, and whose figures they are."""
    counts = (
        reading_of(desk, dossier)
        .table.group_by("variable")
        .agg(figures=pl.len(), suspects=(pl.col("status") == Status.SUSPECT).sum())
        .sort("variable")
    )
    variables = [msgspec.to_builtins(SubmittedVariable(**row)) for row in counts.iter_rows(named=True)]
    noted = {"variables": variables, "province": _sending_province(desk, dossier)}
    return [dossier.noting(**noted)]


def _count(desk: Desk, dossier: Dossier) -> None:
    """Store the accepted figures, which count from this instant on."""
    submission, reading = dossier.content_as(Submission), reading_of(desk, dossier)
    sender = desk.workspace.store.dossiers.history(dossier.kind, dossier.code)[0].recorded_by
    reason = text(
        "{title} (submission {name}, sent by {sender})",
        title=submission.title, name=dossier.code, sender=sender
    ).render()  # fmt: skip
    table = reading.table.filter(~pl.col("variable").is_in(submission.left_out))
    if submission.takes_suspects:
        is_suspect = pl.col("status") == Status.SUSPECT
        table = table.with_columns(
            status=pl.when(is_suspect).then(pl.lit(Status.ACCEPTED.value)).otherwise("status")
        )
    faults = [one for one in reading.faults if one.variable not in submission.left_out]
    desk.register(sources=[_body(desk, dossier)], by=dossier.recorded_by, reason=reason)
    desk.workspace.store.record(
        table,
        by=dossier.recorded_by,
        reason=reason,
        file=FileStamp(submission.name, submission.sha256),
        faults=faults,
    )


SUBMISSIONS: Final[tuple[Any, Any, Any]] = (
    {"create": _readable, "accept": _accepted, "return": _returned},
    {"create": _with_variables},
    {"accept": _count},
)
"""The checks of submissions, what else their steps change, and what becomes of accepted ones."""
