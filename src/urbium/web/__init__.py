"""Web: the pages and the API; no arithmetic and no SQL in here.

Every address is denied unless its route grants reading; forms write through the programme, and no page asks
another machine for anything. Charts are drawn on the server and stand in the page before any script runs.

``server`` (limits, sessions, problems), ``rendering`` (language, words, environment), ``views`` and
``templates`` (what pages show), ``desk`` (where people work), ``filing`` (files of figures), ``accounts``,
``api``. Here: the list of pages, and the app.

Where to change what:

- whether other pages of its door lead to a page: ``is_listed`` of its row in ``pages.py``
- a column of the list of cities: ``views/cities/ranking.py`` and ``templates/cities.html``
- who reads which answer is tried for every kind of reader by ``tests/web/test_rights_matrix.py``
- a page, a command: ``web/``, ``cli/``, in words only: arithmetic belongs to a stage
"""

from urbium.extras import needs

needs("server")
needs("charts")
from urbium.web.app import create_app, serve  # noqa: E402

__all__ = ["create_app", "serve"]
