"""Publishing: what a programme hands out: open publications, bundles, workbooks, documents.

What may leave is decided here; how it is written stands in ``publish``.

Where to change what:

- what the public sees of a dossier, and which personal or confidential fields are left out: rows ``public``
  of ``data/rules/rights.csv`` (states, circles); a field's circle stands in its class, ``seen`` of
  ``access.py`` leaves it out; a resource that is not public: ``_publishable`` of
  ``programme/cases/rules/platform_rules.py``
- which figures, results, projects and dossiers are published; what a publication is pinned to:
  ``open_records.py``, ``open_results.py`` (scores, outlook), ``open_projects.py`` (the status that
  OC4IDS gives a project, and who finances it); what is kept of it and made on demand:
  ``open_publishing.py``, kept by ``store/publications.py``; how portals list it: ``datasets.py``; over
  HTTP, OGC API Features too: ``web/api/open_data.py``, ``web/api/ogc.py``
"""
