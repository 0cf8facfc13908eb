"""Headings: which rows name the columns of a table, and what the names and units in them mean.

Where to change what:

- which rows are headings (header rows, merged cells): ``header_rows.py``; what a mapping file can say:
  ``sources/mappings/mapping.py`` (keys), ``sources/mappings/mapping_plans.py`` (records)
- what a column of our own tables is called, in any case: ``headings.py``
"""
