"""Results: addresses that answer one result of the programme as it is, each a row of a table (ADR 0123).

A row of ``data/addresses.csv`` has the address, its source (the stage whose adopted result is sent, or else
the verb of the programme that is called with the parameters), and the kind of the answer. A table is sent as
its rows, another result as its record with the ``parts`` that the row names: ``years=by_year`` is sent as
``years``. Everybody may read it. An address that says more has a function.
"""

from collections.abc import Iterator, Mapping
from inspect import Parameter, Signature
from operator import attrgetter
from typing import Annotated, Any, Final

import polars as pl
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from urbium.packaged import packaged_rows
from urbium.programme import Programme
from urbium.programme.base.stages import STAGES
from urbium.web.rendering.parameters import FromOffice, Segment, Word, Words
from urbium.web.server.answers import noun
from urbium.web.server.kept_answers import KEPT
from urbium.web.server.refusals import OPENS, refusals
from urbium.web.server.security import OPEN

_Millions = Annotated[float | None, QueryParameter(ge=0, le=1e12)]
_Return = Annotated[float | None, QueryParameter(ge=-1, le=100)]
_KINDS: Final[Mapping[str, tuple[Any, object]]] = {
    "segment": (Segment, Parameter.empty), "words": (Words, ""), "millions": (_Millions, None),
    "return": (_Return, None),
}  # fmt: skip
"""Of a parameter that is more than a word: how it is read, and what it is where left out."""


def _parameters(written: str) -> Iterator[Parameter]:
    """Yield the parameters of a row: ``NAME``, ``NAME=DEFAULT`` or ``NAME:KIND``."""
    yield Parameter("office", Parameter.KEYWORD_ONLY, annotation=FromOffice)
    for field in written.split():
        name, _, kind = field.partition(":")
        name, _, default = name.partition("=")
        annotation, usual = _KINDS.get(kind, (Word, default))
        yield Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation, default=usual)


def _answering(address: Mapping[str, str]) -> HTTPRouteHandler:
    source, pairs = address["source"], (part.partition("=") for part in address["parts"].split())
    parts = {name: place or name for name, _, place in pairs}

    def handler(*, office: Programme, **chosen: object) -> object:
        result = office.required(source) if source in STAGES else attrgetter(source)(office)(**chosen)
        if isinstance(result, pl.DataFrame):
            return result.to_dicts()
        return {**result.record(), **{name: _plain(getattr(result, place)) for name, place in parts.items()}}

    parameters = list(_parameters(address["parameters"]))
    handler.__name__, handler.__doc__ = address["name"], address["says"]
    handler.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    handler.__dict__["__signature__"] = Signature(parameters)
    routed = noun(address["address"], address["answer"], opt=OPEN | KEPT, responses=refusals(*OPENS, 409))
    return routed(handler)


def _plain(part: object) -> object:
    return part.to_dicts() if isinstance(part, pl.DataFrame) else part


RESULTS: Final = tuple(map(_answering, packaged_rows("addresses")))
"""Every address that is a row."""
