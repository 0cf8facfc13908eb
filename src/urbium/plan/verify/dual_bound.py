r"""A bound of every plan, recomputed from prices and the raw tables in plain loops.

For any prices not below 0 (that they are good is the search's affair, that the number holds is shown here) no
plan can be worth more than

.. math:: \sum_{c,i,t} \sum_s w_s \max(0, r_{cit} q_s + \lambda_{cit} q_s - \alpha_{cit})
          + \sum_p \max_s \left( \text{gain}_{ps}(\alpha) - \text{cost}_{ps}(\pi, \mu) \right)
          + \sum_j u_j \max(0, \rho_j) + \pi b

where each project may take its best start year by itself and each fund's money its cheapest split, and each
other variable j (training, money that is kept, what is missed) its best value between 0 and its most
:math:`u_j`: weak duality (Geoffrion 1974, *Lagrangean relaxation for integer programming*), checked by adding
up. :math:`\lambda` is what fairness pays for closing in the last year.
"""

import polars as pl

from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.verify.dual_prices import Prices
from urbium.plan.verify.dual_projects import ProjectGains
from urbium.plan.verify.dual_shared import gaps, limits, others
from urbium.plan.verify.dual_standards import missed


def recomputed_bound(roadmap: Roadmap, proof: pl.DataFrame, overruns: pl.DataFrame | None = None) -> float:
    """Recompute from prices a number that no plan's objective can exceed.

    Parameters
    ----------
    proof : ``row`` (the name of a limit, such as ``budget[nation,2017]``) and ``price``; prices of the wrong
        sign or not finite count as 0, so do those of limits that the tables do not have; limits that are not
        named have price 0: every table gives a valid bound
    overruns : limits that committed projects exceed: limit, place, year, amount
    """
    prices = Prices(roadmap, proof, overruns)
    projects = ProjectGains(prices)
    gained = sum(projects.best(row) for row in roadmap.projects.iter_rows(named=True))
    return float(gaps(prices) + limits(prices) + others(prices) + gained - missed(prices))
