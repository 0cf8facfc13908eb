"""Ages: people by age and sex, from births, deaths and moves.

Where to change what:

- ages of a city from two counts (Hamilton and Perry): arithmetic: ``cohort_change.py``; what counts are
  read: ``place_counts.py``; errors and sums: ``city_ages.py``; numbers: ``cohort_change.*`` in
  ``data/rules/demography.csv``, judged by ``bench/city_ages.py``
- births, deaths and moves of a nation: ``fertility.py``, ``lifetable.py``, ``migration.py``; how they are
  drawn: ``demographic_draws.py``; numbers: ``data/rules/demography.csv``, learned by
  ``bench/calibration/demographic_fit.py``
- how high total fertility, life expectancy and net migration are: figures that are loaded (the demo's:
  ``data/demo/cohorts.csv``; which variables: ``cohort_rows.py``); a city's total uses none of them:
  ``forecast/cities``
"""
