r"""Where each variable of the model stands, and the roadmap as arrays.

:math:`X_{pt}` (binary): project p is started by the end of year t; it exists from the first to the last year
in which p may start, is 0 before and keeps its last value after. :math:`y_{cits}`: what is closed of segment
s of the gap of city c in indicator i. :math:`g_{Gft}`: what fund f pays in year t for group G; a group is the
projects of one city with the same terms (finance models, largest shares), so that a split of the group's
money is a split of each project's money in the same proportions: nothing is lost.

Where the roadmap has such limits there are, too: :math:`z_{kt}` (whole), units of training of occupation k;
:math:`h_{ckt}`, places that the nation lends to a city; :math:`v_{Pt}`, money of place P that is kept for
later years; :math:`m_S`, standard S is missed; :math:`l_r`, what rule r of fairness lacks; :math:`n_j`, soft
prerequisite j is lacking; :math:`F_{cis}` (binary), segment s is full in the last year.

References: Wolsey, *Integer Programming* (started-by variables).
"""

from urbium.plan.variables.projects import NEVER, Floats, Integers
from urbium.plan.variables.variables import Variables

__all__ = ["NEVER", "Floats", "Integers", "Variables"]
