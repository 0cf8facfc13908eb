"""The subproblem of a city at dual prices: its part of the model, and the best whole plan of it so far."""

from dataclasses import dataclass

import highspy
import numpy as np

from urbium.plan.milp.model import Part
from urbium.plan.milp.work import Work
from urbium.plan.variables import Floats


@dataclass
class Subproblem:
    """A city's part with its solver for the relaxation, and the best whole plan found for it.

    ``work`` is what was done for it in a thread and is not counted for all yet.
    """

    part: Part
    scale: float
    relaxed: highspy.Highs
    work: Work
    x: Floats
    value: float = 0.0
    bound: float = np.inf

    @property
    def use(self) -> Floats:
        """What the city's plan uses of each coupling row."""
        return self.uses(self.x)

    def take(self, x: Floats) -> None:
        """Make x the city's plan."""
        self.x, self.value = x, float(self.part.matrix.cost @ x)

    def worth_at(self, prices: Floats) -> float:
        """What the city's plan is worth after paying for what it uses."""
        return self.value - float(prices @ self.use)

    def uses(self, x: Floats) -> Floats:
        """What values of the city's columns use of each coupling row."""
        model = self.part.matrix
        first = len(model.lower) - self.part.shared
        used = np.bincount(model.row, model.value * x[model.column], minlength=len(model.lower))
        return np.asarray(used[first:], dtype=float)

    def priced(self, prices: Floats) -> Floats:
        """Return the city's cost at prices of the coupling rows."""
        model = self.part.matrix
        first = len(model.lower) - self.part.shared
        at = model.row >= first
        charge = np.bincount(
            model.column[at], prices[model.row[at] - first] * model.value[at], minlength=len(model.cost)
        )
        return np.asarray(model.cost - charge, dtype=float)
