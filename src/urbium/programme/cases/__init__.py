"""Cases: who does what with the dossiers of a programme, from the call for applications to the grade.

What each dossier holds, its steps, and the checks that need no store stand in ``pilot`` (for investors in
``market``, for resources and feeds in ``platform``). Here is what needs the store: who may see and do what,
what is begun, moved on and written to whom. ``casework`` is the machine, ``kinds`` its rows; ``rules``
checks the steps of each kind.

Where to change what:

- a kind of dossier, what it is called and hangs on: a row of ``data/rules/kinds.csv``; its record and rules:
  ``kinds.py``
- who may see and do what: a row of ``data/rules/rights.csv`` (which circle of fields a role sees, too;
  the circle of a field: its class in ``pilot``); how it is read: ``access.py`` at the top; as a
  condition of lists: ``store/queries/dossier_statements.py``
- who may bring in figures of which city, and whose count at once: rows ``figures`` and ``submission`` of
  ``rights.csv``, asked by ``check_cities`` of ``figures.py``
- a step of a round, application, review ...; what it may set; four eyes: rows of ``data/rules/steps.csv``
  and ``states.csv``; what it checks: ``kinds.py``
- who is written to after which step: a row of ``data/rules/letters.csv``; receivers: ``letters.py``; what
  letters say: ``programme/people/letter_texts.py`` (how an outcome is called: ``states.csv``);
  reminders and sending: ``programme/people/outbox.py``, ``programme/base/mail.py``;
  the table: ``store/queues/letters.py``
- to which cities a letter of the office goes, and what its release makes: ``rules/circular_rules.py``; for
  whom a comment can be: ``rules/comment_rules.py``; what they hold: ``pilot/circulars.py``
- what is kept of a form while it is typed: ``drafts.py``, ``web/desk/saving.py``, ``static/unsaved.js``
- what is told as changed since somebody's last visit, to whom: ``news.py``; shown by ``web/desk/changes.py``
- what one actor sees of a dossier (``Seen``): ``sight.py``
- what is an example, and where it counts: ``is_example`` of a round, or of a feed; left out by
  ``Desk.examples`` (``desk.py``), ``track.py`` and, of live values, ``programme/platform/live.py``
- what is due, alarms and certificates over HTTP and at the desk: ``contracts.py``;
  ``web/desk/contracts.py``, ``web/desk/certificates.py``
- what reports say to a new plan: ``track.py`` (``actuals``)
- who may have the file in which a figure stands: ``source_files.py`` (which licences allow copies:
  ``Source.allows_copies``)
- what the first page says is decided next: ``next_decision.py``
- what a step changes that is no dossier: ``then`` of its kind in ``kinds.py``
"""
