"""Publishing: what a programme hands out: open publications, bundles, workbooks, documents.

What may leave is decided here; how it is written stands in ``publish``.

Where to change what:

- which figures, results, projects and dossiers are published; what a publication is pinned to:
  ``open_publishing.py``, ``open_results.py`` (scores, outlook), ``open_projects.py`` (the status that
  OC4IDS gives a project, and who finances it); kept by ``store/publications.py``; over HTTP, OGC API
  Features too: ``web/api/open_data.py``
"""
