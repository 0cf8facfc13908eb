"""Rendering: how pages say things: language, words, labels, drawn charts, templates.

Where to change what:

- that text is escaped on every page: ``environment.py`` (``autoescape``); in documents:
  ``publish/documents/web_page.py``
- what a screen reader is told of a chart: macro ``figure`` of ``web/templates/macros.html``; how a chart is
  drawn and kept: ``drawing.py``
"""
