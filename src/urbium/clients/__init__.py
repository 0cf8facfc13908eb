"""Clients: what asks the API of a served programme: a Python client as one file, an assistant's tools.

Where to change what:

- the client that `urbium client` writes: ``source.py``; how it asks and reads: ``call.py``
- what an assistant may ask: a row of ``data/tools.csv``; how answers are cut: ``assistant.py``
"""
