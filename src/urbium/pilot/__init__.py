"""Pilot: what a round, application, review, agreement, task book, report and grade hold, and their checks.

Pure functions of dossiers and results: no store, no clock, no person. Who does what with them, and
everything that needs the store, stands in ``programme/cases``. ``calls`` (rounds and applications),
``selection`` (reviews and ranking), ``contracts`` (from the agreement to the grade), ``alarms``; here what
all of them share: ``steps``, ``fields``, ``attachments``, ``limits``. Offers, mandates and data rooms:
``market``; resources and feeds: ``platform``.

Where to change what:

- what a field of a dossier is called, and the help and words of its form: a row of
  ``data/rules/fields.csv``; what it may hold: the class of its dossier (``calls``, ``contracts`` ...);
  how it is typed in a form: ``web/desk/forms.py``
- how much a dossier may hold: ``limits.py``; which files can be attached to one: ``attachments.py``; to
  which kinds, and by whom: ``programme/cases/attachments.py``
"""
