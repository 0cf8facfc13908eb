r"""An independent check of a plan: every limit, the objective, the money and the bound, from the raw tables.

No solver and none of the planner's arithmetic beyond the problem (``plan/problem``) is used here: plain loops
over the roadmap's tables. Plans of anybody can be checked: a table of projects with start years, who pays
what, and what is trained. What is missed at a price is counted again; a plan that hides it is refused.

The bound is recomputed in :mod:`urbium.plan.verify.dual_bound` from the prices that came with the plan. A
claimed bound may be tighter than that, since a solver's branching proves more than prices do: what is
recomputed and what is only claimed are told apart. See ADR 0010.
"""

import math
from collections.abc import Callable, Iterator

from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.verify.audit import Audit
from urbium.plan.verify.choices import choices
from urbium.plan.verify.dual_bound import recomputed_bound
from urbium.plan.verify.money import money
from urbium.plan.verify.objective import recomputed_objective
from urbium.plan.verify.overruns import overruns
from urbium.plan.verify.people import people
from urbium.plan.verify.result import Certificate, Check, PlanClaim, measure, small
from urbium.plan.verify.standards import promises
from urbium.text import text

_OBJECTIVE = "objective"
_CLAIMED = "claimed bound not below the objective"
_RECOMPUTED = "recomputed bound not below the objective"
_BELOW = text("below the plan benefit")

_PARTS: tuple[Callable[[Audit], Iterator[Check]], ...] = (choices, money, overruns, people, promises)


def certify(roadmap: Roadmap, plan: PlanClaim) -> Certificate:
    """Check a plan against a roadmap, from the raw tables.

    Parameters
    ----------
    roadmap : the limits
    plan : a :class:`urbium.plan.Plan`, or a :class:`Proposal` of anybody
    """
    audit = Audit(roadmap, plan)
    checks = [check for part in _PARTS for check in part(audit)]
    worth = recomputed_objective(roadmap, audit.start, audit.training)
    dual_bound = recomputed_bound(roadmap, plan.proof, plan.overruns) if plan.proof is not None else None
    if plan.objective is not None:
        checks.append(
            measure(
                _OBJECTIVE,
                [(text("as claimed"), abs(plan.objective - worth), small(worth))],
            )
        )
    if plan.bound is not None and math.isfinite(plan.bound):  # without one nothing is claimed
        claimed = plan.objective if plan.objective is not None else worth
        excess = [(_BELOW, value - plan.bound, small(worth)) for value in (worth, claimed)]
        checks.append(measure(_CLAIMED, excess))
    if dual_bound is not None:
        checks.append(measure(_RECOMPUTED, [(_BELOW, worth - dual_bound, small(worth))]))
    return Certificate(tuple(checks), worth, dual_bound, plan.bound, recomputed_objective(roadmap, {}))
