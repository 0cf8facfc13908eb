"""How large a file may be before it is read: every limit in one place, with its reason (ADR 0045).

An upload is hostile until shown otherwise. The limits are checked before a parser sees the file, so that
no file makes the process hold more than about 512 MB.
"""

MAX_TEXT_BYTES = 64_000_000
"""Bytes of a CSV file: its text is held twice while it is read."""

MAX_LINE_BYTES = 1_000_000
"""Bytes of one line of a CSV file: 2,000 columns of 500 bytes; longer is an unclosed quote or no table."""

MAX_COLUMNS = 2_000
"""Columns of a table: the widest statistical register known to us has under 500."""

MAX_ROWS = 2_000_000
"""Lines of a CSV file, the empty ones too; a sheet of Excel ends at 1,048,576 by itself."""

MAX_FIGURES = 200_000
"""Figures of one file: one takes about 1.4 kB while it is checked against all others. A larger programme
comes in several files."""

MAX_NOTED = 500_000
"""Cells of which more is noted than their value: formulas, errors, percentages, dates shown as years."""

MAX_PACKED_BYTES = 100_000_000
"""Bytes of an .xlsx file as sent; the yearbook workbook of 34,000 values has 0.34 million."""

MAX_UNPACKED_BYTES = 300_000_000
"""Bytes of all parts of an .xlsx file together, counted while inflating: declared sizes can lie."""

MAX_PART_BYTES = 200_000_000
"""Bytes of one part (a sheet): about three million cells as Excel writes them."""

MAX_STRINGS_BYTES = 64_000_000
"""Bytes of the part that holds the texts, which the reader keeps whole in memory."""

MAX_RATIO = 200
"""Inflated size over packed size of a part above a megabyte: sheets reach 30, bombs 1,000."""

MAX_PARTS = 2_000
"""Parts of the zip directory: one or two for each sheet, and some pictures."""

MAX_SHEETS = 256
"""Sheets of a workbook: a sheet for each year of two centuries."""

MAX_SHEET_ROWS = 1_048_576
"""Rows of a sheet of Excel."""

MAX_CELLS = 4_000_000
"""Cells of the rectangles from A1 to the last used cell of each sheet, of all sheets of a file together:
the reader fills the gaps. Of a CSV file: lines times columns."""

MAX_WORKBOOK_TEXT_BYTES = 48_000_000
"""Bytes of text of all cells of a workbook, a shared text counted for each cell that names it: the reader
makes a text of its own for every cell."""

MAX_MAPPING_BYTES = 1_000_000
"""Bytes of a mapping file: ten thousand names of places."""

MAX_TAG_BYTES = 1_000_000
"""Bytes between two ``<`` of a part: a longer text is not written by any spreadsheet program."""

MAX_LISTED = 20_000
"""Findings of one rule that are listed singly; the rest is counted in one more finding."""
