"""Charts: pure functions from tables to Vega-Lite specifications, and their drawing.

One specification serves the notebook, the page and the PDF. A specification holds its data and asks for
nothing from outside; :func:`render` draws it as SVG, PNG or PDF and :func:`compiled` turns it into plain
Vega for the live chart in a browser.
"""

from urbium.charts.render import bundle, bundle_name, compiled, content_hash, render
from urbium.charts.specs import fan, histogram, money, pillars, ranking, starts, timeline

__all__ = [
    "bundle",
    "bundle_name",
    "compiled",
    "content_hash",
    "fan",
    "histogram",
    "money",
    "pillars",
    "ranking",
    "render",
    "starts",
    "timeline",
]
