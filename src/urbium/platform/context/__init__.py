"""The context store of a place: its things as entities with attributes, now and over time (NGSI-LD).

Where to change what:

- what a context store understands: kinds of attributes and what is refused: ``entities.py``; names and
  JSON-LD contexts: ``names.py``; terms of the core context: ``data/ngsi_ld/core_terms.csv``
- what becomes of an entity that something is sent about: ``changes.py``, ``steps.py``; how it is sent:
  ``representations.py``; conditions (``q``): ``conditions.py``; ``georel``: ``places.py``; over time:
  ``temporal.py``
- who is told of changes: ``subscriptions.py``, ``notifier.py``; the outbox:
  ``store/queues/subscriptions.py``
- NGSI-LD over HTTP: ``query.py`` (what is asked for), ``web/api/ngsi_ld.py``, forms, pages, problems and
  what an address may ask: ``web/api/ngsi_ld_request.py``; contexts: ``web/api/ngsi_ld_contexts.py``, kept
  and fetched in ``programme/platform/places_context.py``; entities as they are stored and found:
  ``store/context/``, ``store/queries/query_context.py``
"""

from urbium.platform.context.context import Context, TooManyError, rebuild_index
from urbium.platform.context.query import Query
from urbium.platform.context.steps import Batch

__all__ = ["Batch", "Context", "Query", "TooManyError", "rebuild_index"]
