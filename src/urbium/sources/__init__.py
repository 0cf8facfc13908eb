"""Sources: other people's tables: read, map, check, refuse whole or mark suspect.

``read`` reads a file of observations, ``registers`` cities and projects, ``door`` small tables with the
same care; ``table``, ``figure_keys``, ``figure_units`` and ``places`` turn cells into observations;
``report_template`` makes the workbook to be filled in, ``own`` recognises it. Rooms: ``formats`` (what a
file is, grids of cells), ``headings``, ``mappings``, ``drafts``, ``checks``. What is stored of it:
``store``; which figure counts: ``observations``.

Where to change what:

- a small table that a command reads (reports, starts, levers, ages): ``door.py``
- which states a project of a register may have: ``registers.py``; a project of a roadmap:
  ``data/roadmap/columns.csv``
- what the workbook to be filled in asks: ``report_template.py``; which of its sheets is for people alone:
  ``own.py`` (``_GUIDES``); how its columns are headed: ``headings/headings.py``
- how a file is read: its format: ``formats/file_formats.py``; which columns one of figures must have:
  ``own_plan`` of ``own.py``; an unknown city: ``places.py``; an unknown variable or period:
  ``figure_keys.py``; that one fault refuses the whole file: ``Reading.is_refused`` of ``report.py``
"""

from urbium.sources.drafts.mapping_draft import draft_mapping
from urbium.sources.mappings.mapping import read_mapping
from urbium.sources.read import read_file
from urbium.sources.registers import RegisterFile, read_cities
from urbium.sources.report import Reading
from urbium.sources.report_template import template

__all__ = [
    "Reading",
    "RegisterFile",
    "draft_mapping",
    "read_cities",
    "read_file",
    "read_mapping",
    "template",
]
