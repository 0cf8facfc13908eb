"""Filing: files that are sent over HTTP: figures, checked, stored or submitted, and doubts decided; outlines.

Where to change what:

- the pages on which suspect figures are accepted or rejected, one or a group, and decisions undone:
  ``suspects.py``, ``web/templates/suspects*.html``; what a decision is: ``programme/cases/suspects.py``; over
  HTTP: ``sending.py``; that a reason is demanded: ``store/audit_log.py``
- how the outline of the maps comes in: ``outline.py``; what is read and refused: ``sources/outlines.py``
"""
