"""Choice: what a best plan alone does not say.

``alternatives`` finds plans nearly as good and what they share, ``front`` what worth costs in another aim,
``prospect`` what a plan achieves when its figures are uncertain, ``robust`` a plan that is good for every
draw, and ``replan`` what remains when some of it has happened otherwise.
"""

from urbium.plan.analysis.actuals import ACTUALS, read_actuals
from urbium.plan.analysis.alternatives import Alternatives, alternatives
from urbium.plan.analysis.draws import Draws, Together
from urbium.plan.analysis.monte_carlo import Prospect, prospect
from urbium.plan.analysis.pareto import Against, Front, front
from urbium.plan.analysis.ranges import Ranges, ranges
from urbium.plan.analysis.replanning import Replanning, replan
from urbium.plan.analysis.robust import Aim, RobustPlan, robust
from urbium.plan.search.progress import Tally

__all__ = [
    "ACTUALS",
    "Against",
    "Aim",
    "Alternatives",
    "Draws",
    "Front",
    "Prospect",
    "Ranges",
    "Replanning",
    "RobustPlan",
    "Tally",
    "Together",
    "alternatives",
    "front",
    "prospect",
    "ranges",
    "read_actuals",
    "replan",
    "robust",
]
