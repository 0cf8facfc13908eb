"""Band text: how a note says the two bands of a projected figure."""

from collections.abc import Mapping
from typing import Any

from urbium.text import Text, text


def band_of_persons(row: Mapping[str, Any]) -> Text:
    """Return the limits of ``row`` (low80, high80, low95, high95), in whole persons.

    >>> band_of_persons({"low80": 900, "high80": 1100.4, "low95": 800, "high95": 1200})
    '80% band 900 to 1,100, 95% band 800 to 1,200'
    """
    return text(
        "80% band {low80:,.0f} to {high80:,.0f}, 95% band {low95:,.0f} to {high95:,.0f}", **_limits(row)
    )


def band_of_percent(row: Mapping[str, Any]) -> Text:
    """Return the limits of a share from 0 to 1, in percent."""
    return text("80% band {low80:.1%} to {high80:.1%}, 95% band {low95:.1%} to {high95:.1%}", **_limits(row))


def band_of_figures(row: Mapping[str, Any]) -> Text:
    """Return the limits of a figure of any size, to five significant digits."""
    return text(
        "80% band {low80:,.5g} to {high80:,.5g}, 95% band {low95:,.5g} to {high95:,.5g}", **_limits(row)
    )


def _limits(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("low80", "high80", "low95", "high95")}
