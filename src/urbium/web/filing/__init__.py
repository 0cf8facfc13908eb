"""Filing: a file of figures that is sent over HTTP: checked, stored or submitted, and doubts decided.

Where to change what:

- the pages on which suspect figures are accepted or rejected, one or a group, and decisions undone:
  ``suspects.py``, ``web/templates/suspects*.html``; what a decision is: ``programme/cases/suspects.py``; over
  HTTP: ``sending.py``; that a reason is demanded: ``store/audit_log.py``
"""
