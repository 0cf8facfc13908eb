"""Bundles: signed files that anybody can compute again.

Where to change what:

- what a signed bundle holds, and how it is checked: ``contents.py``, ``verification.py``
"""
