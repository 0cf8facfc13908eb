"""Examples: programmes that come along: the demo, with work that waits in it, and those of other nations.

Their figures stand in ``data/demo`` and ``data/examples``; the stages on a data frame are ``research.py``.

Where to change what:

- what ``make demo`` does; the work that waits in it; its feeds and resources: ``demo.py``;
  ``demo_work.py``; ``demo_platform.py``; what stands for a file there: ``one_line_pdf.py``
"""
