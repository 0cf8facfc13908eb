"""Nation: cities, other urban, rural and all, adding up in every future.

Where to change what:

- how cities add up to their nation; the base year of ages: ``hierarchy.py`` (``reconciliation.py``
  prepares its futures); ``forecast/ages/rebasing.py``
- how earlier outlooks did: ``how_we_did.py``
"""
