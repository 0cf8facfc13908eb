"""Live: what becomes of messages of feeds: into the context store, by rules to figures, and alerts.

Each step is one change of the store, which notes that it was done as it is done; a worker that dies at any
moment leaves nothing half done, and what another does again changes nothing.
"""

import hashlib
import json
import logging
import secrets
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl

from urbium.errors import ConflictError, Fault, InputError, NoSpaceError, UnavailableError, UrbiumError
from urbium.model import Quality, Status, Variable
from urbium.model.dossiers import Dossier
from urbium.model.live import LiveRule, LiveStatistic
from urbium.observations.population import urban_people
from urbium.periods import Period
from urbium.pilot.bands import standing
from urbium.pilot.contracts.taskbooks import TaskBook
from urbium.platform.absorbing import absorb, open_requests, readings
from urbium.platform.context import rebuild_index
from urbium.platform.context.subscriptions import Rules
from urbium.platform.entities import Entity, Feed, in_order, microseconds
from urbium.platform.feeds import feed_of, source_of, tenant_of
from urbium.platform.live_figures import LiveFigure, asks_for_hours, figure, period_at, periods_between, span
from urbium.platform.messages import batch_of
from urbium.platform.sensors import factor_of, names_of, unit_faults, unread_faults
from urbium.platform.service_requests import KEPT_DAYS, overdue
from urbium.platform.service_requests import TYPE as REQUEST
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk, called_example
from urbium.programme.people.invitations import FOUNDER
from urbium.programme.platform.feeds import Feeds
from urbium.programme.platform.listening import Listening
from urbium.programme.platform.live_upkeep import LiveUpkeep
from urbium.programme.platform.sensor_watch import SensorWatch
from urbium.store import FileStamp, Message, Reading, compare
from urbium.text import coded, packed

_SECOND: Final = 1_000_000
_LEASE: Final = 120 * _SECOND
_AT_ONCE: Final = 50
_MOST_UNMEASURED: Final = 5_000
"""So many messages may be stored before what they touch is measured."""
_LOOK: Final = 1.0
"""Seconds between two looks for messages."""
_LATEST: Final = 3660 * 24 * 3600 * _SECOND
"""So far ahead an instant may lie: by when a request is to be closed."""
_HOUR: Final = 3600 * _SECOND
_TIDY: Final = _HOUR
_TWO_MONTHS: Final = 62 * 24 * _HOUR
_DUE: Final = "closedInTime"
_ENDED: Final = "periods"
_SELF: Final = "urbium"
_PASSING: Final = (ConflictError, NoSpaceError, UnavailableError)
_LOG = logging.getLogger(__name__)
_Touched = dict[str, tuple[int, int]]
"""Of each attribute, the first and the last instant of which something was sent."""


@dataclass(frozen=True, slots=True)
class Worked:
    """What a round of work did: messages stored and put aside, figures recorded, alerts raised and ended."""

    stored: int = 0
    aside: int = 0
    figures: int = 0
    raised: int = 0
    ended: int = 0

    def __add__(self, other: "Worked") -> "Worked":
        pairs = ((getattr(self, name), getattr(other, name)) for name in self.__slots__)
        return Worked(*(one + more for one, more in pairs))


class Live:
    """The work on what feeds send: stored, measured by rules, watched.

    Parameters
    ----------
    desk : what may be asked
    casework : takes the steps of alerts
    feeds : where messages come from
    rules : of the subscriptions to entities
    sensors : watches whether they work
    """

    def __init__(
        self, desk: Desk, casework: Casework, feeds: Feeds, rules: Rules, sensors: SensorWatch
    ) -> None:
        self._desk, self._casework, self._feeds, self._rules = desk, casework, feeds, rules
        self._sensors, self._upkeep = sensors, LiveUpkeep(desk, feeds)
        self._listening = Listening(feeds, desk.workspace.store.inbox)
        self._store = desk.workspace.store
        self._noted: dict[str, list[Fault]] = {}
        self._tidied = 0

    def run(self, *, until_idle: bool = False, stop: threading.Event | None = None) -> Worked:
        """Ask sources, work in messages, measure and watch, until stopped or until nothing waits."""
        try:
            return self._run(stop or threading.Event(), until_idle=until_idle)
        finally:
            self._listening.stop()

    def _run(self, halt: threading.Event, *, until_idle: bool) -> Worked:
        done, is_settled = Worked(), not until_idle
        rebuild_index(self._store)
        while not halt.is_set():
            try:
                self._listening.look()
                self._feeds.look()
                worked = self.work()
            except UrbiumError as error:  # the store cannot be reached for a while
                if until_idle:
                    raise
                _LOG.warning("no message can be worked in: %s", error)
                worked = Worked()
            done += worked
            if worked == Worked() and not is_settled:
                self._listening.settle()
                is_settled = True
            elif worked == Worked():
                self._tidy(is_last=until_idle)
                if until_idle:
                    return done
                halt.wait(_LOOK)
        return done

    def _tidy(self, *, is_last: bool) -> None:
        """Forget what has been kept long enough: once an hour, and at the end."""
        now = self._feeds.clock()
        if is_last or now - self._tidied > _TIDY:
            self._upkeep.tidy()
            self._store.requests.forget(before=now - KEPT_DAYS * 24 * _HOUR)
            self._tidied = now

    def work(self) -> Worked:
        """Work in the messages that wait, measure what they touch, and watch the bands.

        Of many messages that wait all are stored first, so that a period which they touch is read once.
        """
        stored = self.absorb()
        if stored.stored + stored.aside == _AT_ONCE and self._store.inbox.count("stored") < _MOST_UNMEASURED:
            return stored
        figures = self.measure() + self._revisit() + self._end_periods()
        raised, ended = self._sensors.watch()
        worked = stored + Worked(figures=figures, raised=raised, ended=ended)
        return worked + (self.watch() if stored.stored or figures else Worked())

    # --- from the inbox into the context store ----------------------------------------------------------

    def absorb(self) -> Worked:
        """Put messages that wait into the context store, each whole and once; return how many."""
        now = self._feeds.clock()
        worker = secrets.token_hex(8)
        messages = self._store.inbox.lease(worker, now=now, until=now + _LEASE, most=_AT_ONCE)
        worked = Worked()
        for place, message in enumerate(messages):
            try:
                self._absorb(message, worker)
                worked += Worked(stored=1)
            except _PASSING:  # not the message's fault: it waits, and is tried again
                self._store.inbox.free(messages[place:])
                raise
            except UrbiumError as error:
                worked += self._put_aside(message, error)
            except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
                odd = InputError(
                    coded("programme.live.odd", "it cannot be read ({words})", words=str(error)[:200])
                )
                worked += self._put_aside(message, odd)
        return worked

    def _absorb(self, message: Message, worker: str) -> None:
        dossier = self._desk.dossier("feed", message.feed)
        if dossier is None:
            raise InputError(coded("programme.live.no_feed", "its feed no longer exists"))
        batch = batch_of(json.loads(message.body), feed_of(dossier.code, dossier.content))
        touched = self._touched(batch.entities)
        catalogue, kind = self._desk.workspace.catalogue, dossier.content["entity_type"]
        declared = list(catalogue.live_attributes.values())
        findings = [
            *batch.findings,
            *unit_faults(batch.entities, declared),
            *unread_faults(touched, kind, self._rules_of(dossier), declared),
        ]
        with self._store.together():
            self._store.inbox.demand_held([message], worker)
            absorb(self._store, tenant_of(dossier), batch.entities, self._rules, sent=message.sent)
            self._store.inbox.end(message, "stored", touched=json.dumps(touched))
        if findings and self._noted.get(dossier.code) != findings:
            self._feeds.note(dossier.code, findings)
            self._noted[dossier.code] = findings

    def _put_aside(self, message: Message, error: UrbiumError) -> Worked:
        self._store.inbox.end(message, "aside", reason=json.dumps(packed(error.whole)))
        return Worked(aside=1)

    def _touched(self, entities: Iterable[Entity]) -> _Touched:
        latest = self._feeds.clock() + _LATEST
        touched: _Touched = {}
        for one in entities:
            for name, attribute in one.items():
                at = _observed(attribute)
                if at is None:
                    continue
                if not 0 <= at <= latest:
                    raise InputError(
                        coded("programme.live.instant", "{name} has a time of observation before 1970 "
                                                        "or far in the future",
                             name=name)
                    )  # fmt: skip
                first, last = touched.get(name, (at, at))
                touched[name] = (min(first, at), max(last, at))
        return touched

    # --- by rules to figures ----------------------------------------------------------------------------

    def measure(self) -> int:
        """Measure what stored messages touch, and record the figures that changed; return how many."""
        messages = self._store.inbox.in_state("stored", most=2 * _MOST_UNMEASURED)
        by_feed: dict[str, list[Message]] = {}
        for message in messages:
            by_feed.setdefault(message.feed, []).append(message)
        return sum(self._measure(code, some) for code, some in by_feed.items())

    def _measure(self, code: str, messages: Sequence[Message]) -> int:
        dossier = self._desk.dossier("feed", code)
        touched: _Touched = {}
        for message in messages:
            for name, (first, last) in json.loads(message.touched).items():
                before = touched.get(name, (first, last))
                touched[name] = (min(before[0], first), max(before[1], last))
        with self._store.together():
            if dossier is not None:
                self._note_overdue(dossier, touched)
            table = None if dossier is None else self._figures(dossier, touched)
            count = 0 if dossier is None or table is None else self._record(dossier, table)
            self._store.inbox.measured(messages)
        return count

    def _revisit(self) -> int:
        """Measure requests that were to be closed by now: no message says that a day has passed."""
        now, count = self._feeds.clock(), 0
        for feed in self._desk.dossiers("feed", state="open"):
            is_of_requests = feed.content["entity_type"] == REQUEST
            name = f"{feed.code} {_DUE}"  # no code of a feed holds a blank
            if is_of_requests and self._store.inbox.begin_look(name, now=now, until=now + _HOUR):
                touched: _Touched = {}
                with self._store.together():
                    self._note_overdue(feed, touched)
                    table = self._figures(feed, touched)
                    count += 0 if table is None else self._record(feed, table)
        return count

    def _end_periods(self) -> int:
        """Measure the periods that have ended since the last look: no message says that a month is over."""
        now, inbox, count = self._feeds.clock(), self._store.inbox, 0
        for feed in self._desk.dossiers("feed", state="open"):
            zone = feed_of(feed.code, feed.content).zone
            rules = self._rules_of(feed)
            ends = [span(period_at(rule.period, now, zone), zone)[1] for rule in rules]
            name = f"{feed.code} {_ENDED}"  # no code of a feed holds a blank
            worker = inbox.begin_look(name, now=now, until=now + _LEASE) if ends else ""
            if not worker:
                continue
            with self._store.together():
                since = inbox.looked(name)
                touched: _Touched = {rule.attribute: (since, now) for rule in rules} if since else {}
                table = self._figures(feed, touched)
                count += 0 if table is None else self._record(feed, table)
                inbox.end_look(name, worker, now=now, due=min(ends), failure="", findings="")
        return count

    def _rules_of(self, feed: Dossier) -> list[LiveRule]:
        rules = self._desk.workspace.catalogue.live.values()
        return [rule for rule in rules if rule.entity_type == feed.content["entity_type"]]

    def _note_overdue(self, feed: Dossier, touched: _Touched) -> None:
        """Note which open requests were not closed by their day, before their share is measured."""
        if feed.content["entity_type"] != REQUEST:
            return
        now = datetime.fromtimestamp(self._feeds.clock() / _SECOND, UTC)
        named = feed_of(feed.code, feed.content)
        late = list(overdue(named, open_requests(self._store, tenant_of(feed)), now))
        if late:
            absorb(self._store, tenant_of(feed), in_order(late), self._rules, sent=self._feeds.clock())
        more = self._touched(late)
        for name, (first, last) in more.items():
            before = touched.get(name, (first, last))
            touched[name] = (min(before[0], first), max(before[1], last))

    def _figures(
        self, feed: Dossier, touched: _Touched, *, states: Collection[bool] = (True,)
    ) -> pl.DataFrame | None:
        """Return the figures of the periods that were touched, as observations, and ``said``: see ``retold``.

        Only those of periods that are over, as ``states`` says: what still runs is stored when it ends.
        """
        catalogue = self._desk.workspace.catalogue
        source = source_of(feed.code)
        rows = [
            {
                "city": feed.city, "variable": rule.variable, "period": str(one.period), "value": one.value,
                "unit": variable.unit, "area": variable.area, "status": one.status,
                "quality": Quality.MEASURED, "source": source, "file": f"feed {feed.code}",
                "sheet": rule.attribute, "cell": "", "reason": str(one.reason),
                "said": json.dumps({"reason": packed(one.reason)}),
            }
            for rule in self._rules_of(feed)
            for span_ in [self._span_of(rule, touched)]
            if span_ is not None
            for variable in [catalogue.variables[rule.variable]]
            for one in self._of_rule(rule, variable, feed, span_, states)
            if one.value is not None
        ]  # fmt: skip
        return pl.DataFrame(rows) if rows else None

    def _of_rule(
        self,
        rule: LiveRule,
        variable: Variable,
        feed: Dossier,
        touched: tuple[int, int],
        states: Collection[bool],
    ) -> Iterator[LiveFigure]:
        named, present = feed_of(feed.code, feed.content), self._feeds.clock()
        now = datetime.fromtimestamp(present / _SECOND, UTC)
        for period in periods_between(rule.period, touched[0], min(touched[1], present), named.zone):
            if (span(period, named.zone)[1] <= present) not in states:
                continue
            values = self.values(rule, tenant_of(feed), named, period)
            people = self._people(feed.city) if rule.statistic is LiveStatistic.RATE else None
            measured = figure(rule, values, period, named.zone, variable=variable, now=now, people=people)
            if measured is not None:
                yield measured

    def values(self, rule: LiveRule, tenant: str, feed: Feed, period: Period) -> list[Reading]:
        """Return the values of a rule in a period: those of the context store that count, in its unit."""
        first, last = span(period, feed.zone)
        declared = self._desk.workspace.catalogue.live_attributes.values()
        unit = next(
            (
                one.unit
                for one in declared
                if (one.entity_type, one.attribute) == (rule.entity_type, rule.attribute)
            ),
            "",
        )
        may_sum = asks_for_hours(rule) and not first % _HOUR and not last % _HOUR
        values, factors = [], dict[str | None, float | None]()
        for name in names_of(rule.attribute, declared, rule.entity_type):
            for one in readings(
                self._store, tenant, rule.entity_type, name, first=first, last=last, may_sum=may_sum
            ):
                if one.unit not in factors:
                    factors[one.unit] = factor_of(one.unit, unit) if unit else 1.0
                factor = factors[one.unit]
                if factor is not None:
                    values.append(one._replace(number=one.number * factor))
        return values

    def _span_of(self, rule: LiveRule, touched: _Touched) -> tuple[int, int] | None:
        """Return from when to when something was sent of the attribute of a rule, under any of its names."""
        declared = self._desk.workspace.catalogue.live_attributes.values()
        names = names_of(rule.attribute, declared, rule.entity_type)
        spans = [touched[name] for name in names if name in touched]
        return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None

    def _people(self, city: str) -> float | None:
        catalogue = self._desk.workspace.catalogue
        figures = self._store.observations(cities=[city])
        people = urban_people(pl.Series([city]), figures, catalogue.variables, catalogue.roles)["people"][0]
        return None if people is None else float(people)

    def _record(self, feed: Dossier, table: pl.DataFrame) -> int:
        """Record figures that are new or have changed; nothing is stored, nor logged, where none has."""
        if feed.content.get("is_example"):
            return 0
        stored, table = self._store.observations(cities=[feed.city]), table.drop("said")
        arrivals = compare(table, stored)
        if not arrivals.new and not arrivals.changed:
            return 0
        self._feeds.register_source(feed, by=_SELF)
        stamp = FileStamp(f"feed {feed.code}", hashlib.sha256(table.write_csv().encode()).hexdigest())
        receipt = self._store.record(table, by=_SELF, reason=f"live values of feed {feed.code}", file=stamp)
        return receipt.stored

    def examples(self, city: str = "") -> pl.DataFrame | None:
        """Return the figures of feeds that are examples, of the periods of two months back that are over.

        None of them is stored. Columns: city, variable, period, value, unit, source, reason, said; None where
        there are none.
        """
        where, health = {"city": city} if city else {}, self._store.inbox.health()
        attributes = {rule.attribute for rule in self._desk.workspace.catalogue.live.values()}
        tables = []
        for feed in self._desk.dossiers("feed", state="open", **where):
            if feed.content.get("is_example") and feed.code in health:
                last = health[feed.code].received
                touched = dict.fromkeys(attributes, (last - _TWO_MONTHS, last))
                table = self._figures(feed, touched)
                tables += [] if table is None else [table.filter(pl.col("status") == Status.REPORTED)]
        return pl.concat(tables) if tables else None

    def running(self, code: str) -> pl.DataFrame | None:
        """Return the figures of a feed for the periods that still run, as they would be now.

        None of them is stored before its period ends. Columns as of observations; None where there are none.
        Raises NotFoundError for a feed that is not there.
        """
        feed, now = self._feeds.opened(code), self._feeds.clock()
        touched = {rule.attribute: (now, now) for rule in self._rules_of(feed)}
        return self._figures(feed, touched, states=(False,))

    # --- alerts -----------------------------------------------------------------------------------------

    def watch(self) -> Worked:
        """Raise an alert where an indicator has left the band of its task book; end one that is back."""
        cities = {one.city for one in self._desk.dossiers("feed", state="open")}
        worked, examples = Worked(), self._desk.examples()
        for book in self._desk.dossiers("taskbook", state="in_force"):
            if book.city in cities:
                worked += self._watch(book, is_example=book.round in examples)
        return worked

    def _watch(self, book: Dossier, *, is_example: bool) -> Worked:
        """Watch a task book: an example by the figures of examples, any other by those in force."""
        content = book.content_as(TaskBook)
        figures = (
            self.examples(book.city)
            if is_example
            else self._desk.register.figures_of(book.city).filter("is_in_force")
        )
        newest = _newest(figures, {target.indicator for target in content.targets})
        alerts = self._desk.dossiers("alert", parent=book.code)
        worked = Worked()
        for indicator, row in newest.items():
            at = standing(content, indicator, Period.parse(row["period"]), row["value"])
            of_indicator = [one for one in alerts if one.content["indicator"] == indicator]
            raised = next((one for one in of_indicator if one.state != "over"), None)
            if at is None or at.is_out(before=raised is not None) == (raised is not None):
                continue
            try:
                if raised is None:
                    facts = {"unit": row["unit"], "year": at.year, "period": row["period"],
                             "value": row["value"], "expected": at.wanted, "behind": at.behind,
                             "is_example": is_example}  # fmt: skip
                    code = f"{book.code}-{indicator}"[:70] + f"-{len(of_indicator) + 1}"
                    title = self._title(indicator)
                    title = str(called_example(title)) if is_example else title
                    content_ = {"title": title, "indicator": indicator, **facts}
                    self._casework.begin(FOUNDER, "alert", code, content_, parent=book.code)
                    worked += Worked(raised=1)
                else:
                    ended = {"ended": row["period"], "returned": row["value"]}
                    self._casework.act(FOUNDER, "alert", raised.code, "end", ended, version=raised.version)
                    worked += Worked(ended=1)
            except ConflictError:  # another worker saw it first
                continue
        return worked

    def _title(self, indicator: str) -> str:
        variable = self._desk.workspace.catalogue.variables.get(indicator)
        return indicator if variable is None else str(variable.name["en"])


def _newest(figures: pl.DataFrame | None, indicators: set[str]) -> Mapping[str, Mapping[str, Any]]:
    """Return the figure of the latest period of each indicator."""
    if figures is None:
        return {}
    rows = figures.filter(pl.col("variable").is_in(list(indicators)))
    ends = {row["variable"]: row for row in sorted(rows.iter_rows(named=True), key=end_of)}
    return dict(sorted(ends.items()))


def end_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the end of a figure's period, by which figures are sorted."""
    return (Period.parse(row["period"]).end, row["period"])


def _observed(attribute: object) -> int | None:
    """Return when an attribute was observed, in microseconds since 1970; None where it does not say."""
    instant = attribute.get("observedAt") if isinstance(attribute, Mapping) else None
    if not instant:
        return None
    return microseconds(datetime.fromisoformat(str(instant)))
