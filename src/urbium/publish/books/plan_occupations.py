"""Plan occupations: the sheet of the people of a plan by occupation and year, with ranges and evidence."""

import polars as pl

from urbium.publish.books.band_columns import Listing, heads
from urbium.publish.books.plan_names import NamedPlan
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
    return Listing(
        "Occupations",
        text("book.plan.occupations", "People by occupation and year, full-time posts"),
        text(
            "book.plan.occupations_note",
            "Low and high: where 80 % of all cases lie if every figure behind a row is wrong in the same "
            "direction (assumptions by evidence level). Years after the plan: what was built is run. Running "
            "staff is known of few solutions only.",
        ),
        rows.with_columns(pl.col("phase").replace(phases), pl.col("kind").replace(kinds)),
        heads(
            "occupation.title", "isco08", "occupations.kind", "phase", "year", "posts", "posts.low",
            "posts.high", "evidence",
        ),
    )  # fmt: skip
