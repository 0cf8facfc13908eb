"""A plan of anybody on a roadmap of ours: starts are given, who pays and is trained is worked out."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from urbium.columns import schema_of
from urbium.errors import Fault, nearest, refuse
from urbium.plan.milp.financing import split_money, with_overruns
from urbium.plan.milp.model import assemble
from urbium.plan.result.assembly import make_plan
from urbium.plan.result.plan import Plan
from urbium.plan.variables import Variables
from urbium.plan.verify.result import Proposal
from urbium.sources.door import read_table
from urbium.text import coded, text

_STARTS = {"project": pl.String(), "start": pl.Int64()}
_MONEY = schema_of("project fund year kind amount")


def read_starts(path: str | Path) -> pl.DataFrame:
    """Read a CSV file or a workbook with the columns project and start; others are not looked at.

    Raises InputError with every cell that is not what its column holds.
    """
    return read_table(path, _STARTS, needed=tuple(_STARTS))


def proposed(plan: Plan, starts: pl.DataFrame) -> Plan | Proposal:
    """Return a plan with other starts on the roadmap of a plan, to be certified with its bound and prices.

    Parameters
    ----------
    plan : gives the roadmap, and a bound that holds for every plan of it
    starts : project, start: what begins, and in which year

    Returns
    -------
    A proposal without money where no split of it can pay for these starts; its certificate says what breaks.

    Raises
    ------
    InputError
        When a project is unknown or named twice, or a year is none of the plan; all are named.
    """
    faults = list(_faults(plan, starts))
    refuse(
        faults,
        "starts",
        coded(
            "plan.starts.faults",
            "the table of start years has one fault",
            "the table of start years has {count} faults",
            count=len(faults),
        ),
        text("correct each of those listed"),
    )
    lay = Variables(plan.roadmap)
    model, overruns = with_overruns(lay, assemble(lay))
    start = np.full(len(lay.build), -1)
    start[lay.numbers(starts["project"])] = starts["start"].to_numpy() - plan.roadmap.years[0]
    fits = (start <= lay.last_start).all()
    split = split_money(lay, model, start) if fits else None
    if split is None:
        table = starts.select(_STARTS.keys())
        return Proposal(table, pl.DataFrame(schema=_MONEY), None, plan.bound, plan.proof, overruns)
    return make_plan(
        lay, start, split, bound=plan.bound, proof=plan.proof, overruns=overruns, settings=plan.settings
    )


def _faults(plan: Plan, starts: pl.DataFrame) -> Iterator[Fault]:
    projects, years = set(plan.roadmap.projects["project"]), plan.start_years
    for row, (project, start) in enumerate(starts.select(_STARTS.keys()).iter_rows(), start=2):
        cell = f"row {row}"
        if project not in projects:
            message = coded("plan.starts.unknown", "there is no project {name!r}", name=project)
            yield Fault("error", message, nearest(str(project), projects), cell=cell)
        if start not in years:
            remedy = text("enter {first} to {last}", first=years[0], last=years[-1])
            yield Fault("error", coded("plan.starts.year", "start is {year}", year=start), remedy, cell=cell)
    for project in starts.filter(starts["project"].is_duplicated())["project"].unique(maintain_order=True):
        message = coded("plan.starts.twice", "{project} appears more than once", project=project)
        yield Fault("error", message, text("keep one row"), cell="project")
