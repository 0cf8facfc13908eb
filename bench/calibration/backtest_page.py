"""Back-test page: the report of a back-test as Markdown, a table for each horizon."""

import polars as pl

_SHARES = frozenset({"median_ape", "mape", "crps", "coverage80", "coverage95"})
_SHOWN = (
    "median_ape", "mape", "crps", "mase", "ratio_to_naive", "ratio_to_drift", "coverage80", "coverage95",
)  # fmt: skip
_HEAD = (
    "| method | median error | mean error | CRPS | MASE | relative to naive | relative to drift | in 80%"
    " | in 95% |\n"
    "| --- " + "| ---: " * len(_SHOWN) + "|"
)
_WORDS = (
    "Errors and the CRPS are shares of the observed figure; MASE is the mean error over the mean change from"
    " figure to figure; the ratios are of median errors; the last columns are the shares of observed figures"
    " within the bands. A forecast without bands has its mean error for a CRPS. Only counts are"
    " origins, and nothing after the last count is held against; means are over countries."
)


def write_page(report: pl.DataFrame, title: str) -> str:
    """Write a report as a page in Markdown: a table for each horizon, and what its words mean.

    Parameters
    ----------
    report : the columns of :data:`urbium.forecast.cities.backtest_report.REPORT`
    title : the heading
    """
    parts = [f"## {title}", "", _WORDS]
    for (horizon,), lines in report.group_by("horizon", maintain_order=True):
        first = lines.row(0, named=True)
        counted = (
            f"{first['errors']:,} forecasts of {first['cities']:,} cities from {first['origins']} held-out"
        )
        parts += ["", f"### {horizon} year{'s'[: horizon != 1]} ahead", "", f"{counted} origins.", "", _HEAD]
        parts += [
            f"| {line['method']} | "
            + " | ".join(_shown(line[column], share=column in _SHARES) for column in _SHOWN)
            + " |"
            for line in lines.iter_rows(named=True)
        ]
    return "\n".join([*parts, ""])


def _shown(value: float | None, *, share: bool) -> str:
    if value is None:
        return "–"
    return f"{value:.1%}" if share else f"{value:.2f}"
