"""Formats: files become grids of cells, hostile ones are kept out, and cells become values.

One module a format, a row of ``file_formats``; ``size_limits`` says how large is too large. What a column
means is found in ``sources/headings``.

Where to change what:

- what a cell means (per cent, dates), and when it is no number: ``cell_frames.py`` (kinds of cells),
  ``number_formats.py`` (formats of Excel), ``typed_figures.py`` (what people type)
- how large a file may be: ``size_limits.py``; measured by ``tests/faults/test_memory.py``
"""
