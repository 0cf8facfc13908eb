"""Truth: how far forecasts were from what came later, beside simple peers.

Worked out by ``bench/truth.py``: the table ``data/truth.csv`` holds figures of our own. What they were worked
out from is not in the package.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ALL = "all countries"
"""The group of a row that is the mean over all countries of its set."""

_TABLE = Path(__file__).parents[1] / "data" / "truth.csv"


@dataclass(frozen=True, slots=True)
class TruthRow:
    """Forecasts of one set held out, by one method, in one group of countries.

    Attributes
    ----------
    part : of the programme, such as ``cities``
    set, group : what was held out, and of which countries
    horizon : years ahead
    method : the forecast of the programme, or a simple peer
    series, countries : how many
    error : median absolute error, percent
    crps : continuous ranked probability score of the logarithm, percent; smaller is better
    coverage80, coverage95 : shares within the bands, from 0 to 1; means over countries
    """

    part: str
    set: str
    group: str
    horizon: int
    method: str
    series: int
    countries: int
    error: float
    crps: float
    coverage80: float
    coverage95: float


@cache
def read_truth(path: Path = _TABLE) -> tuple[TruthRow, ...]:
    """Return the rows of the table, in its order.

    >>> {row.part for row in read_truth()} >= {"cities"}
    True
    """
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            TruthRow(
                row["part"], row["set"], row["group"], int(row["horizon"]), row["method"], int(row["series"]),
                int(row["countries"]), float(row["error"]), float(row["crps"]), float(row["coverage80"]),
                float(row["coverage95"]),
            )
            for row in csv.DictReader(file)
        )  # fmt: skip
