"""What can be wrong with the tables of a roadmap: cells first, then what each rule asks of them.

A check never raises; :func:`check_roadmap` collects all faults and raises once.
"""

from urbium.plan.problem.cells import cells
from urbium.plan.problem.files import refuse_roadmap
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.rules import RULES


def check_roadmap(roadmap: Roadmap) -> None:
    """Raise one InputError that carries every fault of a roadmap's tables; do nothing when there is none.

    Rules are asked only when the cells are in order: they need references that hold.
    """
    faults = [*cells(roadmap)] or [fault for rule in RULES for fault in rule.check(roadmap)]
    refuse_roadmap(faults, "roadmap")
