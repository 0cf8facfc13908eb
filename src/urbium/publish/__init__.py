"""Publish: results as files others can use.

Rooms: ``documents`` (briefs, papers, designs, as PDF and Word), ``books`` (workbooks), ``open_data`` (formats
of publications), ``bundle`` (a whole publication and its description).

Where to change what:

- a section of a document: its list of sections in ``documents/``, its parts in ``programme_parts.py`` or
  ``city_parts.py``
- a sheet of a workbook: ``books/``; a format of publications: a row of ``open_data/formats.py``
- the program that others download to check what is published: ``wheel.py``, sent by ``web/api/nouns.py``
"""

from urbium.publish.open_data.export import export_figures, export_folder

__all__ = ["export_figures", "export_folder"]
