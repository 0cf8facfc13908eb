"""Keep: append-only observations with two time axes, and an audit log that cannot be rewritten unseen.

Where to change what:

- what is stored of a figure, and its migration: ``model/figures.py``, ``data/store/``, ``codes.py`` (its
  digest, too), ``store/queries/query.py``, ``admission.py``, ``store/migrations/``
- a table or a column (of a city: ``city_version``): a row of ``data/store/`` (``schema.py`` reads it); a
  store made before 1.0 is refused (``programme/base/kept_store.py``), a later one is moved by a file in
  ``migrations/versions`` (``docs/release.md``), run by ``_migrate`` of ``database.py``
- a backup, its restoration, a move to another database: ``copying.py``, ``programme/base/kept_store.py``,
  ``cli/operating.py``; urbium makes none by itself and deletes none (``docs/manual/operate.md``)
- how the path or address of a store is read, and how messages say it: ``addresses.py``
- what is said where a store is older, newer, damaged, locked or its disk full: ``database.py``
- that a change says who and why: ``audit_log.py`` (``demand``); an entry of the log: ``append`` there, inside
  ``writing()`` of a ``StorePart``, as in ``publications.py``; what an action is called: rows ``change`` of
  ``data/words.csv``, read by ``web/accounts/people.py``; that the chain holds: ``verify.py``, by
  ``urbium verify`` (``cli/proving.py``)
- what makes no entry of the log: drafts, queues, sign-in attempts, live values; tickets of ``UNSEALED`` in
  ``accounts.py``
- what verify holds of passwords, sessions and tokens: ``ways_in.py``
- in which file a figure stands, and whether it is kept: ``source_files.py``
- how a suspect figure is accepted or rejected: ``loads.py`` (``judge``); many at once, and a decision undone:
  ``decisions.py``; who may: rows ``figures`` of ``rights.csv``
"""

from urbium.store.accounts import AccountStore, Credential, Ticket
from urbium.store.admission import Arrivals, compare
from urbium.store.answers import Answer
from urbium.store.audit_log import Head
from urbium.store.context.entities import ContextStore, Decision, EntityChange, Range, StoredEntity
from urbium.store.context.past import Instance, Kept, Newest, Reading
from urbium.store.database import OlderStoreError
from urbium.store.decisions import Decided
from urbium.store.dossiers import DossierStore
from urbium.store.harvests import HarvestRun, Sighting
from urbium.store.loads import FileStamp, Receipt
from urbium.store.publications import Publication, PublishedFile
from urbium.store.queries.query_context import Match
from urbium.store.queues.inbox import FeedHealth, InboxStore, Message
from urbium.store.queues.jobs import Job
from urbium.store.queues.letters import Letter
from urbium.store.queues.subscriptions import Notification, Subscription, SubscriptionStore
from urbium.store.service_requests import StoredRequest
from urbium.store.store import Store

__all__ = [
    "AccountStore", "Answer", "Arrivals", "ContextStore", "Credential", "Decided", "Decision",
    "DossierStore", "EntityChange", "FeedHealth", "FileStamp", "HarvestRun", "Head",
    "InboxStore", "Instance", "Job", "Kept", "Letter", "Match", "Message",
    "Newest", "Notification", "OlderStoreError", "Publication", "PublishedFile", "Range", "Reading",
    "Receipt", "Sighting", "Store", "StoredEntity", "StoredRequest", "Subscription", "SubscriptionStore",
    "Ticket", "compare",
]  # fmt: skip
