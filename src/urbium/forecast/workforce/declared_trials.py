"""Declared trials: how the forecast of sectors and its rivals did on countries and years held out."""

from typing import Any, Final

import polars as pl

from urbium.forecast.workforce.observations import SERIES
from urbium.forecast.workforce.workforce_rules import SectorRules
from urbium.text import Text, declared, text

_TRIALS: Final = ("trial.", "last_trial.")
"""The declared trials: of the years to 2019, and of the years since."""

_SHORT: Final = {
    "combination": "combination",
    "model": "model",
    "persistence": "persistence with bands",
    "linear": "linear trend with bands",
    "drift": "drift of all",
}


def declared_trials(rules: SectorRules) -> pl.DataFrame:
    """How the forecast did on countries and years held out, as declared beside its figures."""
    return pl.concat([pl.DataFrame(_trial_rows(rules, prefix)) for prefix in _TRIALS])


def trial_messages(rules: SectorRules) -> list[Text]:
    """Return what the declared trials are about, as messages."""
    return [row["about"] for prefix in _TRIALS for row in _trial_rows(rules, prefix)]


def _trial_rows(rules: SectorRules, prefix: str) -> list[dict[str, Any]]:
    """The rows of one declared trial: what each method scored, how often our bands held."""
    figures = {name.removeprefix(prefix): row for name, row in rules.rows.items() if name.startswith(prefix)}
    return [
        {
            "about": text("the world ({note})", note=declared(figures[f"{series}.crps.combination"].note)),
            "series": series,
            "method": method,
            "held_out": True,
            "sector": "all",
            "crps": figures[f"{series}.crps.{short}"].value,
            "coverage80": figures[f"{series}.coverage80"].value if short == "combination" else None,
            "coverage95": figures[f"{series}.coverage95"].value if short == "combination" else None,
        }
        for series in SERIES
        for short, method in _SHORT.items()
        if f"{series}.crps.{short}" in figures
    ]
