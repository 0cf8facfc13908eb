"""API: the programme's nouns for programs: a row each where a result is sent as it is, else a handler.

Where to change what:

- an address that answers one result of the programme: ``data/addresses.csv`` (``results.py``); one that says
  more: ``nouns.py``
- what people do over HTTP, and on pages: ``cases.py``, ``web/desk/desk.py``
"""
