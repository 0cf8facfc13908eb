r"""Compiled returns: all rates at which a flow is worth nothing, and the single rate of many flows at once.

With :math:`u = -\ln(1 + r)` the value of a flow is :math:`f(u) = \sum_t a_t e^{\tau_t u}`, and every rate
above -100 % is a real root. Descartes' rule holds for real exponents, too: there are as many roots as there
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

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

__all__ = ["NO_ROOT", "SEVERAL", "all_roots", "single_returns"]

_Function = TypeVar("_Function", bound=Callable[..., Any])
NO_ROOT, SEVERAL = -2.0, -3.0
"""What stands in place of a rate: there is none; there is none that is the only one."""
_NOISE = 4.0 * np.finfo(float).eps
_CLOSE = 1e-15
_FAR = 1e6
"""No bracket reaches further in u: that would be a rate beyond any number."""
_NEAR, _STEEP = 1e-9, 20.0
"""Newton's last step, since the next is about its square; how far in u the powers of a life stay in range."""


def _compiled(function: _Function) -> _Function:
    """Compile a function and keep it on disk; other threads run meanwhile."""
    return cast(_Function, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


@_compiled
def _value(a: Any, tau: Any, u: float) -> Any:  # noqa: ANN401 - arrays, typed by numba
    """Return f, its derivative and the sum of sizes, all over the largest power, so that none overflows."""
    n = len(a)
    f, slope, size = 0.0, 0.0, 0.0
    power, factor, step = 1.0, 1.0, 0.0
    for k in range(n):
        t = k if u <= 0 else n - 1 - k
        if k:
            gap = tau[t] - tau[t - 1] if u <= 0 else tau[t + 1] - tau[t]
            if gap != step:
                step = gap
                factor = np.exp(-gap * abs(u))
            power *= factor
        part = a[t] * power
        f += part
        slope += tau[t] * part
        size += abs(part)
    return f, slope, size


@_compiled
def _changes(a: Any) -> int:  # noqa: ANN401
    """Return how often the sign changes."""
    changes, before = 0, 0.0
    for each in a:
        if each != 0.0:
            if before * each < 0.0:
                changes += 1
            before = 1.0 if each > 0 else -1.0
    return changes


@_compiled
def _between(a: Any, tau: Any, low: float, high: float, rising: float) -> float:  # noqa: ANN401
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
        if abs(following - u) <= _CLOSE * max(abs(u), 1e-3) or following in (low, high):
            return following
        u = following
    return u


@_compiled
def _outside(a: Any, tau: Any, start: float, direction: float, sign: float) -> float:  # noqa: ANN401
    """Return a place beyond ``start`` where f has the sign that it has at infinity."""
    step = 0.25
    while step < _FAR:
        u = start + direction * step
        if _value(a, tau, u)[0] * sign > 0:
            return u
        step *= 2
    return start + direction * _FAR


@_compiled
def _roots_between(a: Any, tau: Any, parting: Any, degree: Any, roots: Any, times: Any) -> int:  # noqa: ANN401, PLR0917
    """Write the roots of f, given the extrema that part them and their multiplicities; return how many."""
    n, count, kept = len(a), len(parting), 0
    before, before_sign = 0.0, (1.0 if a[0] > 0 else -1.0)
    is_open = True  # the low end of the bracket is minus infinity
    for k in range(count + 1):
        is_last = k == count
        if is_last:
            here, sign = 0.0, (1.0 if a[n - 1] > 0 else -1.0)
        else:
            here = parting[k]
            f, _, size = _value(a, tau, here)
            sign = 0.0 if abs(f) <= _NOISE * n * size else (1.0 if f > 0 else -1.0)
        if before_sign * sign < 0:
            low = _outside(a, tau, here if not is_last else 0.0, -1.0, before_sign) if is_open else before
            high = here
            if is_last:
                high = _outside(a, tau, low, 1.0, sign)
            roots[kept] = _between(a, tau, low, high, sign)
            times[kept] = 1
            kept += 1
        if sign == 0.0:
            roots[kept] = here
            times[kept] = degree[k] + 1
            kept += 1
        before, before_sign, is_open = here, sign, False
    return kept


@_compiled
def all_roots(a: Any, tau: Any, roots: Any, times: Any) -> int:  # noqa: ANN401
    """Write every root u of the flow, rising, with its multiplicity; return how many there are.

    Parameters
    ----------
    a : amounts, none of them 0
    tau : their times, rising
    roots, times : arrays to write into, as long as ``a``
    """
    n, changes = len(a), _changes(a)
    if changes == 0:
        return 0
    ladder = np.empty((changes, n))  # the flow, then derivatives with one change fewer each
    ladder[0] = a
    for level in range(1, changes):
        at = 0
        while ladder[level - 1, at] * ladder[level - 1, at + 1] > 0:
            at += 1
        alpha = 0.5 * (tau[at] + tau[at + 1])
        largest = 0.0
        for t in range(n):
            ladder[level, t] = ladder[level - 1, t] * (tau[t] - alpha)
            largest = max(largest, abs(ladder[level, t]))
        ladder[level] /= largest
    count = 0
    for level in range(changes - 1, -1, -1):
        parting, degree = roots[:count].copy(), times[:count].copy()
        count = _roots_between(ladder[level], tau, parting, degree, roots, times)
    return count


@_compiled
def _single(a: Any, start: float) -> float:  # noqa: ANN401
    """Return a root u of a yearly flow near ``start``; NaN where none is met.

    Newton on the logarithm of receipts over outlays, which is nearly straight; with one change of sign it
    rises (or falls) everywhere.
    """
    n, u = len(a), start
    for _ in range(50):
        x = np.exp(u)
        power, gained, gained_slope, paid, paid_slope = 1.0, 0.0, 0.0, 0.0, 0.0
        for t in range(n):
            part = a[t] * power
            gain = max(part, 0.0)
            loss = gain - part
            gained += gain
            gained_slope += t * gain
            paid += loss
            paid_slope += t * loss
            power *= x
        step = np.log(gained / paid) / (gained_slope / gained - paid_slope / paid)
        u -= step
        if abs(step) < _NEAR:
            return float(u)
        if not abs(u) < _STEEP:
            break
    return np.nan


@_compiled
def _keeps_sign(owed: Any) -> bool:  # noqa: ANN401
    """Say whether running sums never change their sign, and are not nothing in the end."""
    total, before = 0.0, 0.0
    for each in owed:
        total += each
        if before * total < 0.0:
            return False
        before = total if total != 0.0 else before
    return total != 0.0


@_compiled
def _is_alone(a: Any, u: float) -> bool:  # noqa: ANN401
    """Say whether running sums show that a yearly flow has no root but u; they may fail to show it.

    What is left when the root is divided out is what the project still owes at that rate, year by year. Its
    running sums, forwards and backwards, change sign at least as often as it has roots below and above rate 0
    (Norstrom's argument, for what is left).
    """
    n, factor = len(a), np.exp(-abs(u))
    owed = np.empty(n - 1)
    balance = 0.0
    for t in range(n - 1):  # from the end from which errors shrink
        if u < 0.0:
            balance = (balance + a[n - 1 - t]) * factor
            owed[n - 2 - t] = -balance
        else:
            balance = balance * factor + a[t]
            owed[t] = balance
    return _keeps_sign(owed) and _keeps_sign(owed[::-1])


@_compiled
def _only(a: Any) -> float:  # noqa: ANN401
    """Return the only root u of a yearly flow, found among all; infinite where there is none, or several."""
    kept = np.flatnonzero(a)
    roots, times = np.empty(len(kept)), np.empty(len(kept), np.int64)
    count = all_roots(a[kept], kept.astype(np.float64), roots, times)
    if count == 1:
        return float(roots[0])
    return np.inf if count == 0 else -np.inf


@_compiled
def single_returns(lines: Any, factors: Any, rates: Any) -> None:  # noqa: ANN401
    """Write the single rate of return of each project in each draw; NO_ROOT or SEVERAL where there is none.

    Parameters
    ----------
    lines : (projects, lines, years) what adds up to the flow of a project
    factors : (projects, lines, draws) by what each line is multiplied
    rates : (projects, draws), written
    """
    projects, count, years = lines.shape
    a = np.empty(years)
    for p in range(projects):
        near = -0.1
        for d in range(rates.shape[1]):
            a[:] = 0.0
            for line in range(count):
                factor = factors[p, line, d]
                for t in range(years):
                    a[t] += factor * lines[p, line, t]
            changes = _changes(a)
            u = np.inf if changes == 0 else np.nan
            if changes > 0:
                u = _single(a, near)
            if np.isnan(u) or (changes > 1 and not _is_alone(a, u)):
                u = _only(a)
            if np.isinf(u):
                rates[p, d] = NO_ROOT if u > 0 else SEVERAL
            else:
                near = u
                rates[p, d] = np.expm1(-u)
