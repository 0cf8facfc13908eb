"""Cities: what the pages of a city show, and cities side by side.

Where to change what:

- the head of each page of a city, and its first page: ``city.py``; the three sentences there: ``verdict.py``;
  what would move its rank: ``moves.py``
- the other pages: ``city_plan.py``, ``city_people.py``, ``city_services.py``, ``city_figures.py``,
  ``city_progress.py``, each with the template of its name
- cities side by side: ``comparison.py``; where a search leads: ``finding.py``
"""
