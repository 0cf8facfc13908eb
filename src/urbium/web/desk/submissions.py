"""Submissions: the figures that a city has sent, beside those that count now, and their file."""

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from urbium.access import Actor
from urbium.errors import UrbiumError
from urbium.model import Status
from urbium.model.dossiers import Dossier
from urbium.pilot.submissions import SUBMITTED
from urbium.programme import Programme
from urbium.programme.cases.sight import Seen
from urbium.programme.cases.suspects import without_rules
from urbium.text import text
from urbium.web.desk.files import download
from urbium.web.rendering.listing import Listed, Listing
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment
from urbium.web.rendering.words import named_rows
from urbium.web.server.routes import reading

_LISTED: Final = (
    Listed("variable", by="name"), Listed("period"),
    Listed("sent", "value", by="value", title=text("Value sent"), is_stored=True),
    Listed("now", "submitted.now", by="now", is_stored=True),
    Listed("now_period", title=text("Period of the figure that counts now"), is_filed=True),
    Listed("reason", "suspect.reason", by="doubt"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Submitted:
    """The figures of a submission that waits, as a list of its page, or why they cannot be read."""

    table: Listing | None = None
    problem: UrbiumError | None = None


def submitted_figures(
    office: Programme, actor: Actor, sight: Seen, order: str = "", number: int = 1
) -> Submitted | None:
    """Return the figures of a submission that waits for the office; None for any other dossier.

    ``order`` and ``number`` are those of the list (:class:`urbium.web.rendering.listing.Listing`).
    """
    dossier = sight.dossier
    if dossier.kind != "submission" or dossier.state != SUBMITTED:
        return None
    try:
        sent = office.figures.submitted(actor, dossier.code).table
    except UrbiumError as error:
        return Submitted(problem=error)
    variables = named_rows(office.catalogue.variables)
    publishers = {code: one.publisher for code, one in office.sources().items()}
    table = (
        beside_known(office, sent)
        .with_columns(
            name=pl.col("variable").replace(variables),
            now_source=pl.col("now_source").replace(publishers),
            doubt=pl.when(pl.col("status") == Status.SUSPECT).then(without_rules(pl.col("reason"))),
        )
        .sort("variable", "area", "period")
    )
    return Submitted(Listing(table, _LISTED, f"/desk/submissions/{dossier.code}", {}, order, number))


def beside_known(office: Programme, sent: pl.DataFrame) -> pl.DataFrame:
    """Return figures of a file, each with the one that counts now for its period, else for the newest."""
    of, said = ["city", "variable", "area"], ["now", "now_unit", "now_period", "now_source"]
    known = office.register.figures_of(*sent["city"].unique()).filter("is_in_force").sort("period")
    known = known.rename({"value": "now", "unit": "now_unit", "source": "now_source"})
    known = known.select(*of, "period", *said[:2], "now_source", now_period="period")
    newest = known.unique(of, keep="last", maintain_order=True).select(*of, *said)
    both = sent.join(known, on=[*of, "period"], how="left").join(newest, on=of, how="left", suffix="_newest")
    return both.with_columns(pl.coalesce(name, f"{name}_newest").alias(name) for name in said)


def has_suspects(office: Programme, actor: Actor, dossier: Dossier) -> bool:
    """Say whether one of the figures of a submission is suspect; of those that cannot be read, none is."""
    try:
        sent = office.figures.submitted(actor, dossier.code).table
    except UrbiumError:
        return False
    return bool((sent["status"] == Status.SUSPECT).any())


def submitted_file(office: FromOffice, actor: FromActor, code: Segment) -> Any:  # noqa: ANN401
    """Send the file of a submission to who sees it, as a download."""
    name, content = office.figures.submitted_file(actor, code)
    return download(name, "application/octet-stream", content)


SUBMISSIONS = (reading("/submissions/{code:str}/file")(submitted_file),)
"""The addresses of what cities have sent."""
