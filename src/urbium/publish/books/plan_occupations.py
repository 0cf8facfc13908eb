"""Plan occupations: the sheet of the people of a plan by occupation and year, with ranges and evidence."""

import polars as pl

from urbium.publish.books.band_columns import TENTHS, YEAR, Listing
from urbium.publish.books.plan_names import Field, NamedPlan, sheet
from urbium.talent import Assumed, demand
from urbium.text import Text, say, text

__all__ = ["occupations"]

_PHASES: dict[str, Text] = {
    "building": text("book.plan.phase_building", "building"),
    "running": text("book.plan.phase_running", "running"),
}


def occupations(named: NamedPlan) -> Listing | None:
    """Return the people of a plan by occupation, phase and year; None where nobody is known to be needed."""
    rows = demand(named.plan, named.catalogue, Assumed(named.catalogue)).of_nation
    if rows.is_empty():
        return None
    kinds = dict(named.plan.roadmap.occupations.select("occupation", "name").iter_rows())
    phases = {code: str(say(words)) for code, words in _PHASES.items()}
    return sheet(
        "Occupations",
        text("book.plan.occupations", "People by occupation and year, full-time posts"),
        text(
            "book.plan.occupations_note",
            "Low and high: where 80 % of all cases lie if every figure behind a row is wrong in the same "
            "direction (assumptions by evidence level). Years after the plan: what was built is run. Running "
            "staff is known of few solutions only.",
        ),
        rows.with_columns(pl.col("phase").replace(phases), pl.col("kind").replace(kinds)),
        (
            Field("title", text("book.plan.occupation", "Occupation"), width=34),
            Field("isco08", text("book.plan.isco08", "ISCO-08"), width=9),
            Field("kind", text("book.plan.limited_as", "Limited by the plan as"), width=26),
            Field("phase", text("book.plan.phase", "Phase"), width=10),
            Field("year", text("book.plan.year", "Year"), YEAR, 7),
            Field("posts", text("book.plan.posts", "Posts"), TENTHS),
            Field("low", text("book.plan.low", "Low"), TENTHS),
            Field("high", text("book.plan.high", "High"), TENTHS),
            Field("evidence", text("book.plan.evidence_label", "Evidence"), width=14),
        ),
    )
