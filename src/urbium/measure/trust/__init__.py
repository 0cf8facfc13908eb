"""Trust: what is missing, poor, withheld or copied, and what that does to the ranks.

Where to change what:

- the effect of non-reporting: ``non_reporting.py``
"""
