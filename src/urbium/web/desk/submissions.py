"""Submissions: the figures that a city has sent, beside those that count now, and their file."""

from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from litestar import Response

from urbium.access import Actor
from urbium.errors import UrbiumError
from urbium.pilot.submissions import SUBMITTED
from urbium.programme import Programme
from urbium.programme.cases.casework import Seen
from urbium.programme.cases.suspects import without_rules
from urbium.web.desk.files import download
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment
from urbium.web.rendering.words import named_rows
from urbium.web.server.routes import reading

_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Submitted:
    """The figures of a submission that waits, as its page shows them: the first ones, and how many more."""

    rows: tuple[dict[str, Any], ...]
    more: int
    problem: UrbiumError | None = None


def submitted_figures(office: Programme, actor: Actor, sight: Seen) -> Submitted | None:
    """Return the figures of a submission that waits for the office; None for any other dossier."""
    dossier = sight.dossier
    if dossier.kind != "submission" or dossier.state != SUBMITTED:
        return None
    try:
        sent = office.figures.submitted(actor, dossier.code).table
    except UrbiumError as error:
        return Submitted((), 0, error)
    now = (
        office.register.figures_of(dossier.city)
        .filter("is_in_force")
        .select("variable", "area", "period", now="value", now_unit="unit", now_source="source")
    )
    variables = named_rows(office.catalogue.variables)
    publishers = {code: one.publisher for code, one in office.sources().items()}
    table = (
        sent.join(now, on=["variable", "area", "period"], how="left")
        .with_columns(
            name=pl.col("variable").replace(variables),
            now_source=pl.col("now_source").replace(publishers),
            reason=without_rules(pl.col("reason")),
        )
        .sort("variable", "area", "period")
    )
    return Submitted(tuple(table.head(_MOST).to_dicts()), max(table.height - _MOST, 0))


def submitted_file(office: FromOffice, actor: FromActor, code: Segment) -> Any:  # noqa: ANN401
    """Send the file of a submission to who sees it, as a download."""
    name, content = office.figures.submitted_file(actor, code)
    sent: Response[bytes] = download(name, "application/octet-stream", content)
    return sent


SUBMISSIONS = (reading("/submissions/{code:str}/file")(submitted_file),)
"""The addresses of what cities have sent."""
