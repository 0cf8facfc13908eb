"""Past: the values that attributes of entities had: the young ones row by row, whole days packed into blocks.

What is read is the same whether a day is packed or not. A day is thinned by rule: then it says what is left
of it, and a value that comes for it later is left out. Instants are microseconds since 1970. See ADR 0139.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from urbium.store.context import blocks
from urbium.store.context.blocks import DAY_LENGTH, Block, Entry
from urbium.store.context.words import TYPE, WordPart
from urbium.store.queries import query_context as sql

_FIRST, _LAST = -(2**62), 2**62
_LEAST_PACKED: Final = 8
"""Values of a day from which it is packed: fewer need no less room packed, and nothing of them is thinned."""


class Instance(NamedTuple):
    """A value of an attribute at an instant, or what is left of those of an hour or a day.

    Parameters
    ----------
    attribute, dataset : of what
    observed, digest, recorded : when, and what tells it from another one of its instant
    number : the value as a number, or the mean; None where it is none
    value : the template of its JSON
    values, low, high : of how many values it is made, and the least and greatest of them
    step : seconds for which it stands; 0 for a value as it was sent
    """

    attribute: str
    dataset: str
    observed: int
    digest: int
    recorded: int
    number: float | None
    value: str
    values: int = 1
    low: float | None = None
    high: float | None = None
    step: int = 0

    @property
    def text(self) -> str:
        """Its JSON."""
        return blocks.written(self.value, self.observed, self.number)


class Reading(NamedTuple):
    """A number of an entity, or the mean of an hour or a day, and the unit in which it was sent, if any."""

    uri: str
    observed: int
    number: float
    unit: str | None
    values: int = 1
    step: int = 0


class Newest(NamedTuple):
    """The newest number of an attribute of an entity, when it was observed, and since when it is the same."""

    uri: str
    observed: int
    number: float
    since: int


@dataclass(frozen=True, slots=True)
class Kept:
    """Of what days are packed: an attribute of the entities of some types (full names) of a place."""

    tenant: str
    types: Sequence[str]
    attribute: str


class PastStore(WordPart):
    """The past of the entities of all places of a store."""

    # --- reading ----------------------------------------------------------------------------------------

    def instances(
        self,
        tenant: str,
        entity: int,
        *,
        attributes: Sequence[str] = (),
        start: int | None = None,
        end: int | None = None,
        by_recording: bool = False,
        last: int | None = None,
        may_sum: bool = False,
    ) -> Iterator[Instance]:
        """Yield the instances of an entity by attribute and time, from ``start`` up to before ``end``.

        Parameters
        ----------
        attributes : only these; all where there are none
        by_recording : whether the instants are those of recording, not of observing
        last : of each attribute, only so many of the newest, the newest first
        may_sum : whether hours may stand for their values, where that is faster; the span is of whole hours
        """
        first, until = _FIRST if start is None else start, _LAST if end is None else end
        with self._database.reading() as connection:
            codes = self._words.read(connection, tenant)
            wanted = [codes[name] for name in attributes if name in codes]
            if attributes and not wanted:
                return
            rows = _rows(connection, entity, wanted, (first, until), last, by_recording=by_recording)
            days = _days(connection, entity, wanted, None if by_recording else (first, until))
            packed = _contents(
                connection, entity, days if last is None or by_recording else _newest_days(days, last)
            )
        names = {number: code for code, number in codes.items()}
        thinned = {(attribute, dataset, day) for attribute, dataset, day, step, _ in packed if step}
        members = [
            Instance(names[attribute], names.get(dataset, ""), *values)
            for attribute, dataset, *values in rows
            if (attribute, dataset, values[0] // DAY_LENGTH) not in thinned
        ]
        late = {(row[0], row[1], row[2] // DAY_LENGTH) for row in rows} if packed else set()
        again = {(row[0], row[1], row[2], row[6]) for row in rows} if packed else set()
        members += (
            Instance(
                names[attribute], names.get(dataset, ""), one.observed, 0, one.recorded, one.number,
                one.template, one.values, one.low, one.high, step or of_hours,
            )
            for attribute, dataset, day, step, content in packed
            for is_late in [(attribute, dataset, day) in late]
            for of_hours, entries in [_entries(content, may_sum=may_sum and not is_late)]
            for one in entries
            if first <= (one.recorded if by_recording else one.observed) < until
            and not (is_late and (attribute, dataset, one.observed, one.text) in again)
        )  # fmt: skip
        if packed:
            time = itemgetter(4 if by_recording else 2)
            members.sort(key=time, reverse=last is not None)
            members.sort(key=lambda one: codes[one.attribute])
        if last is None:
            yield from members
            return
        for _, of_attribute in groupby(members, key=itemgetter(0)):
            yield from islice(of_attribute, last)

    def numbers(
        self,
        tenant: str,
        attribute: str,
        *,
        type_: str = "",
        start: int | None = None,
        end: int | None = None,
        may_sum: bool = False,
    ) -> list[Reading]:
        """Return every number of an attribute, by entity and instant.

        Of several numbers of one instant the one that was recorded last counts. Hours may stand for their
        values where ``may_sum`` says so; the span is of whole hours then.
        """
        first, until = _FIRST if start is None else start, _LAST if end is None else end
        with self._database.reading() as connection:
            codes = self._words.read(connection, tenant)
            if attribute not in codes or (type_ and type_ not in codes):
                return []
            kind = (codes[TYPE], codes[type_]) if type_ else None
            young = sql.numbers(connection, tenant, codes[attribute], kind, (first, until))
            packed = sql.packed(
                connection, tenant, codes[attribute], kind, (first // DAY_LENGTH, (until - 1) // DAY_LENGTH)
            )
        if not packed:
            return [Reading(*row[:4]) for row in young]
        return _merged(young, packed, first, until, may_sum=may_sum)

    def newest(self, tenant: str, type_: str, attribute: str) -> list[Newest]:
        """Return the newest number of an attribute of each entity of a type, by entity.

        Entities that were deleted, and those that never had a number, are left out.
        """
        with self._database.reading() as connection:
            codes = self._words.read(connection, tenant)
            if not {attribute, type_} <= codes.keys():
                return []
            kind = (codes[TYPE], codes[type_])
            young = {row[0]: Newest(*row) for row in sql.newest(connection, *kind, codes[attribute])}
            newest = []
            for entity, uri, day, first in sql.with_days(connection, *kind, codes[attribute]):
                one = young.get(uri)
                is_told = one is not None and one.since > first and one.observed // DAY_LENGTH > (day or 0)
                if day is not None and not is_told:
                    one = _with_days(one, uri, _numbers_back(connection, entity, codes[attribute]))
                newest += [] if one is None else [one]
            return newest

    # --- packing and thinning ---------------------------------------------------------------------------

    def pack(self, *, now: int) -> int:
        """Pack the days that are over, of which values are there; return how many values were packed.

        Each entity is a change of its own, so that writers wait for none of them long.
        """
        with self._database.reading() as connection:
            rows = sql.days_to_pack(connection, now // DAY_LENGTH, _LEAST_PACKED)
        count = 0
        for entity, days in groupby(rows, key=itemgetter(0)):
            with self._database.writing() as connection:
                count += sum(_pack(connection, entity, *day, now=now) for _, *day in days)
        return count

    def kept(self) -> list[Kept]:
        """Return of what days are packed."""
        with self._database.reading() as connection:
            rows = sql.read(connection, _KEPT, ())
        return [Kept(tenant, types.split(), attribute) for tenant, types, attribute in rows]

    def thin(self, kept: Kept, step: int, *, before: int, packed_before: int) -> int:
        """Thin packed days to one entry in ``step`` seconds; return how many days were.

        Parameters
        ----------
        before : days that were over by then
        packed_before : no value came to them since
        """
        condition = f"{_OF_KEPT} and b.day < ? and b.step < ? and b.packed < ?"
        parameters = (*_parameters(kept), before // DAY_LENGTH, step, packed_before)
        statement = f"select b.entity_id, b.attribute_id, b.dataset_id, b.day {condition}"
        with self._database.reading() as connection:
            rows = sql.read(connection, statement, parameters)
        for _, days in groupby(rows, key=itemgetter(0)):
            with self._database.writing() as connection:
                for day in days:
                    _thin(connection, day, step)
        return len(rows)

    def drop(self, kept: Kept, *, before: int, packed_before: int) -> int:
        """Drop packed days that were over by an instant; return how many."""
        numbers = f"select b.entity_id, b.attribute_id {_OF_KEPT}"
        with self._database.writing() as connection:
            return sql.count_written(
                connection,
                "delete from instance_block where day < ? and packed < ? and "  # noqa: S608
                f"(entity_id, attribute_id) in ({numbers})",
                (before // DAY_LENGTH, packed_before, *_parameters(kept)),
            )


_KEPT: Final = """
    select distinct e.tenant, e.types, w.code
    from instance_block b
    join entity e on e.id = b.entity_id
    join context_word w on w.id = b.attribute_id
    order by 1, 2, 3
    """
_OF_KEPT: Final = """
    from instance_block b
    join entity e on e.id = b.entity_id
    join context_word w on w.id = b.attribute_id
    where e.tenant = ? and e.types = ? and w.code = ?
    """


def _parameters(kept: Kept) -> tuple[str, str, str]:
    return kept.tenant, " ".join(kept.types), kept.attribute


# --- rows and blocks ----------------------------------------------------------------------------------------


def _rows(
    connection: sa.Connection,
    entity: int,
    wanted: Sequence[int],
    between: tuple[int, int],
    last: int | None,
    *,
    by_recording: bool,
) -> Sequence[Any]:
    """Return attribute, data set and what else an instance holds, of the values that are not packed."""
    time = "recorded" if by_recording else "observed"
    conditions = f"entity_id = ? and {time} >= ? and {time} < ?"
    parameters: list[Any] = [entity, *between, *wanted]
    if wanted:
        conditions += f" and attribute_id in ({', '.join('?' * len(wanted))})"
    columns = "attribute_id, dataset_id, observed, digest, recorded, number, value"
    statement = f"select {columns} from attribute_instance where {conditions} order by 1, {time}"  # noqa: S608
    if last is not None:
        rank = f"row_number() over (partition by attribute_id order by {time} desc) as place"
        inner = f"select {columns}, {rank} from attribute_instance where {conditions}"  # noqa: S608
        statement = f"select {columns} from ({inner}) as ranked where place <= ? order by 1, place"  # noqa: S608
        parameters.append(last)
    return sql.read(connection, statement, tuple(parameters))


def _days(
    connection: sa.Connection, entity: int, wanted: Sequence[int], between: tuple[int, int] | None
) -> list[tuple[int, int, int, int]]:
    """Return attribute, data set, day and entries of the packed days of an entity, the last day first."""
    conditions, parameters = "entity_id = ?", [entity, *wanted]
    if wanted:
        conditions += f" and attribute_id in ({', '.join('?' * len(wanted))})"
    if between is not None:
        conditions += " and day between ? and ?"
        parameters += [between[0] // DAY_LENGTH, (between[1] - 1) // DAY_LENGTH]
    columns = "attribute_id, dataset_id, day, count"
    statement = f"select {columns} from instance_block where {conditions} order by 1, 3 desc"  # noqa: S608
    return [(row[0], row[1], row[2], row[3]) for row in sql.read(connection, statement, tuple(parameters))]


def _newest_days(days: Sequence[tuple[int, int, int, int]], last: int) -> list[tuple[int, int, int, int]]:
    """Return the days in which the newest entries of each attribute stand; the first of them may be cut."""
    newest: list[tuple[int, int, int, int]] = []
    for _, of_attribute in groupby(days, key=itemgetter(0)):
        left = last
        for _, of_day in groupby(of_attribute, key=itemgetter(2)):
            rows = list(of_day)
            left -= sum(row[3] for row in rows) if newest and newest[-1][0] == rows[0][0] else 0
            newest += rows
            if left <= 0:
                break
    return newest


def _contents(
    connection: sa.Connection, entity: int, days: Sequence[tuple[int, int, int, int]]
) -> list[tuple[int, int, int, int, bytes]]:
    """Return attribute, data set, day, step and content of packed days."""
    contents = []
    for (attribute, dataset), of_series in groupby(sorted(days), key=itemgetter(0, 1)):
        wanted = [day for _, _, day, _ in of_series]
        rows = sql.read(
            connection,
            "select day, step, content from instance_block where entity_id = ? and attribute_id = ? and "
            "dataset_id = ? and day between ? and ?",
            (entity, attribute, dataset, wanted[0], wanted[-1]),
        )
        contents += [(attribute, dataset, *row) for row in rows]
    return contents


def _entries(content: bytes, *, may_sum: bool) -> tuple[int, Iterable[Entry]]:
    """Return the entries of a block, and the step of hours that stand for its values (0: none do)."""
    hours = blocks.hours_of(content) if may_sum else None
    return (0, blocks.unpacked(content)) if hours is None else (blocks.HOUR, hours)


def _merged(
    young: Sequence[Any], packed: Sequence[Any], first: int, until: int, *, may_sum: bool
) -> list[Reading]:
    """Return the numbers of rows (with when they were recorded, and their data set) and of packed days."""
    late = {(row[0], row[4], row[1] // DAY_LENGTH) for row in young} if may_sum else set()
    thinned = {(uri, dataset, day) for uri, dataset, day, step, _ in packed if step}
    best: dict[tuple[str, int, int, int], tuple[int, Reading]] = {}
    for uri, dataset, day, stored_step, content in packed:
        is_late = (uri, dataset, day) in late
        of_hours, entries = _entries(content, may_sum=may_sum and not is_late)
        step = stored_step or of_hours
        for place, one in enumerate(entries):
            if one.number is None or not first <= one.observed < until:
                continue
            key = (uri, one.observed, dataset, place if step else 0)  # units of an hour stand side by side
            before = best.get(key)
            if before is None or before[0] <= one.recorded:
                unit = blocks.unit_of(one.template)
                best[key] = one.recorded, Reading(uri, one.observed, one.number, unit, one.values, step)
    for uri, observed, number, unit, dataset, recorded in young:
        key = (uri, observed, dataset, 0)
        if (uri, dataset, observed // DAY_LENGTH) not in thinned and (
            key not in best or best[key][0] <= recorded
        ):
            best[key] = recorded, Reading(uri, observed, number, unit)
    return [reading for _, (_, reading) in sorted(best.items(), key=itemgetter(0))]


def _numbers_back(connection: sa.Connection, entity: int, attribute: int) -> Iterator[Entry]:
    """Yield the packed numbers of an attribute of an entity, the newest first, a day at a time."""
    day = 2**31 - 1
    while True:
        rows = sql.read(
            connection,
            "select day, content from instance_block where entity_id = ? and attribute_id = ? and day = ("
            "select max(day) from instance_block where entity_id = ? and attribute_id = ? and day < ?)",
            (entity, attribute, entity, attribute, day),
        )
        if not rows:
            return
        day = rows[0][0]
        parts = [blocks.unpacked(content, newest_first=True) for _, content in rows]  # one a data set
        entries = heapq.merge(*parts, key=itemgetter(0, 1), reverse=True) if len(parts) > 1 else parts[0]
        yield from (one for one in entries if one.number is not None)


def _with_days(young: Newest | None, uri: str, back: Iterator[Entry]) -> Newest | None:
    """Return the newest number of an entity from what is not packed and from what is."""
    newest = young
    for one in back:
        number = one.number or 0.0
        if newest is None or newest.observed < one.observed:
            newest = Newest(uri, one.observed, number, one.observed)
        elif one.observed < newest.since and number != newest.number:
            break
        elif number == newest.number and (one.low or number) == (one.high or number):
            newest = newest._replace(since=min(newest.since, one.observed))
    return newest


def _pack(connection: sa.Connection, entity: int, attribute: int, dataset: int, day: int, *, now: int) -> int:
    """Put the values of a day into its block; return how many. Those of a day that is thinned go."""
    key = (entity, attribute, dataset, day)
    between = (entity, attribute, dataset, day * DAY_LENGTH, (day + 1) * DAY_LENGTH)
    of_day = (
        "attribute_instance where entity_id = ? and attribute_id = ? and dataset_id = ? and observed >= ? "
        "and observed < ?"
    )
    rows = sql.read(connection, f"select observed, recorded, number, value from {of_day}", between)  # noqa: S608
    stored = sql.read(connection, f"select step, content from instance_block where {_OF_DAY}", key)  # noqa: S608
    sql.write_rows(connection, f"delete from {of_day}", [between])  # noqa: S608
    if stored and stored[0][0]:
        return 0
    entries = (
        {(one.observed, one.template, one.number): one for one in blocks.unpacked(stored[0][1])}
        if stored
        else {}
    )
    for row in rows:
        one = blocks.entry_of(*row)
        name = (one.observed, one.template, one.number)
        if name not in entries or entries[name].recorded < one.recorded:
            entries[name] = one
    block = Block(blocks.WHOLE, [*entries.values()])
    write_block(connection, key, block, now)
    return len(rows)


def _thin(connection: sa.Connection, key: Sequence[int], step: int) -> None:
    stored = sql.read(
        connection,
        f"select step, packed, content from instance_block where {_OF_DAY}",  # noqa: S608
        tuple(key),
    )
    for before, packed, content in stored:
        block = blocks.thinned(Block(before, list(blocks.unpacked(content))), step)
        write_block(connection, key, block, packed)


def write_block(connection: sa.Connection, key: Sequence[int], block: Block, packed: int) -> None:
    """Write a packed day of an entity, an attribute and a data set; one that is there goes.

    It is not updated where it stands: SQLite would leave the room of a larger one empty.
    """
    sql.write_rows(connection, f"delete from instance_block where {_OF_DAY}", [tuple(key)])  # noqa: S608
    columns = "entity_id, attribute_id, dataset_id, day, step, count, packed, content"
    statement = f"insert into instance_block ({columns}) values (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
    row = (*key, block.step, len(block.entries), packed, blocks.packed(block))
    sql.write_rows(connection, statement, [row])


_OF_DAY: Final = "entity_id = ? and attribute_id = ? and dataset_id = ? and day = ?"
