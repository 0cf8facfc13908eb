"""Track: what became of plans: progress and earned value, early warnings, and lessons for declared effects.

Pure: no room here reads the store. ``programme/track.py`` gathers what is compared.
"""
