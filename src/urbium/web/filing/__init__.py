"""Filing: a file of figures that is sent over HTTP: checked, stored or submitted, and doubts decided.

Where to change what:

- the page on which a suspect figure is accepted or rejected with a reason: ``web/templates/suspects.html``,
  ``figures.py``; over HTTP: ``sending.py``; that a reason is demanded: ``store/audit_log.py``
"""
