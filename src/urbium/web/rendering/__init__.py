"""Rendering: how pages say things: language, words, labels, drawn charts, templates.

Where to change what:

- in which language a page answers (address, account, cookie, browser, else English): ``asked_language`` of
  ``language.py``
- how many digits a number has on a page, days and moments: ``words.py`` (``number``, ``day``, ``moment``);
  how a language writes them: ``text/formats.py``
- that text is escaped on every page: ``environment.py`` (``autoescape``); in documents:
  ``publish/documents/web_page.py``
- what a screen reader is told of a chart: macro ``figure`` of ``web/templates/macros.html``; how a chart is
  drawn and kept: ``drawing.py``
"""
