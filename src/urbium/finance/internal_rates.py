"""Returns: the set of all internal rates of a flow: none, one or several; and its value at many rates.

A rate that is not the only one answers no question, so nothing here picks one. Rates lie above -100%.
See ADR 0075.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from urbium.errors import InputError
from urbium.finance.discounting import check_amounts, present_value
from urbium.finance.flow_roots import all_roots
from urbium.text import Text, coded, text

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Returns:
    """The rates at which a flow is worth nothing, rising, each with how often it is a root.

    Where that is an even number the value touches zero and does not cross it.
    """

    rates: tuple[float, ...]
    multiplicities: tuple[int, ...]

    @property
    def single(self) -> float | None:
        """The internal rate of return, where there is just one at which the value crosses zero."""
        return self.rates[0] if len(self.rates) == 1 and self.multiplicities[0] % 2 else None

    @property
    def words(self) -> Text:
        """The set as pages and commands say it."""
        if not self.rates:
            return text("no internal rate of return")
        if len(self.rates) == 1:
            return text("internal rate of return {rate:.2%}", rate=self.rates[0])
        return text(
            "several internal rates of return: {rates:list}",
            rates=[str(text("{rate:.2%}", rate=rate)) for rate in self.rates]
        )  # fmt: skip


def returns(flows: npt.ArrayLike) -> Returns:
    """Return all internal rates of a flow of amounts a year apart.

    >>> [round(rate, 9) for rate in returns([-100, 230, -132]).rates]
    [0.1, 0.2]
    >>> returns([-100, 230, -132]).single, returns([-100, 10]).single
    (None, -0.9)
    """
    amounts = np.asarray(flows, dtype=np.float64)
    return _returns(amounts, np.arange(amounts.shape[0], dtype=np.float64))


def profile(flows: npt.ArrayLike, rates: npt.ArrayLike) -> pl.DataFrame:
    """Return the net present value at each of many rates: rate, value."""
    tried = np.asarray(rates, dtype=np.float64)
    return pl.DataFrame({"rate": tried, "value": [float(present_value(flows, rate)) for rate in tried]})


def _returns(amounts: Floats, times: Floats) -> Returns:
    check_amounts(amounts)
    paid = np.flatnonzero(amounts)
    if not len(paid):
        raise InputError(
            coded("finance.returns.nothing", "nothing is ever paid, so any rate would do"),
            place="amounts",
            remedy=text("supply cash flows with at least one non-zero amount"),
        )
    roots = all_roots(amounts[paid] / np.abs(amounts).max(), times[paid])[::-1]
    rates = np.expm1([-root for root, _ in roots]).tolist()
    return Returns(tuple(rates), tuple(multiplicity for _, multiplicity in roots))
