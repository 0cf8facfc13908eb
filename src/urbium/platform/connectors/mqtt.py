"""MQTT: a broker is listened to; what is published becomes entities by rows of the feed's settings.

A message is acknowledged (QoS 1) when it is stored, as it came; the rows are read when it is worked in. So
what no row understands is put aside with its reason, and tried again once the rows are mended. Reference:
MQTT 3.1.1 (OASIS), sections 3.1.2.4 (sessions that stay), 4.3.2 (at least once) and 4.7 (topics).
"""

import hashlib
import json
import os
import re
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from urbium.errors import ForbiddenError, InputError, UnavailableError
from urbium.extras import needs
from urbium.platform.entities import Entity, Feed, entity
from urbium.platform.local_time import TypedInstant, read_instants
from urbium.text import coded, text

MQTT: Final = "mqtt"
_LARGEST: Final = 1_000_000
_SHOWN: Final = 1_000
_AT_ONCE: Final = 200
_KEEP_ALIVE: Final = 60
_MILLISECONDS: Final = 1e11
"""Instants as numbers are seconds since 1970, and from here on milliseconds."""
_LEVEL: Final = re.compile(r"\{(\w+)\}")


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How what is published under some topics is read.

    Attributes
    ----------
    topic : levels with ``/`` between them; ``{name}`` and ``+`` stand for any one, ``#`` for all that follow
    numbers : where the number of each attribute stands: a path such as ``object.no2``; blank for all of it
    sensor : where the name of the sensor stands; blank: it is the named levels
    at : where the instant stands (ISO 8601, or seconds or milliseconds since 1970); blank: when it arrived
    longitude, latitude : where the place stands; blank for none
    units : the unit of an attribute (UN/CEFACT)
    """

    topic: str
    numbers: dict[str, str]
    sensor: str = ""
    at: str = ""
    longitude: str = ""
    latitude: str = ""
    units: dict[str, str] = {}

    @property
    def filter(self) -> str:
        """What a broker is asked for."""
        return _LEVEL.sub("+", self.topic)

    def levels(self, topic: str) -> dict[str, str] | None:
        """Return the named levels of a topic; None where the row is not about it.

        >>> Topic("air/{station}/no2", {}).levels("air/north/no2")
        {'station': 'north'}
        """
        parts, pattern = topic.split("/"), self.topic.split("/")
        if pattern[-1] == "#":
            pattern, parts = pattern[:-1], parts[: len(pattern) - 1]
        if len(parts) != len(pattern):
            return None
        named = {}
        for part, wanted in zip(parts, pattern, strict=True):
            if name := _LEVEL.fullmatch(wanted):
                named[name[1]] = part
            elif wanted not in ("+", part):
                return None
        return named


class MqttLayout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows of a feed, and under which name the broker knows this programme (blank: of city and feed)."""

    topics: list[Topic]
    client: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """A message as a broker sent it.

    Parameters
    ----------
    topic, payload : what, as it came
    is_retained : whether the broker kept it from before
    is_dated : whether every row of its feed says where its instant stands
    """

    topic: str
    payload: bytes
    is_retained: bool = False
    is_dated: bool = False

    @property
    def key(self) -> str:
        """By what it is known again: without an instant of its own, the same value may come twice."""
        if not self.is_dated and not self.is_retained:
            return secrets.token_hex(16)
        return hashlib.sha256(b"\0".join((self.topic.encode(), self.payload))).hexdigest()

    def body(self, now: str) -> bytes:
        """Return it as it is stored; of what is too large only the beginning."""
        message: dict[str, Any] = {"topic": self.topic, "size": len(self.payload)}
        kept = self.payload if len(self.payload) <= _LARGEST else self.payload[:_SHOWN]
        message["payload"] = kept.decode(errors="backslashreplace")
        message |= {"isRetained": True} if self.is_retained else {}
        return json.dumps({MQTT: message, "sentAt": now}, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Line:
    """A broker that is listened to.

    Parameters
    ----------
    address, feed, city : where, for which feed of which city
    connect : opens a connection to an address that may be asked
    hear : stores messages; what it raises leaves them with the broker
    goes_on : says whether to go on
    """

    address: str
    feed: Feed
    city: str
    connect: Callable[[str], socket.socket]
    hear: Callable[[Sequence[Published]], None]
    goes_on: Callable[[], bool]


def mqtt_layout(settings: Mapping[str, Any]) -> MqttLayout:
    """Return the rows of a feed; raise InputError where they are none."""
    try:
        layout = msgspec.convert(settings, MqttLayout)
    except msgspec.ValidationError as error:
        raise _no_rows(str(error)) from None
    for row in layout.topics:
        levels = row.filter.split("/")
        is_right = all(level == sign or sign not in level for level in levels for sign in "+#")
        if not row.numbers or not row.topic.strip("/") or not is_right or "#" in levels[:-1]:
            raise _no_rows(row.topic)
    if not layout.topics:
        raise _no_rows("topics")
    return layout


def _no_rows(words: str) -> InputError:
    return InputError(
        coded("platform.mqtt.rows", "the settings do not say which topics are read ({words})", words=words),
        remedy=text(
            'write {{"topics": [{{"topic": "air/{{station}}", "numbers": {{"NO2": "no2"}}, "at": "time"}}]}}'
        ),
    )


# --- what was published -------------------------------------------------------------------------------------


def read_published(message: Mapping[str, Any], feed: Feed) -> list[Entity]:
    """Return the entities of a message as it was stored; raise InputError for what no row understands."""
    published = message[MQTT]
    rows = [
        (row, levels)
        for row in mqtt_layout(feed.settings).topics
        if (levels := row.levels(published["topic"])) is not None
    ]
    if not rows:
        raise _refused(
            coded(
                "platform.mqtt.topic",
                "no row of the settings reads the topic {topic!r}",
                topic=published["topic"],
            )
        )
    if published["size"] > _LARGEST:
        raise _refused(
            coded("platform.message.large", "the message is larger than {most:,} bytes", most=_LARGEST)
        )
    try:
        document = msgspec.json.decode(published["payload"])
    except msgspec.DecodeError:
        raise _refused(coded("platform.message.no_json", "the message is not JSON")) from None
    is_retained = published.get("isRetained", False)
    read = [
        one
        for row, levels in rows
        for one in _read(row, levels, document, feed, "" if is_retained else str(message["sentAt"]))
    ]
    if not read:
        raise _refused(coded("platform.mqtt.nothing", "the message contains none of the values"))
    return read


def _read(
    row: Topic, levels: Mapping[str, str], document: object, feed: Feed, arrived: str
) -> Iterator[Entity]:
    values = {name: _number(path, document) for name, path in row.numbers.items()}
    if all(value is None for value in values.values()):
        return
    sensor = _part(row.sensor, document) if row.sensor else "-".join(levels.values()) or feed.code
    at = _instant(row, document, feed) if row.at else _arrival(arrived)
    if not isinstance(sensor, str | int) or sensor == "":
        raise _refused(coded("platform.mqtt.sensor", "the message does not name its sensor"))
    where = [_number(path, document) for path in (row.longitude, row.latitude) if path]
    place = (where[0], where[1]) if len(where) > 1 and where[0] is not None and where[1] is not None else None
    one = dict(entity(feed, str(sensor), at, values, place=place))
    for name, unit in row.units.items():
        if name in one:
            one[name] = {**one[name], "unitCode": unit}
    yield one


def _part(path: str, document: object) -> object:
    """Return what stands at a path; None where nothing does."""
    for name in path.split(".") if path else ():
        if isinstance(document, list) and name.isdecimal() and int(name) < len(document):
            document = document[int(name)]
        else:
            document = document.get(name) if isinstance(document, dict) else None
    return document


def _number(path: str, document: object) -> float | None:
    value = _part(path, document)
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise _refused(coded("platform.mqtt.number", "the value at {path!r} is not a number", path=path))


def _instant(row: Topic, document: object, feed: Feed) -> datetime:
    typed = _part(row.at, document)
    if isinstance(typed, int | float) and not isinstance(typed, bool):
        try:
            return datetime.fromtimestamp(typed / 1000 if abs(typed) >= _MILLISECONDS else typed, UTC)
        except (ValueError, OverflowError, OSError):
            typed = str(typed)
    (at,), faults = read_instants([TypedInstant(str(typed or ""), row.topic)], feed.zone)
    if at is None:
        raise InputError(faults[0].message, place=row.at, remedy=faults[0].remedy)
    return at


def _arrival(arrived: str) -> datetime:
    if not arrived:
        raise _refused(
            coded(
                "platform.mqtt.retained",
                "the broker retained this message, and no row says when its values were measured",
            )
        )
    return datetime.fromisoformat(arrived)


def _refused(message: str) -> InputError:
    return InputError(
        message,
        remedy=text(
            "correct the rows of the feed, or the device, and retry the messages: urbium feeds --help"
        ),
    )


# --- listening ----------------------------------------------------------------------------------------------


def listen(line: Line) -> None:
    """Hear a broker until ``goes_on`` says no; UnavailableError or ForbiddenError where it is not heard.

    User and password stand in the environment, as ``URBIUM_MQTT_FEED=USER:PASSWORD``.
    """
    needs("mqtt")
    connection = line.connect(line.address)
    try:
        _hear(line, connection)
    except (OSError, ValueError) as error:
        raise _lost(line.address) from error
    finally:
        connection.close()


def _hear(line: Line, connection: socket.socket) -> None:
    """Store what comes, as much at a time as is there, and acknowledge it then."""
    layout = mqtt_layout(line.feed.settings)
    is_dated = all(row.at for row in layout.topics)
    heard: list[Any] = []
    refusals: list[str] = []
    client = _client(line, layout, connection, heard, refusals)
    client.connect("judged", keepalive=_KEEP_ALIVE)
    while line.goes_on():
        before = len(heard)
        ended = client.loop(0.0 if before else 0.5)
        if heard and (len(heard) == before or len(heard) >= _AT_ONCE or ended):
            line.hear([Published(one.topic, one.payload, one.retain, is_dated) for one in heard])
            for one in heard if not ended else ():
                client.ack(one.mid, one.qos)
            heard.clear()
        if refusals:
            raise ForbiddenError(
                coded(
                    "platform.mqtt.refused",
                    "the broker refused the connection or a topic ({words})",
                    words=refusals[0],
                ),
                place=line.address,
                remedy=text("check {variable} and the permissions on the broker", variable=_login(line.feed)),
            )
        if ended:
            raise _lost(line.address)
    client.disconnect()


def _client(
    line: Line, layout: MqttLayout, connection: socket.socket, heard: list[Any], refusals: list[str]
) -> Any:  # noqa: ANN401 - paho's, of an extra
    from paho.mqtt.client import Client  # noqa: PLC0415 - of an extra
    from paho.mqtt.enums import CallbackAPIVersion  # noqa: PLC0415

    class _Judged(Client):
        """A client of the connection that was judged, which looks up no name itself."""

        def _create_socket_connection(self) -> socket.socket:
            return connection

    def subscribe(client: Any, _: object, __: object, code: Any, ___: object) -> None:  # noqa: ANN401
        if code.is_failure:
            refusals.append(str(code))
        else:
            client.subscribe([(row.filter, 1) for row in layout.topics])

    def begin(_: object, __: object, ___: object, codes: Sequence[Any], ____: object) -> None:
        refusals.extend(str(code) for code in codes if code.is_failure)
        if not refusals:
            line.hear(())

    client = _Judged(
        CallbackAPIVersion.VERSION2,
        layout.client or f"urbium-{line.city}-{line.feed.code}",
        clean_session=False,
        manual_ack=True,
    )
    client.disable_logger()  # why a broker is not heard is said with its feed
    if login := os.environ.get(_login(line.feed), ""):
        client.username_pw_set(*login.split(":", 1))
    client.on_connect, client.on_subscribe = subscribe, begin
    client.on_message = lambda _, __, message: heard.append(message)
    return client


def _login(feed: Feed) -> str:
    """Return the variable of the environment that holds user and password."""
    return f"URBIUM_MQTT_{re.sub('[^A-Z0-9]', '_', feed.code.upper())}"


def _lost(address: str) -> UnavailableError:
    return UnavailableError(
        coded("platform.mqtt.lost", "the connection to the broker has ended"),
        place=address,
        remedy=text(
            "urbium will try again automatically; if the problem persists, check the address and the "
            "certificate"
        ),
    )
