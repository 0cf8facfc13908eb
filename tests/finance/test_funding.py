"""The cheapest funding is that which trying every vertex of every choice of tickets finds."""

import itertools

import numpy as np
import pytest

from seeds import a_few_of
from urbium.errors import InputError
from urbium.finance.funding import SHORT_PRICE, Cover, FundingProblem, Limit, fund


def by_hand(cost, price, most, ticket=None, *, covers=()):
    as_array = [np.array(one, dtype=float) for one in (cost, price, most)]
    least = np.zeros_like(as_array[1]) if ticket is None else np.array(ticket, dtype=float)
    return FundingProblem(*as_array, least, (), tuple(covers))


def random_problem(seed):
    """One or two projects, at most five amounts, of which some come in tickets and some are limited."""
    random = np.random.default_rng(seed)
    projects = int(random.integers(1, 3))
    moneys = int(random.integers(2, 5)) if projects == 1 else 2
    shape = (projects, moneys)
    cost = random.integers(1, 20, projects).astype(float)
    most = np.minimum(random.integers(0, 16, shape), cost[:, None]).astype(float)
    ticket = np.where(random.random(shape) < 0.5, random.integers(0, 12, shape), 0).astype(float)
    limits = [
        Limit.of("row", random.integers(0, 3, shape).astype(float), float(random.integers(0, 25)))
        for _ in range(int(random.integers(0, 3)))
    ]
    covers = [
        Cover(
            int(random.integers(projects)), int(random.integers(moneys)),
            Limit.of("cover", random.integers(0, 3, shape).astype(float), float(random.integers(0, 15))),
        )
        for _ in range(int(random.integers(0, 3)))
    ]  # fmt: skip
    price = np.round(random.random(shape) * 2, 2)
    return FundingProblem(cost, price, most, ticket, tuple(limits), tuple(covers))


def least_by_vertices(problem):
    """Return the least of price and shortfall over the vertices of every choice of what is used.

    With the shortfalls left out (each is cost less amounts, and not below zero), a choice is a polytope
    ``A x <= b`` in the amounts, and a linear objective is least at one of its vertices, where as many rows as
    there are amounts hold exactly.
    """
    projects, moneys = problem.price.shape
    count = projects * moneys
    best = np.inf
    base_rows, base_limits = [], []
    for project in range(projects):
        row = np.zeros((projects, moneys))
        row[project] = 1.0
        base_rows.append(row.ravel())
        base_limits.append(problem.cost[project])
    for limit in problem.limits:
        base_rows.append(dense(limit, count))
        base_limits.append(limit.most)
    gain = (problem.price - SHORT_PRICE).ravel()
    fixed = SHORT_PRICE * problem.cost.sum()
    for used in itertools.product([0.0, 1.0], repeat=count):
        use = np.array(used)
        low, high = use * problem.ticket.ravel(), use * problem.most.ravel()
        if (low > high).any():
            continue
        rows = [*base_rows, *np.eye(count), *-np.eye(count)]
        limits = [*base_limits, *high, *-low]
        for cover in problem.covers:
            if use[cover.project * moneys + cover.money]:
                rows.append(dense(cover.limit, count))
                limits.append(cover.limit.most)
        best = min(best, fixed + least_of_polytope(np.array(rows), np.array(limits), gain))
    return best


def dense(limit, count):
    row = np.zeros(count)
    row[limit.pairs] = limit.weights
    return row


def least_of_polytope(rows, limits, gain):
    """Return the least of ``gain x`` where ``rows x <= limits``, by looking at every vertex."""
    count = rows.shape[1]
    picks = np.array(list(itertools.combinations(range(len(rows)), count)))
    matrices, sides = rows[picks], limits[picks]
    regular = np.abs(np.linalg.det(matrices)) > 1e-9
    points = np.linalg.solve(matrices[regular], sides[regular][..., None])[..., 0]
    possible = (points @ rows.T <= limits + 1e-7).all(axis=1)
    return float((points[possible] @ gain).min()) if possible.any() else np.inf


@pytest.mark.parametrize("seed", a_few_of(range(500), 60))
def test_the_answer_costs_what_the_best_vertex_costs(seed):
    problem = random_problem(seed)
    answer = fund(problem)

    total = answer.price + SHORT_PRICE * answer.short.sum()
    assert total == pytest.approx(least_by_vertices(problem), abs=1e-5)


@pytest.mark.parametrize("seed", a_few_of(range(100), 15))
def test_the_answer_keeps_every_limit(seed):
    problem = random_problem(seed)
    answer = fund(problem)

    used = answer.amount > 1e-7
    assert answer.amount.sum(axis=1) + answer.short == pytest.approx(problem.cost, abs=1e-6)
    assert (answer.amount <= problem.most + 1e-6).all()
    assert (answer.amount[used] >= problem.ticket[used] - 1e-6).all()
    sums = [limit.sum(answer.amount) - limit.most for limit in problem.limits]
    covers = [
        cover.limit.sum(answer.amount) - cover.limit.most
        for cover in problem.covers
        if used[cover.project, cover.money]
    ]
    assert max([*sums, *covers], default=0.0) <= 1e-5


def test_a_ticket_that_is_too_large_for_the_project_is_not_taken():
    answer = fund(by_hand([10], [[1.0, 0.5]], [[10, 8]], [[0, 9]]))

    assert answer.amount.tolist() == [[10.0, 0.0]]


def test_what_nobody_pays_is_told():
    answer = fund(by_hand([10], [[1.0]], [[4]]))

    assert (answer.amount.tolist(), answer.short.tolist()) == ([[4.0]], [6.0])


def test_cash_that_does_not_cover_debt_service_keeps_the_loan_out():
    service = Limit.of("cover", np.array([[0.0, 0.2 * 1.3]]), 1.3)
    answer = fund(by_hand([10], [[1.0, 0.5]], [[10, 8]], covers=[Cover(0, 1, service)]))

    assert answer.amount.tolist() == [[pytest.approx(5.0), pytest.approx(5.0)]]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"cost": [-1]}, "below zero"), ({"most": [[np.nan]]}, "missing"), ({"price": [[2e3]]}, "costs 2000")],
)
def test_figures_that_make_no_problem_are_refused(wrong, message):
    with pytest.raises(InputError, match=message) as caught:
        fund(by_hand(**{"cost": [1], "price": [[1]], "most": [[1]]} | wrong))
    assert caught.value.remedy
