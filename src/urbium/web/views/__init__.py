"""Views: what each page shows, gathered from a programme as plain values; no markup in here.

``cities`` a city's page, ``plans`` the plan's; ``frames`` is what several of them read.

Where to change what:

- what the map of cities may show, and for which years: ``cities/subjects.py``
- how many rows a page of a long list shows: ``PER_PAGE`` of ``web/rendering/listing.py``
- how good the forecasts were: computed by ``bench/truth.py`` (one function a part), which writes
  ``data/truth.csv`` and ``docs/how-good-are-we.md``; shown by ``truth.py``
"""
