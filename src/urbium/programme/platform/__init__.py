"""Platform of a programme: resources, exchange, feeds, live values and citizens' requests, in its store.

What each of these holds and how it is read and checked stands in ``platform``; here is what is stored,
when, and for whom.

Where to change what:

- what becomes of messages of feeds, and when an alert begins: ``live.py``; the inbox:
  ``store/queues/inbox.py``; the band of a task book's target: ``pilot/bands.py``, its shares in
  ``data/rulesets/alarms.csv``
- a message that comes twice: ``key_of`` of ``platform/messages.py``, ``add`` of ``store/queues/inbox.py``;
  one of the future is put aside: ``_touched`` of ``live.py``; a stale or silent sensor: ``sensor_watch.py``
- when a whole feed is silent: ``is_silent`` of ``feeds.py``, by its field ``silent_after`` of
  ``platform/feeds.py``; it is shown and alarms nobody, its sensors do (row ``alert`` of
  ``data/rules/letters.csv``)
- who may read and change which place's entities, tokens and their types, hosts of contexts: rows
  ``entity`` of ``data/rules/rights.csv``; types of a grant: ``access.py``; ``places_context.py``
- what citizens report, who sees and decides it, how many a city takes a day: ``problem_reports.py``; why it
  is no dossier, and what is forgotten of it: ``store/service_requests.py``, ``KEPT_DAYS`` of
  ``platform/service_requests.py``; photographs: ``platform/photographs.py``; kinds of problems and their
  days: table ``city_services`` of the catalogue; who may: rows ``service_request`` of ``rights.csv``; its
  form: ``web/filing/reporting.py``, the desk of a city: ``web/filing/problems.py``
- when a report is late: its day is set by ``report`` of ``problem_reports.py`` and marked in
  ``web/filing/problems.py``; of a feed's request: ``overdue`` of ``platform/service_requests.py``. No letter
  goes out and nothing is escalated; outages and incidents are not kept
- when a catalogue is harvested, what is stored of it, what differs: ``harvests.py``, pages of a source:
  ``platform/harvest.py``; how far it is: ``store/harvests.py``
- who is given data, until when, and its log: ``exchange.py``; when an approval holds:
  ``platform/exchange.py``; who may: ``rights.csv``; on the desk: ``web/desk/handing_over.py``
"""
