"""Page of the forecast's back-tests: every number in ``docs/forecast.md`` is made here.

Run ``python bench/forecast_page.py`` with the reference folder beside the clone; a quarter of a minute.
"""

from pathlib import Path

from calibration.backtest_page import write_page
from forecast import TO, demo_figures
from urbium.forecast import forecast_population
from workforce_rules import FILES, back_test

TARGET = Path(__file__).resolve().parents[1] / "docs" / "forecast.md"
_HEAD = (
    "# How good the forecasts were\n\n"
    "This page is written by `python bench/forecast_page.py` from the series of the reference folder; no"
    " number in it is typed.\n\n"
    "The years that are held out here were looked at while the models were built, and some choices followed"
    " such a look: take the figures as kinder than those of a test taken once. A clean test needs figures"
    " that came later; such tests of cities stand in [How good are we](how-good-are-we.md).\n"
)
_METHODS = (
    "model", "persistence", "persistence with bands", "linear trend", "linear trend with bands",
)  # fmt: skip
_COLUMNS = ("series", "countries", *_METHODS, "in 80%", "in 95%")
_SECTORS = (
    "## Sectors, learned to 2005, judged on 2006 to 2019\n\n"
    "CRPS in percentage points, over all countries, horizons and sectors; the last columns are the shares of"
    " observed figures within the bands. The model is the pooled one; what urbium uses is its average with"
    ' two simple members, judged on "How good are we?" (ADR 0040).\n\n'
    f"| {' | '.join(_COLUMNS)} |\n|{' --- |' * len(_COLUMNS)}\n"
)


def written() -> str:
    """Return the page."""
    demo = demo_figures()
    china = forecast_population(demo, to=TO, cities=demo["city"].unique().sort()).backtest
    parts = [
        _HEAD,
        write_page(
            china.filter(area="agglomeration").drop("variable", "area"),
            "China's agglomerations in the demo, by weights learned on the world",
        ),
        _SECTORS + "\n".join(_sectors(series) for series in FILES),
    ]
    return "\n".join(part.strip("\n") + "\n" for part in parts)


def _sectors(series: str) -> str:
    trial = back_test(series, 2005, 2019)
    scores = [100 * trial.figure("crps", method) for method in _METHODS]
    held = [f"{trial.figure(name):.0%}" for name in ("coverage80", "coverage95")]
    return (
        f"| {series} | {len(trial.used)} | " + " | ".join([*(f"{each:.2f}" for each in scores), *held]) + " |"
    )


if __name__ == "__main__":
    TARGET.write_text(written(), encoding="utf-8")
    print(f"written: {TARGET}")
