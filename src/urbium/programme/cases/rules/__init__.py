"""Rules of cases: what is checked, and what follows, when a dossier of a kind takes a step.

A module a kind (``round_rules``, ``review_rules``, ...), named in ``programme/cases/kinds.py``;
beside them what several of them read: ``judging``, ``contract_cases``, ``track_cases``, ``base_data``,
``pushes``. They ask the ``desk`` and never write. Not here: rules that need no store (``pilot``,
``market``, ``platform``).

Where to change what:

- what is checked of mandates, offers, interests and data rooms: ``market_rules.py``; what they hold:
  ``market/investor_mandates.py``, ``market/offers.py``; OC4IDS: ``market/arrangements.py``; the page of a
  data room: ``web/desk/data_rooms.py``
- how figures that a city sends come to count: ``submission_rules.py``; what a submission holds, and its
  source: ``pilot/submissions.py``; sent by ``programme/cases/figures.py``; shown by
  ``web/desk/submissions.py``
- what counts as a new version of data that is pushed: ``pushes.py``; how it is sent, and what is asked
  then: ``push`` of ``programme/platform/exchange.py``
"""
