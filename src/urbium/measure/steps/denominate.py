"""Denominate: divide a total by the size of its city, so that large and small cities compare."""

import numpy as np
from numpy.typing import NDArray


def denominate(
    values: NDArray[np.float64], denominator: NDArray[np.float64], *, factor: float = 1.0
) -> NDArray[np.float64]:
    """Divide every column by the denominator of its row and multiply by the factor.

    Parameters
    ----------
    values : (rows, columns) array of totals, NaN where missing
    denominator : (rows,) array, such as population, area or gross domestic product
    factor : 1000 makes "per thousand"

    Returns
    -------
    (rows, columns) array; NaN where the value or the denominator is missing, and where the denominator is 0.

    References
    ----------
    OECD and JRC: *Handbook on Constructing Composite Indicators* (2008), section 1.2, scaling by size.

    >>> denominate(np.array([[30.0], [8.0], [5.0]]), np.array([10.0, 4.0, 0.0])).ravel().tolist()
    [3.0, 2.0, nan]
    """
    size = np.where(denominator == 0, np.nan, denominator)
    return values / size[:, None] * factor
