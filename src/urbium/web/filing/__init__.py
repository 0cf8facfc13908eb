"""Filing: what is sent in: figures, checked and decided; outlines; problems that citizens report.

Where to change what:

- the upload of a file of figures, and its faults by cell: ``figures.py``, ``findings.py``; what is checked:
  ``sources/read.py``, ``sources/checks``
- the pages on which suspect figures are accepted or rejected, one or a group, and decisions undone:
  ``suspects.py``, ``web/templates/suspects*.html``; what a decision is: ``programme/cases/suspects.py``; over
  HTTP: ``sending.py``; that a reason is demanded: ``store/audit_log.py``
- how the outline of the maps comes in: ``outline.py``; what is read and refused: ``sources/outlines.py``
- what a citizen reports without an account, and how its author reads its state: ``reporting.py``; the desk of
  a city for reports: ``problems.py``; the rules: ``programme/platform/problem_reports.py``
"""
