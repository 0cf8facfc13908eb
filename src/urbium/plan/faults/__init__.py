"""What can be wrong with the tables of a roadmap: one function a rule, each yielding its faults.

A rule never raises; :meth:`urbium.plan.roadmap.Roadmap.check` collects all faults and raises once.
"""

from collections.abc import Mapping
from typing import Any

from urbium.errors import Fault
from urbium.plan.faults.cells import cells
from urbium.plan.faults.choices import choices
from urbium.plan.faults.money import money
from urbium.plan.faults.people import people
from urbium.plan.faults.rule import Tables
from urbium.plan.faults.worth import promises, worth

__all__ = ["find_faults"]


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
