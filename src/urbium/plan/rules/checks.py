"""What can be wrong with the tables of a roadmap: one function a rule, each yielding its faults.

A rule never raises; :meth:`urbium.plan.problem.roadmap.Roadmap.check` collects all faults and raises once.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from urbium.errors import Fault, InputError, counted
from urbium.plan.problem.cells import cells
from urbium.plan.problem.keys import Tables
from urbium.plan.problem.roadmap import NATIONWIDE, Roadmap
from urbium.plan.rules.faults_choices import choices
from urbium.plan.rules.faults_money import money
from urbium.plan.rules.faults_people import people
from urbium.plan.rules.faults_worth import promises, worth

__all__ = ["check_roadmap", "find_faults"]


def check_roadmap(roadmap: Roadmap) -> None:
    """Raise one InputError that carries every fault of a roadmap's tables; do nothing when there is none."""
    faults = find_faults(roadmap.tables, roadmap.years, asdict(roadmap.settings), NATIONWIDE)
    if faults:
        raise InputError(
            f"the roadmap has {counted(faults)}",
            place="roadmap",
            remedy="correct each one named",
            faults=faults,
        )


def find_faults(tables: Tables, years: range, settings: Mapping[str, Any], nationwide: str) -> list[Fault]:
    """Return every fault of a roadmap's tables; an empty list means that it can be planned.

    Parameters
    ----------
    tables : the tables by name, with the columns of ``roadmap.TABLES``
    years : the plan years
    settings : the fields of ``roadmap.Settings``
    nationwide : the place that stands for the whole programme
    """
    faults = [*cells(tables, years, settings, nationwide), *worth(tables)]
    if faults:
        return faults
    return [  # these need references that hold
        *choices(tables),
        *money(tables, years),
        *people(tables, nationwide),
        *promises(tables, settings),
    ]
