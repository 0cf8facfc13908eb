"""The city's public information platform: resources, exchange, base data, live figures, one door out.

Where to change what:

- how live values become figures: a row of ``data/rules/live.csv``; statistics and coverage:
  ``live_figures.py``; which of two values counts: ``absorbing.py``
- how long live values are kept: rows of ``data/rules/live_retention.csv``, read by ``retention.py``, carried
  out by ``programme/platform/live_upkeep.py``
- the way of a live value to a figure, in order: ``web/api/operations.py`` or a connector,
  ``programme/platform/feeds.py``, ``messages.py``, ``store/queues/inbox.py``, ``programme/platform/live.py``
  (stored: ``absorbing.py``, ``store/context/``; measured: ``live_figures.py``), ``Store.record``; why:
  ADR 0086
- names, units, silence of an attribute of sensors: a row of ``data/rules/live_attributes.csv``; what is
  said of them: ``sensors.py``; who is alarmed when one is silent or stuck:
  ``programme/platform/sensor_watch.py``; when an indicator leaves the way to its target in a task book:
  ``programme/platform/live.py``; a limit of a single value alarms nobody, and none is refused; the figure of
  a period outside its range (``data/variables/live.csv``) is suspect
- how local instants are read where clocks change: ``local_time.py``
- what Open311 and CAP say: ``service_requests.py``, ``cap.py``; their addresses:
  ``web/api/operations.py``
- what a catalogue of resources must say; days of a frequency: table ``profiles`` of the catalogue
  (``data/platform/profiles.csv``), and ``frequencies.csv``; completeness and freshness: ``resources.py``
- by which property of DCAT a field is written and read: one list in ``dcat.py``; CKAN and data.json:
  ``portals.py``
- which base databases are asked for, how they are measured: table ``base_data`` of the catalogue
  (``data/platform/base_data.csv``), ``base_data.py``; the figures they are held against:
  ``programme/cases/rules/base_data.py``
- which other machines may be asked, at which addresses: setting ``outbound_hosts``; ``outbound.py``
"""
