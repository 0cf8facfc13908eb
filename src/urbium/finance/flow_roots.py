r"""Roots of flows: all rates at which a flow is worth nothing, and the single rate of many flows at once.

With :math:`u = -\ln(1 + r)` the value of a flow is :math:`f(u) = \sum_t a_t e^{\tau_t u}`, and every rate
above -100% is a real root. Descartes' rule holds for real exponents, too: there are as many roots as there
are changes of sign, or fewer by an even number. Its proof is an algorithm. The derivative of
:math:`e^{-\alpha u} f(u)` is :math:`\sum_t (\tau_t - \alpha) a_t e^{(\tau_t - \alpha) u}`;
with :math:`\alpha` between the two exponents at a change of sign it has one change fewer, and by Rolle its
roots part those of :math:`f`. So the roots of a flow with one change are bracketed first, then those of each
one above it. A root that is an extremum of the one above, where this is nothing to within rounding, is a
multiple one.

References: Laguerre (1883), Mémoire sur la théorie des équations numériques; Pólya and Szegő, *Problems and
Theorems in Analysis II*, part V; Norstrom (1972), A sufficient condition for a unique nonnegative internal
rate of return, *Journal of Financial and Quantitative Analysis* 7.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Root = tuple[float, int]
"""A root u, and its multiplicity."""

NO_ROOT, SEVERAL = -2.0, -3.0
"""What stands in place of a rate: there is none; there is none that is the only one."""
_NOISE = 4.0 * np.finfo(float).eps
_CLOSE = 1e-15
_FAR = 1e6
"""No bracket reaches further in u: that would be a rate beyond any number."""
_NEAR, _STEEP = 1e-9, 20.0
"""Newton's last step, since the next is about its square; how far in u the powers of a life stay in range."""
_FIRST = -0.1
"""Where the search for a single rate begins: a rate of some 10%."""
_STEPS = 50


def _value(a: Floats, tau: Floats, u: float) -> tuple[float, float, float]:
    """Return f, its derivative and the sum of sizes, all over the largest power, so that none overflows."""
    parts = a * np.exp((tau - (tau[0] if u <= 0 else tau[-1])) * u)
    return float(parts.sum()), float(parts @ tau), float(np.abs(parts).sum())


def _between(a: Floats, tau: Floats, low: float, high: float, rising: float) -> float:
    """Return the root in a bracket at whose high end the sign is that of ``rising``: Newton, else halving."""
    u = 0.5 * (low + high)
    for _ in range(200):
        f, slope, _size = _value(a, tau, u)
        if f == 0.0:
            return u
        if f * rising > 0:
            high = u
        else:
            low = u
        following = u - f / slope if slope != 0.0 else low
        if not (low < following < high):
            following = 0.5 * (low + high)
        if abs(following - u) <= _CLOSE * max(abs(u), 1e-3) or following in {low, high}:
            return following
        u = following
    return u


def _outside(a: Floats, tau: Floats, start: float, direction: float, sign: float) -> float:
    """Return a place beyond ``start`` where f has the sign that it has at infinity."""
    step = 0.25
    while step < _FAR:
        u = start + direction * step
        if _value(a, tau, u)[0] * sign > 0:
            return u
        step *= 2
    return start + direction * _FAR


def _roots_between(a: Floats, tau: Floats, parting: list[Root]) -> list[Root]:
    """Return the roots of f, given the extrema that part them and their multiplicities."""
    roots: list[Root] = []
    before, before_sign = -np.inf, np.sign(a[0])
    for here, degree in [*parting, (np.inf, 0)]:
        if np.isinf(here):
            sign = np.sign(a[-1])
        else:
            f, _slope, size = _value(a, tau, here)
            sign = 0.0 if abs(f) <= _NOISE * len(a) * size else np.sign(f)
        if before_sign * sign < 0:
            low, high = before, here
            if np.isinf(low):
                low = _outside(a, tau, 0.0 if np.isinf(high) else high, -1.0, before_sign)
            if np.isinf(high):
                high = _outside(a, tau, low, 1.0, sign)
            roots.append((_between(a, tau, low, high, sign), 1))
        if sign == 0.0:
            roots.append((here, degree + 1))
        before, before_sign = here, sign
    return roots


def all_roots(a: Floats, tau: Floats) -> list[Root]:
    """Return every root u of a flow, rising, with its multiplicity.

    Parameters
    ----------
    a : amounts, none of them 0
    tau : their times, rising
    """
    ladder = [a]  # the flow, then derivatives with one change fewer each
    changes = _changing(a)
    for _ in changes[1:]:
        at = _changing(ladder[-1])[0]
        derived = ladder[-1] * (tau - 0.5 * (tau[at] + tau[at + 1]))
        ladder.append(derived / np.abs(derived).max())
    roots: list[Root] = []
    for flow in reversed(ladder if len(changes) else []):
        roots = _roots_between(flow, tau, roots)
    return roots


def _changing(a: Floats) -> npt.NDArray[np.int64]:
    """Return after which amounts, of which none is 0, the sign changes."""
    return np.flatnonzero(np.diff(np.signbit(a)))


def single_returns(lines: Floats, factors: Floats) -> Floats:
    """Return the single rate of return of each project in each draw; NO_ROOT or SEVERAL where there is none.

    Parameters
    ----------
    lines : (projects, lines, years) what adds up to the flow of a project
    factors : (projects, lines, draws) by what each line is multiplied

    Returns
    -------
    (projects, draws)
    """
    rates = np.empty((len(lines), factors.shape[-1]))
    for project, (of_project, drawn) in enumerate(zip(lines, factors, strict=True)):
        rates[project] = _single_returns(of_project.T @ drawn)
    return rates


def _single_returns(flows: Floats) -> Floats:
    """Return the single rates of flows that stand side by side, (years, flows)."""
    changes = _changes(flows)
    u = _single(flows)
    is_only = (changes == 1) & ~np.isnan(u)
    several = np.flatnonzero((changes > 1) & ~np.isnan(u))
    if len(several):
        is_only[several] = _are_alone(flows[:, several], u[several])
    rates = np.where(is_only, np.expm1(-u), NO_ROOT)
    for at in np.flatnonzero(~is_only & (changes > 0)):
        paid = np.flatnonzero(flows[:, at])
        roots = all_roots(flows[paid, at], paid.astype(float))
        rates[at] = np.expm1(-roots[0][0]) if len(roots) == 1 else SEVERAL if roots else NO_ROOT
    return rates


def _changes(flows: Floats) -> npt.NDArray[np.int64]:
    """Return how often the sign of each flow changes; amounts of nothing have none."""
    signs = np.sign(flows)
    for before, now in pairwise(signs):
        np.copyto(now, before, where=now == 0)
    return np.asarray((signs[:-1] * signs[1:] < 0).sum(axis=0))


def _single(flows: Floats) -> Floats:
    """Return a root u of each yearly flow; NaN where none is met.

    Newton on the logarithm of receipts over outlays, which is nearly straight; with one change of sign it
    rises (or falls) everywhere.
    """
    year = np.arange(len(flows), dtype=float)
    receipts = np.maximum(flows, 0.0)
    outlays = receipts - flows
    u, met = np.full(flows.shape[1], _FIRST), np.full(flows.shape[1], np.nan)
    sought = np.arange(len(u))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for _ in range(_STEPS):
            power = np.exp(np.multiply.outer(year, u))
            gains, losses = receipts * power, outlays * power
            gained, paid = gains.sum(axis=0), losses.sum(axis=0)
            step = np.log(gained / paid) / (year @ gains / gained - year @ losses / paid)
            u = u - step
            is_met, goes_on = np.abs(step) < _NEAR, np.abs(u) < _STEEP
            met[sought[is_met]] = u[is_met]
            goes_on &= ~is_met
            if not goes_on.any():
                break
            if not goes_on.all():
                sought, u = sought[goes_on], u[goes_on]
                receipts, outlays = receipts[:, goes_on], outlays[:, goes_on]
    return met


def _are_alone(flows: Floats, u: Floats) -> npt.NDArray[np.bool_]:
    """Say whether running sums show that yearly flows have no root but u; they may fail to show it.

    What is left when the root is divided out is what the project still owes at that rate, year by year. Its
    running sums, forwards and backwards, change sign at least as often as it has roots below and above rate 0
    (Norstrom's argument, for what is left).
    """
    alone = np.empty(len(u), dtype=bool)
    for is_falling in (False, True):  # from the end from which errors shrink
        chosen = (u < 0.0) == is_falling
        part, factor = flows[:, chosen], np.exp(-np.abs(u[chosen]))
        owed = np.empty((len(part) - 1, part.shape[1]))
        balance = np.zeros(part.shape[1])
        for t in range(len(owed)):
            if is_falling:
                balance = (balance + part[-1 - t]) * factor
                owed[-1 - t] = -balance
            else:
                balance = balance * factor + part[t]
                owed[t] = balance
        alone[chosen] = _keep_sign(owed) & _keep_sign(owed[::-1])
    return alone


def _keep_sign(owed: Floats) -> npt.NDArray[np.bool_]:
    """Say whether running sums never change their sign, and are not nothing in the end."""
    total = np.cumsum(owed, axis=0)
    return np.asarray(((total >= 0).all(axis=0) | (total <= 0).all(axis=0)) & (total[-1] != 0))
