"""Suspects: the pages on which suspect figures are accepted or rejected, a group at once, and this is undone.

A group is looked at before it is decided: what it touches, and which results read it. What came in after it
was looked at is not touched.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import polars as pl
from litestar.params import PathParameter, QueryParameter

from urbium.access import Actor, clauses
from urbium.errors import ForbiddenError, InputError, UrbiumError
from urbium.packaged import words_of
from urbium.periods import span_form
from urbium.programme import Programme
from urbium.programme.cases.suspects import Group, without_rules
from urbium.text import Text, coded, say, text
from urbium.text.naming import with_names
from urbium.web.desk.marks import marked
from urbium.web.rendering.check_words import meanings_of, rules_told_apart
from urbium.web.rendering.listing import Listed, Listing
from urbium.web.rendering.parameters import FromActor, FromOffice, PageNumber, Segment, Word
from urbium.web.rendering.words import named_rows
from urbium.web.server.routes import Form, absent, page, reading, see, writing
from urbium.whole_numbers import whole_number

_TITLE: Final = text("Suspect figures")
_DECIDED_TITLE: Final = text("Decisions on suspect figures")
_PAGE, _DONE = "/figures/suspects", "/figures/decisions"
_SIZE, _DOUBTS = 20, 3
_OF_FIGURE: Final = ("city", "variable", "period", "area", "source")
_WAYS: Final[Mapping[str, Text]] = words_of("way through suspects")
_VERBS: Final[Mapping[str, Text]] = {"accept": text("Accept"), "reject": text("Reject")}
_STATES: Final[Mapping[str, Text]] = words_of("judgement of a suspect")
_OF: Final = (
    Listed("city", by="city_name"), Listed("figure", by="variable_name"), Listed("period"),
    Listed("value", is_stored=True), Listed("unit"),
    Listed("area", is_extra=True), Listed("source", is_extra=True),
)  # fmt: skip
_GROUPS: Final = (
    Listed("rule", "group.meaning"), Listed("variable", by="variable_name"), Listed("figures"),
    Listed("share", "group.share"), Listed("cities"), Listed("periods", "group.periods"),
    Listed("example", "group.example"),
    Listed("decide", by=None, title=text("Decide")),
)  # fmt: skip
_CITIES: Final = (Listed("city", by="city_name"), *(one for one in _GROUPS if one.name != "cities"))
_FIGURES: Final = (*_OF, Listed("reason", "suspect.reason"))
_DECISIONS: Final = (
    Listed("at", "moment", by="recorded_at"), Listed("who", by="who"),
    Listed("decision", "decision.status", by="said"), Listed("figures", "decision.figures"),
    Listed("standing", "decision.standing"), Listed("cities"),
    Listed("variables", "variables.listed"), Listed("reason"),
)  # fmt: skip
_DECIDED: Final = (
    *_OF, Listed("standing", "figure.standing"),
)  # fmt: skip

Chosen = Annotated[str, QueryParameter(max_length=400)]
"""The rules of a group, or a column."""
Entry = Annotated[int, PathParameter(ge=1, le=2**31 - 1)]
"""The number of a decision."""
Done = Annotated[int, QueryParameter(ge=0, le=2**31 - 1)]
"""The number of a decision just taken."""


def suspects_page(
    office: FromOffice, actor: FromActor, *, rule: Chosen = "",
    variable: Chosen = "", city: Word = "", period: Word = "", by: Word = "", order: Word = "",
    number: PageNumber = 1, done: Done = 0,
) -> Any:  # fmt: skip # noqa: ANN401
    """Show the suspect figures in groups, by city, or one by one, with what leads to a decision."""
    group = Group(rule, variable, office.city(city).code if city else "", period)
    return _suspects(office, actor, group, by=by, order=order, number=number, done=done)


def _suspects(
    office: Programme, actor: Actor, group: Group, *, by: str = "", order: str = "", number: int = 1,
    done: int = 0, problem: UrbiumError | None = None, typed: Mapping[str, str] = MappingProxyType({}),
) -> Any:  # fmt: skip # noqa: ANN401
    _may(actor)
    way = by if by in _WAYS else ""
    columns: tuple[Listed, ...]
    everything = office.suspects.table(actor)
    filters = _asked(group) | {"by": way}
    if way == "figure":
        frame, columns = office.suspects.table(actor, group), _FIGURES
    else:
        grouped = office.suspects.groups(actor, group, by_city=way == "city")
        frame, columns = grouped.with_columns(periods=_periods()), _CITIES if way == "city" else _GROUPS
    table = Listing(_named(office, frame), columns, _PAGE, filters, order, number, _SIZE)
    sent = [typed.get(name, "") for name in _OF_FIGURE]
    return page(
        "suspects.html",
        _TITLE,
        status=problem.status if problem else 200,
        table=table,
        total=everything.height,
        way=way,
        ways=_WAYS,
        group=group,
        asked=filters,
        meaning=meanings_of(office),
        columns=_choices(everything["variable"], _columns(office)),
        rules=rules_told_apart(office, everything, _columns(office)),
        cities=_choices(everything["city"], office.register.names()),
        periods=sorted(everything["period"].unique()),
        done=_decision(office, actor, done) if done else None,
        sent=sent,
        is_seen=way == "figure"
        and any([row[name] or "" for name in _OF_FIGURE] == sent for row in table.rows),
        action=typed.get("action", ""),
        why=typed.get("why", ""),
        problem=marked(problem, {"reason": "why"}),
    )


def judge_figure(office: FromOffice, actor: FromActor, action: Segment, data: Form) -> Any:  # noqa: ANN401
    """Accept or reject one suspect figure with a reason."""
    judge = {"accept": office.figures.accept, "reject": office.figures.reject}.get(action)
    if judge is None:
        raise absent()
    _may(actor, action)
    group = _group(data, "in_")
    try:
        judge(actor, **{name: data.get(name, "") for name in _OF_FIGURE}, reason=data.get("why", "").strip())
    except UrbiumError as error:
        typed, number = {**data, "action": action}, whole_number(data.get("page", ""), 1)
        return _suspects(
            office, actor, group, by="figure", order=data.get("order", ""), number=number, problem=error,
            typed=typed,
        )  # fmt: skip
    return see(f"{_PAGE}?{urlencode(_asked(group) | {'by': 'figure'})}#table")


# --- a group ------------------------------------------------------------------------------------------------


def group_page(
    office: FromOffice, actor: FromActor, action: Segment, *,
    rule: Chosen = "", variable: Chosen = "", city: Word = "", period: Word = "", order: Word = "",
    number: PageNumber = 1,
) -> Any:  # fmt: skip # noqa: ANN401
    """Show what a decision on a group touches, with the form that takes it."""
    group = Group(rule, variable, city, period)
    return _group_form(office, actor, action, group, order=order, number=number)


def _group_form(
    office: Programme, actor: Actor, action: str, group: Group, *, problem: UrbiumError | None = None,
    why: str = "", order: str = "", number: int = 1,
) -> Any:  # fmt: skip # noqa: ANN401
    if action not in _VERBS:
        raise absent()
    _may(actor, action)
    figures = office.suspects.table(actor, group)
    variables = figures["variable"].unique().sort().to_list()
    names = _columns(office)
    return page(
        "suspects_group.html",
        _TITLE,
        status=problem.status if problem else 200,
        action=action,
        verb=_VERBS[action],
        group=group,
        table=Listing(
            _named(office, figures), _OF, f"{_PAGE}/group/{action}", _asked(group), order, number, _SIZE
        ),
        figures=figures.height,
        cities=figures["city"].n_unique(),
        periods=[figures["period"].min(), figures["period"].max()],
        variables=[names.get(name, name) for name in variables],
        city_name=office.register.names().get(group.city, group.city),
        doubts=figures.select(without_rules(pl.col("reason")).unique(maintain_order=True))["reason"]
        .head(_DOUBTS)
        .to_list(),
        meaning=meanings_of(office)(group.rule) if group.rule else [],
        effect=office.suspects.effect(variables),
        asked=_asked(group),
        seen=office.store.last_change().isoformat(),
        why=why,
        problem=marked(problem, {"reason": "why"}),
    )


def judge_group(office: FromOffice, actor: FromActor, action: Segment, data: Form) -> Any:  # noqa: ANN401
    """Accept or reject a group by one decision."""
    group, why = _group(data), data.get("why", "").strip()
    _may(actor, action if action in _VERBS else "")
    try:
        seen = _instant(data.get("seen", ""))
        decided = office.suspects.decide(actor, action, group, seen=seen, reason=why)
    except UrbiumError as error:
        return _group_form(office, actor, action, group, problem=error, why=why)
    return see(f"{_PAGE}?done={decided.entry}")


def _instant(written: str) -> datetime:
    """Return when a group was looked at; raise InputError for what is not an instant of a form."""
    try:
        seen = datetime.fromisoformat(written)
        return seen if seen.tzinfo else seen.replace(tzinfo=UTC)
    except ValueError:
        raise InputError(
            coded("web.suspects.seen", "the form does not say when the group was viewed"),
            remedy=text("open the group from the list again"),
        ) from None


# --- what was decided ---------------------------------------------------------------------------------------


def decisions_page(
    office: FromOffice, actor: FromActor, *, verdict: Word = "",
    order: Word = "", number: PageNumber = 1,
) -> Any:  # fmt: skip # noqa: ANN401
    """Show every decision on suspect figures, the newest first."""
    _may(actor)
    names, decisions = _columns(office), _all_decisions(office, actor)
    chosen = decisions.filter(pl.col("status") == verdict) if verdict in _STATES else decisions
    variables = pl.col("variables").list.eval(pl.element().replace(names))
    signatures = {code: office.people.signature(code) for code in decisions["recorded_by"].unique()}
    frame = chosen.with_columns(
        variables=variables,
        said=pl.col("status").replace({code: str(say(words)) for code, words in _STATES.items()}),
    ).pipe(with_names, signatures, code="recorded_by", column="who")
    return page(
        "decisions.html",
        _DECIDED_TITLE,
        table=Listing(frame, _DECISIONS, _DONE, {"verdict": verdict}, order, number),
        states=_STATES,
        verdict=verdict,
    )


def decision_page(
    office: FromOffice, actor: FromActor, entry: Entry, *,
    order: Word = "", number: PageNumber = 1,
) -> Any:  # fmt: skip # noqa: ANN401
    """Show a decision, its figures, and what undoing it touches."""
    return _decision_form(office, actor, entry, order=order, number=number)


def _decision_form(
    office: Programme, actor: Actor, entry: int, problem: UrbiumError | None = None, why: str = "", *,
    order: str = "", number: int = 1,
) -> Any:  # fmt: skip # noqa: ANN401
    _may(actor)
    decision, figures = office.suspects.decided(actor, entry)
    standing = figures.filter("is_standing")
    words = {True: str(say(text("yes"))), False: str(say(text("no")))}
    said = pl.col("is_standing").replace_strict(words, return_dtype=pl.String)
    shown = _named(office, figures.with_columns(standing=said))
    return page(
        "decision.html",
        _DECIDED_TITLE,
        status=problem.status if problem else 200,
        decision=decision,
        state=_STATES[str(decision["status"])],
        table=Listing(shown, _DECIDED, f"{_DONE}/{entry}", {}, order, number),
        cities=standing["city"].n_unique(),
        effect=office.suspects.effect(standing["variable"].unique()),
        published=_published_since(office, decision),
        may_undo=decision["status"] != "suspect" and not standing.is_empty(),
        why=why,
        problem=marked(problem, {"reason": "why"}),
    )


def _published_since(office: Programme, decision: Mapping[str, Any]) -> str:
    """Return the newest publication that was made since figures were accepted; empty where there is none."""
    newest = next(iter(office.store.publications.listed()), None)
    if decision["status"] != "accepted" or newest is None:
        return ""
    is_since = datetime.fromtimestamp(newest.known_on / 1_000_000, UTC) >= decision["recorded_at"]
    return str(newest.id) if is_since else ""


def undo(office: FromOffice, actor: FromActor, entry: Entry, data: Form) -> Any:  # noqa: ANN401
    """Undo a decision whole."""
    _may(actor)
    why = data.get("why", "").strip()
    try:
        undone = office.suspects.undo(actor, entry, reason=why)
    except UrbiumError as error:
        return _decision_form(office, actor, entry, error, why)
    return see(f"{_PAGE}?done={undone.entry}")


# --- words --------------------------------------------------------------------------------------------------


def _may(actor: Actor, action: str = "accept") -> None:
    """Raise NotFoundError for who may not decide on any suspect figure."""
    if not clauses(actor, "figures", action):
        raise absent()


def _group(data: Mapping[str, str], before: str = "") -> Group:
    return Group(**{name: data.get(f"{before}{name}", "") for name in Group.__slots__})


def _asked(group: Group) -> dict[str, str]:
    """Return what an address says of a group."""
    return {name: getattr(group, name) for name in Group.__slots__}


def _periods() -> pl.Expr:
    first, last = pl.col("first"), pl.col("last")
    return pl.when(first == last).then(first).otherwise(pl.format(span_form(), first, last))


def _columns(office: Programme) -> dict[str, str]:
    """Return what the columns are called, by their variables."""
    return named_rows(office.catalogue.variables)


def _named(office: Programme, frame: pl.DataFrame) -> pl.DataFrame:
    """Add the names of city and column, and the example of a group in one cell."""
    cities = office.register.names()
    names: dict[str, Mapping[str, str]] = {
        "city": cities,
        "example_city": cities,
        "variable": _columns(office),
    }
    names |= {"source": {code: one.publisher for code, one in office.sources().items()}}
    named = frame
    for code in names.keys() & set(frame.columns):
        named = with_names(named, names[code], code=code, column=f"{code}_name")
    doubts = [name for name in ("reason", "example_reason") if name in frame.columns]
    named = named.with_columns(without_rules(pl.col(name)) for name in doubts)
    if "example_city" not in frame.columns:
        return named
    parts = ("city_name", "period", "value", "unit", "reason")
    return named.with_columns(example=pl.format("{}, {}: {} {}; {}", *(f"example_{name}" for name in parts)))


def _choices(codes: pl.Series, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what a filter offers: code and name, by name."""
    return sorted(((code, names.get(code, code)) for code in codes.unique()), key=lambda pair: pair[1])


def _all_decisions(office: Programme, actor: Actor) -> pl.DataFrame:
    """Return the decisions that an actor may see; none for who may decide in some cities only."""
    try:
        return office.suspects.decisions(actor)
    except ForbiddenError:
        raise absent() from None


def _decision(office: Programme, actor: Actor, entry: int) -> Mapping[str, Any] | None:
    """Return a decision that was just taken, for the notice that leads to its undoing."""
    rows = _all_decisions(office, actor).filter(pl.col("entry") == entry)
    return rows.row(0, named=True) if rows.height else None


SUSPECT_PAGES = (
    reading(_PAGE)(suspects_page),
    writing(_PAGE + "/{action:str}")(judge_figure),
    reading(_PAGE + "/group/{action:str}")(group_page),
    writing(_PAGE + "/group/{action:str}/decide")(judge_group),
    reading(_DONE)(decisions_page),
    reading(_DONE + "/{entry:int}")(decision_page),
    writing(_DONE + "/{entry:int}/undo")(undo),
)
"""The pages on which suspect figures are decided."""
