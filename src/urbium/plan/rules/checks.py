"""What can be wrong with the tables of a roadmap: cells first, then what each rule asks of them.

A check never raises; :func:`check_roadmap` collects all faults and raises once.
"""

from urbium.errors import Fault, refuse
from urbium.plan.problem.cells import cells
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.rules import RULES
from urbium.text import coded, text


def check_roadmap(roadmap: Roadmap) -> None:
    """Raise one InputError that carries every fault of a roadmap's tables; do nothing when there is none."""
    faults = find_faults(roadmap)
    refuse(
        faults,
        "roadmap",
        coded(
            "plan.roadmap_faults",
            "the roadmap has one fault",
            "the roadmap has {count} faults",
            count=len(faults),
        ),
        text("correct each of those listed"),
    )


def find_faults(roadmap: Roadmap) -> list[Fault]:
    """Return every fault of a roadmap's tables; an empty list means that it can be planned.

    Rules are asked only when the cells are in order: they need references that hold.
    """
    faults = [*cells(roadmap)]
    return faults or [fault for rule in RULES for fault in rule.check(roadmap)]
