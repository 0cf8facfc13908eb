"""Market: investors and projects: what is offered and asked, who suits whom, and who finances what.

What an offer and a mandate hold and when a project is ready; how both are matched; sums that may be shown.
No store: who does what with offers and data rooms stands in ``programme/money/market.py``. What a project
earns: ``finance``.

Where to change what:

- why a project does not suit a mandate: its row in ``rules.py``; what each removes: ``removals.py``
- how investors and projects are matched: shortlists: ``seats.py`` (checked apart by ``stability.py``),
  weights: ``data/market/preferences.csv``; money: ``placement.py``, ``blocking.py``; bundles:
  ``bundles.py``
- what is asked before money is sought, and what contradicts itself: ``data/market/questions.csv``,
  ``consistency.csv``; read by ``readiness.py``
- the one page of a project or bundle: what it says: ``sheets.py``; as a document:
  ``publish/documents/project_page.py``; as a workbook: ``publish/market_books.py``
- sums of the market, and what is hidden in them: ``sums.py``
"""
