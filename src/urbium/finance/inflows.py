"""Inflows of a plan: what each of its projects brings in a year, and which are cost-only, with the reason.

In: a roadmap, whose table ``inflows`` says what each project would bring, and the projects that are built.
Out: one row a project. Money that several projects of a city share is booked for one of them. How the rows of
the catalogue become those of a roadmap: :mod:`urbium.plan.build.inflows`. No value of any of it is discounted
here, and no return is computed.
"""

from collections.abc import Iterable
from typing import Final

import polars as pl

from urbium.errors import InputError, nearest
from urbium.model import Evidence, Outcome
from urbium.plan import Roadmap
from urbium.text import text

__all__ = ["booked_effects", "project_inflows"]

_NONE: Final = "none"
_NOTHING: Final = text("finance.inflows.nothing", "the roadmap says nothing of what it brings in")
_TEXTS: Final = ("kind", "receiver", "outcome", "running_cost", "overlap", "same_effects", "evidence", "note")


def project_inflows(road: Roadmap, projects: Iterable[str]) -> pl.DataFrame:
    """Return what the built projects of a roadmap bring in each year after their last build year.

    Columns: project, city, solution, kind (``none``: cost-only), receiver, low and high (millions of the
    roadmap's currency a year, null for cost-only projects), outcome, running_cost, overlap, same_effects,
    evidence, note, and ``reason``: why a project is cost-only, empty for the others.

    Of the projects of a city that bring the same money (``overlap``) the one whose money came rather than was
    promised has it, then the better founded, then the larger, then the first by name.

    Raises InputError for a project that the roadmap does not have.
    """
    built = list(dict.fromkeys(projects))
    every = road.projects.select("project", "city", "solution")
    known = set(every["project"])
    unknown = [project for project in built if project not in known]
    if unknown:
        raise InputError(
            text("finance.inflows.no_project", "the roadmap has no project {project!r}", project=unknown[0]),
            place="projects",
            remedy=nearest(unknown[0], every["project"].to_list()),
        )
    rows = (
        pl.DataFrame({"project": built}, schema={"project": pl.String})
        .join(every, on="project", maintain_order="left")
        .join(road.inflows, on="project", how="left", maintain_order="left")
        .with_columns(
            note=pl.when(pl.col("kind").is_null()).then(pl.lit(str(_NOTHING))).otherwise("note"),
            kind=pl.col("kind").fill_null(_NONE),
        )
        .with_columns(pl.col(_TEXTS).fill_null(""))
    )
    return _once_a_city(rows)


def _once_a_city(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with the money that several projects of a city share at one of them."""
    outcomes, grades = ([word.value for word in words] for words in (Outcome, Evidence))
    ranked = rows.with_columns(
        outcome_rank=pl.col("outcome").replace_strict(outcomes, range(len(outcomes)), default=len(outcomes)),
        grade=pl.col("evidence").replace_strict(grades, range(len(grades)), default=len(grades)),
        is_shared=(pl.col("kind") != _NONE) & (pl.col("overlap") != ""),
    )
    first = (
        ranked.filter("is_shared")
        .sort("outcome_rank", "grade", "high", "project", descending=[False, False, True, False])
        .unique(["city", "overlap"], keep="first", maintain_order=True)
        .select("city", "overlap", holder="project")
    )
    joined = ranked.join(first, on=["city", "overlap"], how="left", maintain_order="left")
    yields = pl.col("is_shared") & (pl.col("holder") != pl.col("project"))
    reasons = pl.Series(
        [
            str(text("finance.inflows.same_money", "{project} has the same money ({overlap})",
                     project=row["holder"], overlap=row["overlap"]))
            if row["is_shared"] and row["holder"] != row["project"]
            else (row["note"] if row["kind"] == _NONE else "")
            for row in joined.iter_rows(named=True)
        ],
        dtype=pl.String,
    )  # fmt: skip
    return joined.with_columns(
        reason=reasons,
        kind=pl.when(yields).then(pl.lit(_NONE)).otherwise("kind"),
        **{end: pl.when(~yields).then(end) for end in ("low", "high")},
    ).select(*rows.columns, "reason")


def booked_effects(rows: pl.DataFrame) -> pl.DataFrame:
    """Return project and indicator of the effects whose gain is booked as money already.

    A benefit-cost ratio that prices effects leaves these out, so that no gain is counted twice.
    """
    return (
        rows.filter((pl.col("kind") != _NONE) & (pl.col("same_effects") != ""))
        .select("project", indicator=pl.col("same_effects").str.split(";"))
        .explode("indicator")
    )
