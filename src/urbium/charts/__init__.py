"""Charts: pure functions from tables to Vega-Lite specifications, and their drawing.

One specification serves the notebook, the page and the PDF. A specification holds its data and asks for
nothing from outside; :func:`render` draws it as SVG, PNG or PDF and :func:`compiled` turns it into plain
Vega for the live chart in a browser.

Where to change what:

- how charts are laid out for a frame (a phone's, half a page): ``layout.py``; what the line that follows the
  pointer says, and the data of a chart: ``readings.py``; charts as files: ``chart_files.py``
- a chart or map: its file in ``charts/`` (``map_places.py``: the map of places; ``map_names.py``: where its
  names stand; ``map_frame.py``: land, net and scale; ``map_years.py``: the map by year; ``projection.py``);
  colours: ``theme.py`` and ``web/static/tokens.css``, alike by a test; of charts in
  workbooks: ``publish/books/plan_book.py``, ``outlook_book.py``
"""

from urbium.charts.choice import chances, convergence, tradeoff
from urbium.charts.finance import cash_flow, tornado
from urbium.charts.framework import correlation_map, sunburst
from urbium.charts.map_names import LEVELS
from urbium.charts.map_places import (
    MOST_CIRCLES,
    class_of,
    class_words,
    classes_of,
    drawn_map,
    legend_of,
    place_map,
)
from urbium.charts.map_years import year_map
from urbium.charts.plan import budgets, phases, shares, two_plans
from urbium.charts.pressure import pressure_strip, pressure_tide
from urbium.charts.progress import comparison_curve, progress_curve
from urbium.charts.projection import Projection
from urbium.charts.rendering import bundle, bundle_name, compiled, content_hash, render
from urbium.charts.specs import fan, histogram, money, ranking, starts, timeline
from urbium.charts.standing import pillar_profile, pillars_compared, rank_intervals, score_years, sides

__all__ = [
    "LEVELS",
    "MOST_CIRCLES",
    "Projection",
    "budgets",
    "bundle",
    "bundle_name",
    "cash_flow",
    "chances",
    "class_of",
    "class_words",
    "classes_of",
    "comparison_curve",
    "compiled",
    "content_hash",
    "convergence",
    "correlation_map",
    "drawn_map",
    "fan",
    "histogram",
    "legend_of",
    "money",
    "phases",
    "pillar_profile",
    "pillars_compared",
    "place_map",
    "pressure_strip",
    "pressure_tide",
    "progress_curve",
    "rank_intervals",
    "ranking",
    "render",
    "score_years",
    "shares",
    "sides",
    "starts",
    "sunburst",
    "timeline",
    "tornado",
    "tradeoff",
    "two_plans",
    "year_map",
]
