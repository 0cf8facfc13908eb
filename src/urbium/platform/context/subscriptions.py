"""Subscriptions: who wants to be told what, and what is told when entities change.

What is told is written with the change, in one transaction; it is sent afterwards (``notifier``). Reference:
GS CIM 009, clauses 5.2.12 to 5.2.14, 5.2.23 and 5.8.
"""

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from urbium.errors import Fault, InputError, UrbiumError, counted
from urbium.platform.context.changes import written
from urbium.platform.context.conditions import Condition, pattern, read_condition
from urbium.platform.context.entities import (
    DELETED,
    KINDS,
    RESERVED,
    Entity,
    Instances,
    attribute_names,
    instant_of,
    is_uri,
)
from urbium.platform.context.names import Contexts, Names, context_link
from urbium.platform.context.places import Place, read_place
from urbium.platform.context.representations import FORMATS, Form, represent
from urbium.store import Notification, Subscription
from urbium.text import Text, coded, text

_KNOWN: Final = frozenset(
    {
        "id", "type", "subscriptionName", "description", "entities", "watchedAttributes", "q", "geoQ", "lang",
        "notification", "expiresAt", "throttling", "isActive", "@context", "jsonldContext", "status",
        "datasetId", "notificationTrigger",
    }
)  # fmt: skip
_TOLD: Final = frozenset({"endpoint", "format", "attributes", "pick", "omit", "sysAttrs"})
_MOST: Final = 100
_FORMATS: Final = {"keyValues": "simplified", **{name: name for name in FORMATS}}


TRIGGERS: Final = (
    "entityCreated",
    "entityUpdated",
    "entityDeleted",
    "attributeCreated",
    "attributeUpdated",
    "attributeDeleted",
)
"""What may lead to a notification (clause 5.2.12)."""
_USUAL: Final = frozenset({"attributeCreated", "attributeUpdated"})


class Changed(msgspec.Struct, frozen=True):
    """An entity as it is after a change, or was before it was deleted, and what has changed in it.

    Parameters
    ----------
    entity : as it is; as it was, where it is deleted
    names : the full names of what has changed
    before : as it was; None where it was not there
    deleted : when it was deleted; None where it is there
    """

    entity: Entity
    names: Collection[str]
    before: Entity | None = None
    deleted: str | None = None

    def by_trigger(self) -> Iterator[tuple[str, set[str]]]:
        """Yield what has come about, and of which members."""
        if self.deleted is not None:
            yield "entityDeleted", set(attribute_names(self.entity))
            return
        before = self.before or {}
        if self.before is None:
            yield "entityCreated", set(self.names)
        gone = {name for name in self.names if self.gone_of(name)}
        created = {name for name in self.names if name in self.entity and name not in before}
        updated = set(self.names) - created - {name for name in gone if name not in self.entity}
        yield from (
            (f"attribute{word}", names)
            for word, names in (("Created", created), ("Updated", updated), ("Deleted", gone))
            if names
        )
        if self.before is not None and self.names:
            yield "entityUpdated", set(self.names)

    def gone_of(self, name: str) -> Instances:
        """Return the data sets of an attribute that are gone."""
        before = (self.before or {}).get(name, []) if name not in RESERVED else []
        left = {one.get("datasetId") for one in self.entity.get(name, [])} if before else set()
        return [one for one in before if one.get("datasetId") not in left]

    def with_gone(self, moment: str) -> Entity:
        """Return the entity with ``urn:ngsi-ld:null`` for what of its attributes is gone since a moment."""
        gone = {name: self.gone_of(name) for name in self.names}
        return self.entity | {
            name: [*self.entity.get(name, []), *(_gone(one, moment) for one in instances)]
            for name, instances in gone.items()
            if instances
        }


def _gone(instance: Mapping[str, Any], moment: str) -> dict[str, Any]:
    kind = instance["type"]
    held = {"@none": DELETED} if kind == "LanguageProperty" else DELETED
    rest = {name: instance[name] for name in ("datasetId", "createdAt", "modifiedAt") if name in instance}
    return {"type": kind, KINDS[kind]: held} | rest | {"deletedAt": moment}


@dataclass(frozen=True, slots=True)
class Selector:
    """Which entities: of a type, of a name, or of names that hold a pattern."""

    types: frozenset[str] = frozenset()
    id: str = ""
    matches: Callable[[str], bool] | None = None

    def selects(self, entity: Entity) -> bool:
        """Say whether an entity is one of them."""
        return (
            (not self.types or not self.types.isdisjoint(entity["type"]))
            and self.id in ("", entity["id"])
            and (self.matches is None or self.matches(entity["id"]))
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """A subscription as it is asked when something changes."""

    names: Names
    form: Form
    endpoint: str
    headers: Mapping[str, str] = field(default_factory=dict)
    selectors: Sequence[Selector] = ()
    watched: frozenset[str] = frozenset()
    condition: Condition | None = None
    place: Place | None = None
    expires: int | None = None
    throttling: float = 0.0
    is_active: bool = True
    context: Any = None
    triggers: frozenset[str] = _USUAL

    def tells(self, change: Changed) -> bool:
        """Say whether a change is told."""
        entity = change.entity
        return (
            (not self.selectors or any(one.selects(entity) for one in self.selectors))
            and any(
                not self.watched or not self.watched.isdisjoint(names)
                for trigger, names in change.by_trigger()
                if trigger in self.triggers
            )
            and (self.condition is None or self.condition.holds(entity))
            and (self.place is None or self.place.holds(entity))
        )

    def told(self, change: Changed, moment: str) -> dict[str, Any]:
        """Return an entity as its change is told."""
        if change.deleted is not None:
            kept = ("id", "type", "createdAt", "modifiedAt")
            bare = {name: change.entity[name] for name in kept if name in change.entity}
            return represent(bare, self.names, self.form) | {"deletedAt": change.deleted}
        is_told = "attributeDeleted" in self.triggers
        return represent(change.with_gone(moment) if is_told else change.entity, self.names, self.form)

    def is_due(self, now: int, last: int) -> bool:
        """Say whether something may be told now, where something was told last at an instant."""
        is_over = self.expires is not None and now >= self.expires
        return self.is_active and not is_over and (not last or now - last >= self.throttling * 1_000_000)


class Rules:
    """The rules of subscriptions, each read once.

    Parameters
    ----------
    contexts : what their names mean
    readable : full names of the types of which alone whoever subscribed may be told now; None for all
    """

    def __init__(
        self,
        contexts: Contexts,
        readable: Callable[[Subscription], frozenset[str] | None] = lambda _: None,
    ) -> None:
        self._contexts, self.readable = contexts, readable
        self._rules: dict[str, Rule] = {}

    def of(self, content: str) -> Rule:
        """Return the rule of a subscription as it is kept."""
        if content not in self._rules:
            if len(self._rules) >= _MOST * 10:
                self._rules.clear()
            self._rules[content] = read_rule(msgspec.json.decode(content), self._contexts)
        return self._rules[content]


def read_rule(sent: object, contexts: Contexts) -> Rule:
    """Return the rule of a subscription that was sent; raise InputError that names every fault."""
    if not isinstance(sent, dict):
        raise _refused([_fault("", _WRONG)])
    context = sent.get("jsonldContext", sent.get("@context"))
    names = contexts.names(sent.get("@context", context))
    reader = _Reader(sent, names)
    notification = reader.mapping("notification")
    endpoint = notification.get("endpoint")
    endpoint = endpoint if isinstance(endpoint, dict) else {}
    uri = endpoint.get("uri")
    reader.demand(
        "notification.endpoint.uri",
        holds=is_uri(uri) and str(uri).startswith(("http://", "https://")) and "@" not in str(uri),
    )
    format_ = _FORMATS.get(str(notification.get("format", "normalized")), "")
    reader.demand("notification.format", holds=bool(format_))
    told_names, picked, omitted = (
        frozenset(reader.words(notification.get(word), f"notification.{word}"))
        for word in ("attributes", "pick", "omit")
    )
    is_clear = not picked & omitted and not (told_names and (picked or omitted))
    reader.demand("notification.attributes, pick, omit", holds=is_clear)
    datasets = sent.get("datasetId")
    reader.demand("datasetId", holds=datasets is None or isinstance(datasets, list))
    rule = Rule(
        contexts.names(context),
        Form(
            format_,
            has_system=notification.get("sysAttrs") is True,
            language=str(sent.get("lang", "")),
            attributes=told_names or None,
            picked=picked or None,
            omitted=omitted,
            datasets=datasets,
        ),
        str(uri),
        _headers(endpoint, reader, context),
        reader.selectors(),
        frozenset(reader.words(sent.get("watchedAttributes"), "watchedAttributes")),
        reader.part("q", lambda written_q: read_condition(str(written_q), names)),
        reader.part("geoQ", lambda geo: _place(geo, names)),
        reader.instant("expiresAt"),
        reader.number("throttling"),
        sent.get("isActive", True) is True,
        context,
        _triggers(sent.get("notificationTrigger"), reader),
    )
    reader.demand("entities, watchedAttributes", holds=bool(rule.selectors or rule.watched))
    reader.check()
    return rule


def _triggers(sent: object, reader: "_Reader") -> frozenset[str]:
    """Return what leads to a notification."""
    if sent is None:
        return _USUAL
    words = (
        frozenset(sent)
        if isinstance(sent, list) and all(isinstance(one, str) for one in sent)
        else frozenset()
    )
    reader.demand("notificationTrigger", holds=bool(words) and words <= set(TRIGGERS))
    return words


def _headers(endpoint: Mapping[str, Any], reader: "_Reader", context: object) -> dict[str, str]:
    """Return how a body is sent: its media type, the address of its context, what its receiver wants."""
    accept = endpoint.get("accept", "application/json")
    reader.demand("notification.endpoint.accept", holds=accept in ("application/json", "application/ld+json"))
    headers = {"content-type": str(accept)}
    address = context[0] if isinstance(context, list) and len(context) == 1 else context
    if accept == "application/json" and isinstance(address, str):
        headers["link"] = context_link(address)
    pairs = endpoint.get("receiverInfo", [])
    for pair in pairs if isinstance(pairs, list) and len(pairs) <= _MOST else [None]:
        words = [str(pair.get(word, "")) for word in ("key", "value")] if isinstance(pair, dict) else [""]
        is_plain = all(one.isascii() and one.isprintable() for one in words)
        is_plain = is_plain and words[0].replace("-", "").isalnum()
        reader.demand("notification.endpoint.receiverInfo", holds=is_plain)
        headers |= {words[0].lower(): words[-1]} if is_plain else {}
    return headers


def _place(sent: Any, names: Names) -> Place:  # noqa: ANN401 - any JSON
    georel, geometry, name = (sent.get(word, "") for word in ("georel", "geometry", "geoproperty"))
    attribute = names.expand(str(name) or "location")
    return read_place(str(georel), str(geometry), sent.get("coordinates"), attribute)


def _members(sent: Mapping[str, Any]) -> list[str]:
    """Return the members of a notification that say how to tell; what came of it is not read."""
    notification = sent.get("notification")
    of_state = {"status", "timesSent", "timesFailed", "lastNotification", "lastSuccess", "lastFailure"}
    return [name for name in notification if name not in of_state] if isinstance(notification, dict) else []


class _Reader:
    """Reads the members of a subscription, and gathers what is wrong with them."""

    def __init__(self, sent: Mapping[str, Any], names: Names) -> None:
        self._sent, self._names = sent, names
        self._faults: list[Fault] = []
        for name in sent:
            if name not in _KNOWN:
                self._faults.append(_fault(name, _UNSUPPORTED))
        self._faults += [
            _fault(f"notification.{name}", _UNSUPPORTED) for name in _members(sent) if name not in _TOLD
        ]
        self.demand("type", holds=sent.get("type") == "Subscription")
        self.demand("id", holds="id" not in sent or is_uri(sent["id"]))

    def demand(self, place: str, *, holds: bool) -> None:
        if not holds:
            self._faults.append(_fault(place, _WRONG))

    def check(self) -> None:
        if self._faults:
            raise _refused(self._faults)

    def mapping(self, name: str) -> Mapping[str, Any]:
        member = self._sent.get(name)
        self.demand(name, holds=isinstance(member, dict))
        return member if isinstance(member, dict) else {}

    def words(self, member: object, place: str) -> list[str]:
        words = [] if member is None else member
        are_words = isinstance(words, list) and all(isinstance(one, str) and one for one in words)
        self.demand(place, holds=are_words and len(words) <= _MOST)  # type: ignore[arg-type]
        if not are_words:
            return []
        return [one if one in RESERVED else self._names.expand(one) for one in words]  # type: ignore[attr-defined]

    def instant(self, name: str) -> int | None:
        instant = instant_of(self._sent.get(name))
        self.demand(name, holds=name not in self._sent or instant is not None)
        return instant

    def number(self, name: str) -> float:
        number = self._sent.get(name, 0)
        is_right = isinstance(number, int | float) and not isinstance(number, bool) and 0 <= number <= 1e9  # noqa: PLR2004
        self.demand(name, holds=is_right)
        return float(number) if is_right else 0.0

    def part(self, name: str, read: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - what is read
        if name not in self._sent:
            return None
        try:
            return read(self._sent[name])
        except (UrbiumError, AttributeError) as error:  # the second: no object
            message = error.message if isinstance(error, UrbiumError) else _WRONG
            self._faults.append(Fault("error", message, _REMEDY, cell=name))
            return None

    def selectors(self) -> list[Selector]:
        rows = self._sent.get("entities", [])
        if not isinstance(rows, list) or len(rows) > _MOST:
            self.demand("entities", holds=False)
            return []
        return [self._selector(row, f"entities[{place}]") for place, row in enumerate(rows)]

    def _selector(self, row: object, place: str) -> Selector:
        members = row if isinstance(row, dict) else {}
        types, id_, matches = members.get("type"), members.get("id", ""), None
        is_right = bool(members) and set(members) <= {"type", "id", "idPattern"}
        self.demand(place, holds=is_right and (id_ == "" or is_uri(id_)))
        if "idPattern" in members:
            try:
                matches = pattern(str(members["idPattern"]))
            except InputError as error:
                self._faults.append(Fault("error", error.message, _REMEDY, cell=f"{place}.idPattern"))
        words = [] if types is None else types if isinstance(types, list) else [types]
        return Selector(frozenset(self.words(words, f"{place}.type")), str(id_), matches)


_WRONG: Final = coded(
    "platform.context.subscriptions.wrong", "this is missing, or is not what is expected here"
)
_UNSUPPORTED: Final = coded("platform.context.subscriptions.unsupported", "this is not supported here")
_REMEDY: Final = text("see the manual, or omit it")


def _fault(place: str, message: Text) -> Fault:
    return Fault("error", message, _REMEDY, cell=place)


def _refused(faults: Sequence[Fault]) -> InputError:
    return InputError(
        coded(
            "platform.context.subscriptions.refused",
            "this is not a subscription: {faults}",
            faults=counted(faults),
        ),
        remedy=text("correct it and submit it again"),
        faults=faults,
    )


def notifications_of(
    subscriptions: Iterable[Subscription], rules: Rules, changes: Sequence[Changed], now: int
) -> list[Notification]:
    """Return what is told of changes: to each subscription at most one notification, of all that it wants."""
    notifications = []
    for subscription in subscriptions:
        rule = rules.of(subscription.content)
        if not rule.is_due(now, subscription.last_sent):
            continue
        wanted = [change for change in changes if rule.tells(change)]
        types = rules.readable(subscription) if wanted else None
        wanted = [one for one in wanted if types is None or types.issuperset(one.entity["type"])]
        if wanted:
            id_ = f"urn:ngsi-ld:Notification:{secrets.token_hex(16)}"
            data = [rule.told(change, written(now)) for change in wanted]
            if rule.context is not None and rule.headers["content-type"] == "application/ld+json":
                data = [one | {"@context": rule.context} for one in data]
            body = {
                "id": id_,
                "type": "Notification",
                "subscriptionId": subscription.id,
                "notifiedAt": written(now),
                "data": data,
            }
            content = msgspec.json.encode(body).decode()
            notifications.append(Notification(id_, subscription.id, content, now))
    return notifications


def told(subscription: Subscription, rules: Rules, now: int) -> dict[str, Any]:
    """Return a subscription as it is sent: as it was written, with its state and what came of it."""
    rule = rules.of(subscription.content)
    sent: dict[str, Any] = msgspec.json.decode(subscription.content)
    is_over = rule.expires is not None and now >= rule.expires
    state = "expired" if is_over else "active" if rule.is_active else "paused"
    counts: dict[str, Any] = {"timesSent": subscription.sent, "timesFailed": subscription.failed}
    instants = {
        "lastNotification": subscription.last_sent,
        "lastSuccess": subscription.last_success,
        "lastFailure": subscription.last_failure,
    }
    counts |= {name: written(instant) for name, instant in instants.items() if instant}
    counts["status"] = "failed" if subscription.last_failure > subscription.last_success else "ok"
    sent["notification"] |= counts
    return sent | {"id": subscription.id, "isActive": rule.is_active, "status": state}
