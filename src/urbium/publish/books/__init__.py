"""Workbooks: what an office reads in Excel.

Where to change what:

- a column of an Excel workbook: its list in ``publish/books/`` (``plan_lists.py``, ``outlook_lists.py``,
  ``scores_stages.py``)
"""
