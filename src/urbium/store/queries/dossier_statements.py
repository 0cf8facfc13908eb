"""Statements that read dossiers: by kind and code, by clauses of rights, by what they belong to.

A statement is built once for its shape (which rights, which filters), and what is asked for stands in its
parameters: building one takes longer than running it.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa

from urbium.access import ASKED, Clause
from urbium.store.schema import TABLES

WITHDRAWN = "withdrawn"
"""The state of a child that no longer lets its owner see the parent."""
_CLOSED = {"assigned": (WITHDRAWN,), "accepted": (WITHDRAWN, ASKED)}
"""By where a right to a parent holds: the states of a child in which its owner has none."""

POINTERS = ("round", "agreement", "parent", "owner")
"""What a dossier may point at."""

Where = Mapping[str, str | Sequence[str]]
Asked = tuple[sa.Select[Any], dict[str, Any]]
"""A statement and its parameters."""
_Right = tuple[tuple[str, ...], str]
"""The shape of a clause: its states and its place."""
_Filter = tuple[str, bool]
"""The shape of a filter: the name of a column, and whether it is one of several values."""

_DOSSIER, _VERSION = TABLES.tables["dossier"], TABLES.tables["dossier_version"]
_CITY, _AUDIT = TABLES.tables["city"], TABLES.tables["audit"]
_ALIASES = {name: _DOSSIER.alias(name) for name in POINTERS}
_COLUMNS: Mapping[str, sa.ColumnElement[Any]] = {
    "city": _CITY.c.code,
    "province": _DOSSIER.c.province,
    "state": _VERSION.c.state,
    "code": _DOSSIER.c.code,
    **{pointer: pointed.c.code for pointer, pointed in _ALIASES.items()},
    "parent_kind": _ALIASES["parent"].c.kind,
}


@cache
def versions() -> sa.Select[Any]:
    """Return the statement of all versions of all dossiers."""
    joined = _VERSION.join(_DOSSIER, _DOSSIER.c.id == _VERSION.c.dossier_id)
    joined = joined.join(_AUDIT, _AUDIT.c.seq == _VERSION.c.entry)
    joined = joined.outerjoin(_CITY, _CITY.c.id == _DOSSIER.c.city_id)
    for name, pointed in _ALIASES.items():
        joined = joined.outerjoin(pointed, pointed.c.id == _DOSSIER.c[f"{name}_id"])
    return sa.select(
        _DOSSIER.c.id,
        _DOSSIER.c.kind,
        _DOSSIER.c.code,
        _DOSSIER.c.province,
        _VERSION.c.version,
        _VERSION.c.entry,
        _VERSION.c.action,
        _VERSION.c.state,
        _VERSION.c.content,
        _VERSION.c.sha256,
        _CITY.c.code.label("city"),
        *(pointed.c.code.label(name) for name, pointed in _ALIASES.items()),
        _ALIASES["parent"].c.kind.label("parent_kind"),
        _AUDIT.c.at,
        _AUDIT.c.who,
    ).select_from(joined)


@cache
def newest_version(*, as_known: bool = False) -> sa.Select[Any]:
    """Return the statement of the newest version of every dossier, or the newest up to entry ``:last``."""
    newest = _VERSION.alias("newest")
    conditions = [newest.c.dossier_id == _DOSSIER.c.id]
    if as_known:
        conditions.append(newest.c.entry <= sa.bindparam("last", type_=sa.Integer))
    number = sa.select(sa.func.max(newest.c.version)).where(*conditions).scalar_subquery()
    return versions().where(_VERSION.c.version == number)


@cache
def one_version(*, by_number: bool, as_known: bool) -> sa.Select[Any]:
    """Return the statement of one dossier: its newest version, or the one of number ``:version``."""
    chosen = (
        versions().where(_VERSION.c.version == sa.bindparam("version"))
        if by_number
        else newest_version(as_known=as_known)
    )
    return chosen.where(_DOSSIER.c.kind == sa.bindparam("kind"), _DOSSIER.c.code == sa.bindparam("code"))


@cache
def children() -> sa.Select[Any]:
    """Return the statement of owner and state of what hangs on the dossier ``:code`` of ``:kind``."""
    above = _ALIASES["parent"].c
    columns = (_ALIASES["owner"].c.code.label("owner"), _VERSION.c.state)
    statement = newest_version().with_only_columns(*columns, maintain_column_froms=True)
    return statement.where(above.kind == sa.bindparam("kind"), above.code == sa.bindparam("code"))


def listing(
    kind: str,
    clauses: Sequence[Clause],
    where: Where,
    *,
    after: str = "",
    most: int | None = None,
    last: int | None = None,
) -> Asked:
    """Return the statement of the dossiers of a kind for which one of the clauses holds, sorted by code."""
    statement = _listing(
        _shapes({kind: clauses}), _filters(where), bool(after), most is not None, last is not None
    )
    parameters = _parameters({kind: clauses}, where)
    limits = {"after": after or None, "most": most, "last": last}
    return statement, parameters | {name: value for name, value in limits.items() if value is not None}


def codes_seen(kind: str, clauses: Sequence[Clause], codes: Sequence[str]) -> Asked:
    """Return the statement of those codes of a kind for which one of the clauses holds."""
    where = {"code": codes}
    return _codes(_shapes({kind: clauses}), _filters(where)), _parameters({kind: clauses}, where)


def counting(asked: Mapping[str, Sequence[Clause]], where: Where) -> Asked:
    """Return the statement of how many dossiers are in each state, by kind, where a clause of it holds."""
    return _counting(_shapes(asked), _filters(where)), _parameters(asked, where)


# --- shapes and parameters ------------------------------------------------------------------------------

_Shape = tuple[tuple[str, tuple[_Right, ...]], ...]


def _shapes(asked: Mapping[str, Sequence[Clause]]) -> _Shape:
    return tuple(
        (kind, tuple((tuple(sorted(one.states)), one.place) for one in clauses))
        for kind, clauses in asked.items()
    )


def _filters(where: Where) -> tuple[_Filter, ...]:
    return tuple((name, not isinstance(value, str)) for name, value in where.items())


def _parameters(asked: Mapping[str, Sequence[Clause]], where: Where) -> dict[str, Any]:
    values = [one.value for clauses in asked.values() for one in clauses]
    return {f"right_{place}": value for place, value in enumerate(values)} | {
        f"where_{name}": value if isinstance(value, str) else list(value) for name, value in where.items()
    }


# --- building, once a shape -----------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _listing(
    asked: _Shape, where: tuple[_Filter, ...], has_start: bool, has_end: bool, as_known: bool
) -> sa.Select[Any]:
    statement = newest_version(as_known=as_known).where(_granted(asked), *_conditions(where))
    if has_start:
        statement = statement.where(_DOSSIER.c.code > sa.bindparam("after"))
    if has_end:
        statement = statement.limit(sa.bindparam("most", type_=sa.Integer))
    return statement.order_by(_DOSSIER.c.code)


@lru_cache(maxsize=256)
def _codes(asked: _Shape, where: tuple[_Filter, ...]) -> sa.Select[Any]:
    statement = newest_version().with_only_columns(_DOSSIER.c.code, maintain_column_froms=True)
    return statement.where(_granted(asked), *_conditions(where))


@lru_cache(maxsize=256)
def _counting(asked: _Shape, where: tuple[_Filter, ...]) -> sa.Select[Any]:
    grouped = (_DOSSIER.c.kind, _VERSION.c.state)
    statement = newest_version().with_only_columns(
        *grouped, sa.func.count().label("number"), maintain_column_froms=True
    )
    return statement.where(_granted(asked), *_conditions(where)).group_by(*grouped).order_by(*grouped)


def _granted(asked: _Shape) -> sa.ColumnElement[bool]:
    """Write the alternatives of rights as a condition; a kind without any is left out."""
    kinds = []
    place = 0
    for kind, rights in asked:
        alternatives = []
        for right in rights:
            alternatives.append(_right(right, f"right_{place}"))
            place += 1
        if alternatives:
            kinds.append(sa.and_(_DOSSIER.c.kind == kind, sa.or_(*alternatives)))
    return sa.or_(sa.false(), *kinds)


def _right(right: _Right, parameter: str) -> sa.ColumnElement[bool]:
    states, place = right
    value = sa.bindparam(parameter, type_=sa.Text)
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    if states:
        conditions.append(_VERSION.c.state.in_([sa.literal(state) for state in states]))
    if place == "own":
        conditions.append(_ALIASES["owner"].c.code == value)
    elif place in _CLOSED:
        conditions.append(_is_assigned(value, _CLOSED[place]))
    elif place != "all":
        conditions.append(_lies_in(place, value))
    return sa.and_(*conditions)


def _lies_in(place: str, code: sa.BindParameter[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a dossier is in a place; an agreement lies in itself, and a round does."""
    belongs = _COLUMNS[place] == code
    if place not in POINTERS:
        return belongs
    return sa.case((_DOSSIER.c.kind == place, _DOSSIER.c.code == code), else_=belongs)


def changed(kinds: Iterable[str], since: int) -> sa.Select[Any]:
    """Return the statement of the dossiers of some kinds that changed since, those changed last first."""
    return (
        sa.select(_DOSSIER.c.kind, _DOSSIER.c.code)
        .join(_VERSION, _VERSION.c.dossier_id == _DOSSIER.c.id)
        .join(_AUDIT, _AUDIT.c.seq == _VERSION.c.entry)
        .where(_DOSSIER.c.kind.in_(kinds), _AUDIT.c.at >= since)
        .group_by(_DOSSIER.c.kind, _DOSSIER.c.code)
        .order_by(sa.func.max(_VERSION.c.entry).desc(), _DOSSIER.c.code)
    )


def reasons(kind: str, code: str) -> sa.Select[Any]:
    """Return the statement of what the log says of the steps by which a dossier came to its versions."""
    return (
        sa.select(_VERSION.c.version, _VERSION.c.action, _AUDIT.c.what, _AUDIT.c.why)
        .join(_DOSSIER, _DOSSIER.c.id == _VERSION.c.dossier_id)
        .join(_AUDIT, _AUDIT.c.seq == _VERSION.c.entry)
        .where(_DOSSIER.c.kind == kind, _DOSSIER.c.code == code)
    )


def _is_assigned(account: sa.BindParameter[str], closed: Iterable[str]) -> sa.ColumnElement[bool]:
    """Return the condition that an account owns a child which is in none of the states that are closed."""
    child, owner = _DOSSIER.alias("child"), _DOSSIER.alias("child_owner")
    version, newest = _VERSION.alias("child_version"), _VERSION.alias("child_newest")
    number = (
        sa.select(sa.func.max(newest.c.version)).where(newest.c.dossier_id == child.c.id).scalar_subquery()
    )
    return sa.exists(
        sa.select(child.c.id)
        .join(owner, owner.c.id == child.c.owner_id)
        .join(version, version.c.dossier_id == child.c.id)
        .where(
            child.c.parent_id == _DOSSIER.c.id,
            owner.c.kind == "account",
            owner.c.code == account,
            version.c.version == number,
            version.c.state.not_in([sa.literal(state) for state in closed]),
        )
    )


def _conditions(where: Iterable[_Filter]) -> list[sa.ColumnElement[bool]]:
    return [
        _COLUMNS[name].in_(sa.bindparam(f"where_{name}", expanding=True))
        if is_one_of
        else _COLUMNS[name] == sa.bindparam(f"where_{name}")
        for name, is_one_of in where
    ]
