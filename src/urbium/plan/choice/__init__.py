"""Choice: what a best plan alone does not say.

``alternatives`` finds plans nearly as good and what they share, ``front`` what worth costs in another aim,
``prospect`` what a plan achieves when its figures are uncertain, ``robust`` a plan that is good for every
draw, and ``replan`` what remains when some of it has happened otherwise.
"""

from urbium.plan.choice.alternatives import Alternatives, alternatives

__all__ = ["Alternatives", "alternatives"]
