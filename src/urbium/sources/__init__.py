"""Bring in: read other people's tables, check them, refuse or mark them.

- ``read`` reads a file of observations; ``registers`` reads cities and projects
- ``template`` makes the workbook to be filled in; ``own`` recognises it
- ``mapping`` says how tables that are not ours are laid out
- ``table``, ``figures`` and ``places`` turn cells into observations
- ``check`` and ``columns`` find what is wrong; ``report`` and ``mark`` show it
- ``formats`` lists the formats; ``signature``, ``package`` and ``csv_`` keep hostile files out
- ``limits`` says how large is too large
"""

from urbium.sources.mapping import read_mapping
from urbium.sources.read import read_file
from urbium.sources.registers import RegisterFile, read_cities, read_projects
from urbium.sources.report import Reading
from urbium.sources.report_template import template

__all__ = ["Reading", "RegisterFile", "read_cities", "read_file", "read_mapping", "read_projects", "template"]
