"""Web: the pages and the API; no arithmetic and no SQL in here.

Every address is denied unless its route grants reading; nothing is written, and no page asks another
machine for anything. Charts are drawn on the server and stand in the page before any script runs.

``server`` (limits, sessions, problems), ``rendering`` (language, words, environment), ``views`` and
``templates`` (what pages show), ``desk`` (where people work), ``filing`` (files of figures), ``accounts``,
``api``. Here: the list of pages, and the app.

Where to change what:

- the menu of the pages: ``in_menu`` of its row in ``pages.py``
- a page, a command: ``web/``, ``cli/``, in words only: arithmetic belongs to a stage
"""

from urbium.extras import needs

needs("server")
needs("charts")
from urbium.web.app import create_app, serve  # noqa: E402

__all__ = ["create_app", "serve"]
