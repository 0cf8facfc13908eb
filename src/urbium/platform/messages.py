"""Messages: what a feed sends, as it is stored in the inbox, and the entities that are read of it.

Three forms are understood: a notification of NGSI-LD (``data``), entities that urbium's own connectors read
(``entities``), and records of any JSON, read by the layout of the feed. Size and depth are bounded before
anything is stored.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from urbium.errors import Fault, InputError
from urbium.platform.connectors.mqtt import MQTT, read_published
from urbium.platform.connectors.table import read_records
from urbium.platform.entities import Batch, Entity, Feed, microseconds, moment
from urbium.text import coded, text

LARGEST: Final = 1_000_000
"""Bytes of a message, at most."""
_DEEPEST: Final = 20
_MOST_ENTITIES: Final = 1_000
_ENTITIES: Final = "entities"


def check_message(body: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return a message as JSON holds it; raise InputError for what is none, or is too large or too deep."""
    if len(body) > LARGEST:
        raise _refused(
            coded("platform.message.large", "the message is larger than {most:,} bytes", most=LARGEST)
        )
    try:
        message = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _refused(coded("platform.message.no_json", "the message is not JSON")) from None
    if not isinstance(message, dict | list):
        raise _refused(coded("platform.message.no_object", "the message is neither an object nor a list"))
    if _depth(message) > _DEEPEST:
        raise _refused(
            coded("platform.message.deep", "the message is more than {most} levels deep", most=_DEEPEST)
        )
    return message


def key_of(body: bytes) -> str:
    """Return by what a message is known again where its sender does not say: the digest of its bytes."""
    return hashlib.sha256(body).hexdigest()


def sent_at(message: object, received: int) -> int:
    """Return when a message was sent, in microseconds since 1970: as it says, and never after it arrived."""
    instant = message.get("notifiedAt") or message.get("sentAt") if isinstance(message, Mapping) else None
    at = moment(str(instant), Feed("", "").zone) if instant else None
    if at is None:
        return received
    return min(microseconds(at), received)


def packed_entities(entities: Sequence[Entity], sent: str = "") -> bytes:
    """Return entities that a connector read as a message."""
    message: dict[str, Any] = {_ENTITIES: list(entities)}
    if sent:
        message["sentAt"] = sent
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def batch_of(message: Any, feed: Feed) -> Batch:  # noqa: ANN401 - whatever JSON holds
    """Return the entities of a message, with findings; InputError where one is not of the feed's type."""
    findings: tuple[Fault, ...] = ()
    if isinstance(message, Mapping) and isinstance(message.get("data"), list):
        entities: list[Entity] = message["data"]
    elif isinstance(message, Mapping) and isinstance(message.get(_ENTITIES), list):
        entities = message[_ENTITIES]
    elif isinstance(message, Mapping) and isinstance(message.get(MQTT), Mapping):
        entities = read_published(message, feed)
    else:
        records = message if isinstance(message, list) else [message]
        if not all(isinstance(record, Mapping) for record in records):
            raise _refused(coded("platform.message.records", "a record in the message is not an object"))
        batch = read_records(records, feed)
        entities, findings = list(batch.entities), batch.findings
        if findings and not entities:
            raise InputError(findings[0].message, place=findings[0].cell, remedy=findings[0].remedy)
    if not entities or len(entities) > _MOST_ENTITIES:
        raise _refused(
            coded("platform.message.entities", "the message has {count:,} entities", count=len(entities))
        )
    wrong = list(_strange(entities, feed))
    if wrong:
        raise _refused(
            coded("platform.message.strange", "{name!r} is not an entity of the type {type}", name=wrong[0],
                 type=feed.entity_type)
        )  # fmt: skip
    return Batch(tuple(entities), findings)


def _strange(entities: Sequence[Any], feed: Feed) -> Iterator[str]:
    for one in entities:
        is_entity = isinstance(one, Mapping) and isinstance(one.get("id"), str) and ":" in one["id"]
        types = one.get("type", "") if is_entity else ""
        if not is_entity or feed.entity_type not in ([types] if isinstance(types, str) else types):
            yield str(one.get("id", ""))[:80] if isinstance(one, Mapping) else ""


def _depth(value: object, most: int = _DEEPEST + 1) -> int:
    """Return how many levels a value has; it looks no deeper than ``most``."""
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    if most <= 0:
        return 1
    return 1 + max((_depth(part, most - 1) for part in parts), default=0)


def _no_number(word: str) -> float:
    message = f"{word} is not a JSON number"
    raise ValueError(message)


def _refused(message: str) -> InputError:
    return InputError(
        message,
        remedy=text(
            "send an NGSI-LD notification, or records with the fields named in the feed's settings, in "
            "messages of up to 1 MB"
        ),
    )
