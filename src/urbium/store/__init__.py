"""Keep: append-only observations with two time axes, and an audit log that cannot be rewritten unseen."""

from urbium.store.accounts import AccountStore, Credential, Ticket
from urbium.store.admission import Arrivals, compare
from urbium.store.answers import Answer
from urbium.store.context import ContextStore, Decision, EntityChange, Instance, Newest, Range, StoredEntity
from urbium.store.database import OlderStoreError
from urbium.store.dossiers import DossierStore
from urbium.store.harvests import HarvestRun, Sighting
from urbium.store.head import Head
from urbium.store.inbox import FeedHealth, InboxStore, Message
from urbium.store.jobs import Job
from urbium.store.letters import Letter
from urbium.store.loads import FileStamp, Receipt
from urbium.store.publications import Publication, PublishedFile
from urbium.store.query_context import Match
from urbium.store.store import Store
from urbium.store.subscriptions import Notification, Subscription, SubscriptionStore

__all__ = [
    "AccountStore", "Answer", "Arrivals", "ContextStore", "Credential", "Decision",
    "DossierStore", "EntityChange", "FeedHealth", "FileStamp", "HarvestRun", "Head",
    "InboxStore", "Instance", "Job", "Letter", "Match", "Message",
    "Newest", "Notification", "OlderStoreError", "Publication", "PublishedFile", "Range", "Receipt",
    "Sighting", "Store", "StoredEntity", "Subscription", "SubscriptionStore", "Ticket",
    "compare",
]  # fmt: skip
