"""Formats: files become grids of cells, hostile ones are kept out, and cells become values.

One module a format, a row of ``file_formats``; ``size_limits`` says how large is too large. What a column
means is found in ``sources/headings``.

Where to change what:

- what a cell means (per cent, dates), and when it is no number: ``cell_frames.py`` (kinds of cells),
  ``number_formats.py`` (formats of Excel), ``typed_figures.py`` (what people type)
- how large a file may be: ``size_limits.py``; measured by ``tests/faults/test_memory.py``; what a request may
  carry: of the API ``web/filing/sending.py``, of the page ``most`` in ``web/filing/figures.py``, said in its
  template ``figures_upload.html``
- what is refused before a parser sees a file (macros, encryption, bombs): ``package.py`` (.xlsx), ``ods.py``,
  ``old_package.py`` and a process of its own, ``old_workbook.py`` (.xls); tried by
  ``tests/faults/test_malformed_files.py``
"""
