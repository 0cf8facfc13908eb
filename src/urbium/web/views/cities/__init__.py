"""Cities: what the pages of a city show, and cities side by side.

Where to change what:

- the first page of a city, and the head of all: ``city.py``, ``web/templates/city_frame.html``; its three
  sentences: ``verdict.py``; what would move its rank: ``moves.py``; the others: ``city_plan.py``,
  ``city_people.py``, ``city_services.py``, ``city_figures.py``, ``city_progress.py``
- the list of all cities: ``ranking.py``; up to four side by side: ``comparison.py``; where a search leads:
  ``finding.py``
"""
