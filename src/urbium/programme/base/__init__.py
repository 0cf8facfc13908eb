"""Base: what every noun of a programme stands on: its store and catalogue, settings, register, log, mail.

``workspace`` holds the store, the catalogue and what is adopted; ``stages`` declares each stage as a row;
``register`` knows cities, pilots and figures. Not here: what is computed from them (``programme/results``).

Where to change what:

- name, nation, currency, words, map of a programme; ready-made sets: ``settings.py``, the record
  ``model/settings.py``; ``data/settings/*.csv``
- which day is today, in which time zone: ``Settings.today`` and ``zone`` (``settings.py``); what a new
  programme has by default: ``catalogue/time_zones.py``
- what is computed or refused once until the store changes, and what new figures leave as it is:
  ``Workspace.once`` (``workspace.py``; ``is_pinned``)
- counts by age and sex, and which version of them a forecast stands on: ``age_counts.py``
- the outline that maps show, and who may bring it in: ``outlines.py`` (row ``outline`` of ``rights.csv``)
- how many pilots there are: ``pilots_register.py``, in words: ``pilot/calls/register.py``
- who may read the log, and what is read of it: ``log.py``
"""
