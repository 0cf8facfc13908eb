"""Money: what a plan costs, owes and earns, what is spent, and the market of its projects, with the store.

The arithmetic is that of ``finance`` and ``market``; what offers and mandates hold: ``market``. What an offer
adds to a project that seeks money: ``prospects.py``.
"""
