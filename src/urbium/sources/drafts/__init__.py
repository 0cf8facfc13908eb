"""Drafts: a mapping file, or a register, proposed by looking at a table of somebody else.

Where to change what:

- what a draft of a mapping sees in a table: ``sources/headings/table_looks.py`` (headings, signs, years),
  ``sources/headings/unit_words.py`` and ``data/unit_words.csv`` (units), ``mapping_draft.py`` (its lines)
"""
