"""Theme: the colours, type and axes that every chart and map shares.

The same colours stand in the token file of the web pages (``web/static/tokens.css``); a test holds the two
against each other. The ramp runs from light to dark at one hue, so that it reads without colour vision and
in grey print; of the categories, five are those of Okabe and Ito, and three were sought beside
them so that any two stay apart in every common kind of colour vision (a test computes how far).
"""

from typing import Any

INK = "#16242f"
"""Text and the marks that matter most."""
MUTED = "#56687a"
"""Secondary text: axes, units, notes."""
FAINT = "#9aa8b5"
"""Marks without a figure."""
LINE = "#dde4ea"
"""Rules and grids."""
PAPER = "#ffffff"
"""The ground of charts."""
ACCENT = "#0b5d7d"
"""The one colour of single series."""
WARM = "#b4530a"
"""The picked city, and warnings."""
TINT = "#eaf3f7"
"""Bands behind marks."""

RAMP = ("#dcebf1", "#9fcbd9", "#58a3ba", "#1c7594", "#083f58")
"""Five steps from little to much."""

DIVERGING = (WARM, "#e8b48a", "#f4f6f8", RAMP[1], ACCENT)
"""Five steps from against to with, pale where neither; both ends are alike dark."""

CATEGORIES = ("#0072b2", "#e69f00", "#009e73", "#4c364e", "#56b4e9", "#d55e00", "#e2cfb0", "#7a1511")
"""Kinds of a thing (funds, domains), in a fixed order."""

FONTS = (
    '"Inter", "Segoe UI", "Helvetica Neue", "Liberation Sans", Arial, "Noto Sans CJK SC", "PingFang SC", '
    '"Microsoft YaHei", "WenQuanYi Micro Hei", sans-serif'
)
"""The families of text, Latin first, then the common Chinese ones of each system."""

CONFIG: dict[str, Any] = {
    "background": None,
    "font": FONTS,
    "view": {"stroke": None},
    "axis": {
        "domainColor": LINE,
        "gridColor": LINE,
        "tickColor": LINE,
        "labelColor": MUTED,
        "titleColor": MUTED,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelPadding": 6,
        "labelSeparation": 6,
        "titlePadding": 10,
        "ticks": False,
    },
    "legend": {
        "labelColor": INK,
        "titleColor": MUTED,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "symbolStrokeWidth": 1.5,
        "orient": "top",
        "direction": "horizontal",
        "columns": 4,
        "labelLimit": 200,
        "offset": 10,
    },
    "title": {"color": INK, "fontSize": 15, "fontWeight": 600, "anchor": "start", "offset": 14},
    "range": {"category": list(CATEGORIES), "ramp": list(RAMP), "heatmap": list(RAMP)},
}
"""The configuration that goes into every Vega-Lite specification."""
