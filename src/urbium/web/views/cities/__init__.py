"""Cities: what the page of a city shows: its people, its part of the plan, its figures.

Where to change what:

- a section of a city's page: ``city.py`` and ``templates/city.html``; its people: ``city_people.py``, its
  plan: ``city_plan.py``
"""
