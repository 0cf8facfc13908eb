"""Work force: the sectors of output and of employment, hands and jobs.

How well shares of sectors were forecast, against the simple peers: ADR 0040, ``docs/how-good-are-we.md``; for
cities there is no such evidence.

Where to change what:

- how shares of sectors are forecast: ``sector_combination.py``, the pooled model in it: ``sectors.py``, for
  cities: ``city_sectors.py``; declared weights: ``data/rules/workforce.csv``, learned by
  ``bench/calibration/sector_combination_fit.py``
- how people and output become jobs: ``labour.py``, ``jobs.py``; what follows what: ``workforce.py``
"""
