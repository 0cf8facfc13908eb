"""Bring in: read other people's tables, check them, refuse or mark them.

- ``read`` reads a file of observations; ``registers`` reads cities and projects
- ``report_template`` makes the workbook to be filled in; ``own`` recognises it, by its ``headings``
- ``mapping`` says how tables that are not ours are laid out; ``mapping_draft`` proposes one
- ``table``, ``figure_keys``, ``figure_units`` and ``places`` turn cells into observations
- ``plausibility``, ``columns``, ``rules``, ``history_rules`` and ``factor_slips`` find what is wrong;
  ``report`` shows and marks it; ``projections`` keeps the future out of what is reported
- ``file_formats`` lists the formats; ``signature``, ``package``, ``shared_texts``, ``csv_`` and
  ``control_characters`` keep hostile files out; ``door`` reads small tables with the same care
- ``size_limits`` says how large is too large
"""

from urbium.sources.mapping import read_mapping
from urbium.sources.mapping_draft import draft_mapping
from urbium.sources.read import read_file
from urbium.sources.registers import RegisterFile, read_cities, read_projects
from urbium.sources.report import Reading
from urbium.sources.report_template import template

__all__ = [
    "Reading",
    "RegisterFile",
    "draft_mapping",
    "read_cities",
    "read_file",
    "read_mapping",
    "read_projects",
    "template",
]
