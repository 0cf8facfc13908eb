"""Web: the pages and the API; no arithmetic and no SQL in here.

Every address is denied unless its route grants reading; nothing is written, and no page asks another
machine for anything. Charts are drawn on the server and stand in the page before any script runs.
"""

from urbium.web.app import create_app, serve

__all__ = ["create_app", "serve"]
