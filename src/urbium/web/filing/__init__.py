"""Filing: files that are sent over HTTP: figures, checked, stored or submitted, and doubts decided; outlines.

Where to change what:

- the page on which a suspect figure is accepted or rejected with a reason: ``web/templates/suspects.html``,
  ``figures.py``; over HTTP: ``sending.py``; that a reason is demanded: ``store/audit_log.py``
- how the outline of the maps comes in: ``outline.py``; what is read and refused: ``sources/outlines.py``
"""
