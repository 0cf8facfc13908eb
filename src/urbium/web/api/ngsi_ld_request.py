"""What a request to the context store says, and how it is answered: names, forms, pages, problems.

Reference: GS CIM 009, clauses 5.5.2, 5.5.3 and 6.3.
"""

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote, unquote, urlencode

import msgspec
from anyio import to_thread
from litestar import HttpMethod, Request, Response, route
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody

from urbium.access import Actor
from urbium.errors import (
    ConflictError,
    InputError,
    NotFoundError,
    UnavailableError,
    UrbiumError,
)
from urbium.platform.context import Context, Query, TooManyError
from urbium.platform.context.conditions import read_condition
from urbium.platform.context.entities import RESERVED, Entity, is_uri, read_attributes
from urbium.platform.context.names import CORE_URL, ContextUnavailableError, Names, check_size, context_link
from urbium.platform.context.places import read_place
from urbium.platform.context.representations import Form, feature, represent
from urbium.programme import Programme
from urbium.programme.platform.places_context import TenantError
from urbium.text import coded, say, text
from urbium.web.rendering.parameters import FromActor, FromOffice
from urbium.web.server.problems import log_refusal
from urbium.web.server.security import BY_POLICY
from urbium.web.server.sessions import session
from urbium.whole_numbers import whole_number

BASE: Final = "/ngsi-ld/v1"
_ERRORS: Final = "https://uri.etsi.org/ngsi-ld/errors/"
_LARGEST: Final = 8_000_000
_PER_SECOND, _BURST = 1_000.0, 2_000.0
_MOST, _FURTHEST = 1_000, 1_000_000
_LD, _JSON, _GEO = "application/ld+json", "application/json", "application/geo+json"
_KINDS: Final = frozenset({_JSON, _LD})
_WORDS: Final = {
    "id", "type", "idPattern", "attrs", "q", "georel", "geometry", "coordinates", "geoproperty",
    "geometryProperty", "lang", "scopeQ", "local", "limit", "offset", "count", "options", "format", "pick",
    "omit", "datasetId", "deleteAll", "details", "kind", "reload", "timerel", "timeAt", "endTimeAt",
    "timeproperty", "lastN", "aggrMethods", "aggrPeriodDuration",
}  # fmt: skip
"""The words of addresses that are understood; others change what is asked, and are refused."""
_OPTIONS: Final = {
    "", "keyValues", "simplified", "concise", "normalized", "sysAttrs", "noOverwrite", "update", "replace",
    "temporalValues", "aggregatedValues", "count",
}  # fmt: skip
_MEMBER: Final = re.compile(r"[^\W\d][\w.:/#%?&=~-]*")
_LINK: Final = re.compile(r'\s*<(?P<url>[^>]+)>\s*;.*rel="?http://www\.w3\.org/ns/json-ld#context"?')


class _RequestError(InputError):
    """A request that cannot be read at all."""


class _KindError(InputError):
    """What was sent is of a media type that is not read."""


class _AcceptError(InputError):
    """No media type that is answered is accepted."""


_TYPES: Final[tuple[tuple[type[UrbiumError], str, int], ...]] = (
    (ContextUnavailableError, "LdContextNotAvailable", 503),
    (TenantError, "NonexistentTenant", 404),
    (TooManyError, "TooManyResults", 403),
    (NotFoundError, "ResourceNotFound", 404),
    (ConflictError, "AlreadyExists", 409),
    (_RequestError, "InvalidRequest", 400),
    (_KindError, "InvalidRequest", 415),
    (_AcceptError, "InvalidRequest", 406),
    (InputError, "BadRequestData", 400),
)


class Rates:
    """How many requests whoever asks may send: so many a second, and some at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}

    def takes(self, who: str) -> bool:
        """Count a request; say whether it is one too many."""
        now = self._clock()
        with self._lock:
            left, last = self._left.get(who, (_BURST, now))
            left = min(_BURST, left + (now - last) * _PER_SECOND)
            if len(self._left) > _MOST:
                self._left = {one: pair for one, pair in self._left.items() if now - pair[1] < 1.0}
            self._left[who] = (max(left - 1.0, 0.0), now)
        return left >= 1.0


_RATES: Final = Rates()


@dataclass
class Asked:
    """A request to the context store.

    Parameters
    ----------
    request, office, actor, body : what is asked, of which programme, by whom, with what
    contexts : the contexts that what was sent has named so far
    """

    request: Request[Any, Any, Any]
    office: Programme
    actor: Actor
    body: bytes
    contexts: set[Names] = field(default_factory=set)

    @cached_property
    def words(self) -> Mapping[str, str]:
        """The words of the address."""
        return dict(self.request.query_params.multi_items())

    @cached_property
    def options(self) -> frozenset[str]:
        """The options of the address, and its format."""
        return frozenset([*self.words.get("options", "").split(","), self.words.get("format", "")])

    def part(self, name: str) -> str:
        """Return a part of the path."""
        return str(self.request.path_params[name])

    def segments(self, collection: str) -> list[str]:
        """Return the parts of the path behind a collection; each may be an address, encoded."""
        path = self.request.scope["raw_path"].decode().partition("?")[0]
        return [unquote(one) for one in path.partition(f"/{collection}/")[2].split("/")]

    def last(self, collection: str) -> str:
        """Return what stands in the path behind a collection."""
        return "/".join(self.segments(collection))

    @cached_property
    def id(self) -> str:
        """The id of an entity in the path."""
        if not is_uri(self.part("id")):
            raise unfit("id")
        return self.part("id")

    def attribute(self, names: Names, name: str | None = None) -> str:
        """Return the full name of the attribute in the path."""
        name = self.last("attrs") if name is None else name
        if not _MEMBER.fullmatch(name) or name in RESERVED:
            raise unfit(name)
        return names.expand(name)

    def check(self) -> None:
        """Raise InputError for words, options and media types that are not understood, before all else."""
        wrong = sorted([*(self.words.keys() - _WORDS), *(self.options - _OPTIONS)])
        if wrong:
            raise unfit(", ".join(wrong), _RequestError)
        kind = self.request.headers.get("content-type", "").partition(";")[0].strip()
        kinds = _KINDS | ({"application/merge-patch+json"} if self.request.method == "PATCH" else set())
        if self.body and kind not in kinds:
            raise unfit("Content-Type", _KindError)
        _ = self.accepted

    def context(self, action: str) -> Context:
        """Return the context of the place that is asked, for an action.

        Raises NotAuthorizedException for somebody without a token, to whom no place is open.
        """
        try:
            return self.office.context.at(self.actor, self.request.headers.get("ngsild-tenant", ""), action)
        except TenantError:
            if session().secret:
                raise
            message = text("send a token in the header Authorization: Bearer TOKEN")
            raise NotAuthorizedException(message) from None

    # --- what was sent ----------------------------------------------------------------------------------

    @cached_property
    def sent(self) -> Any:  # noqa: ANN401 - any JSON
        """The body as JSON."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise _RequestError(
                coded("web.ngsi_ld.json", "the body is not JSON"),
                remedy=text("send one JSON text in UTF-8"),
            ) from error

    def fragment(self, *, is_patch: bool = False, may_delete: bool = False, is_past: bool = False) -> Entity:
        """Return the attributes that were sent of the entity in the path."""
        sent, id_ = self.sent, self.id
        if isinstance(sent, dict) and sent.get("id", id_) != id_:
            raise InputError(
                coded("web.ngsi_ld.other_id", "the body and the address name different entities"),
                place="id",
                remedy=text("omit the id from the body"),
            )
        names = self.named(sent)
        return read_attributes(sent, names, is_patch=is_patch, may_delete=may_delete, is_past=is_past)

    @property
    def is_ld(self) -> bool:
        """Whether the body brings its context along."""
        return self.request.headers.get("content-type", "").startswith(_LD)

    @cached_property
    def linked(self) -> str | None:
        """The context that a header names; None where none does."""
        link = _LINK.match(self.request.headers.get("link", ""))
        return None if link is None else link["url"]

    def named(self, sent: Any) -> Names:  # noqa: ANN401 - any JSON
        """Return the names of something that was sent: of its own context, or of the header's."""
        has_own = isinstance(sent, dict) and "@context" in sent
        if has_own != self.is_ld or (has_own and self.linked is not None):
            raise unfit("@context, Content-Type, Link")
        names = self.office.context.contexts.names(sent["@context"] if has_own else self.linked)
        self.contexts.add(names)
        check_size(sum(one.size for one in self.contexts))
        return names

    @cached_property
    def names(self) -> Names:
        """The names of the header's context."""
        return self.office.context.contexts.names(self.linked)

    def full(self, word: str) -> list[str]:
        """Return the names of a list in the address in full."""
        return [self.names.expand(one.strip()) for one in self.words.get(word, "").split(",") if one.strip()]

    def members(self, word: str) -> frozenset[str]:
        """Return the members of entities in a list of the address, attributes by their full names."""
        members = self.words[word].split(",") if word in self.words else []
        if not all(_MEMBER.fullmatch(one) for one in members):
            raise unfit(word)
        return frozenset(one if one in RESERVED else self.names.expand(one) for one in members)

    # --- what is asked ----------------------------------------------------------------------------------

    def number(self, word: str, default: int, most: int) -> int:
        """Return a whole number of the address."""
        number = whole_number(self.words.get(word, str(default)))
        if not 0 <= number <= most:
            raise unfit(word)
        return number

    @property
    def page(self) -> tuple[int, int]:
        """How many are asked for, and from which place on."""
        return self.number("limit", 20, _MOST), self.number("offset", 0, _FURTHEST)

    def query(self, *, must_choose: bool = True) -> Query:
        """Return which entities are asked for."""
        words, picked = self.words, self.form.picked or frozenset()
        # a pattern alone goes beyond the standard: clients of Orion-LD send it; local asks for as much
        chosen = {"type", "attrs", "q", "georel", "scopeQ", "local", "idPattern"} & words.keys()
        if must_choose and not chosen:
            raise unfit("type, attrs, q, georel, idPattern")
        ids = [one for one in words.get("id", "").split(",") if one]
        if not all(is_uri(one) for one in ids):
            raise unfit("id")
        if any(sign in words.get("type", "") for sign in ";|()"):
            raise unfit("type")
        place = None
        if "georel" in words:
            attribute = self.names.expand(words.get("geoproperty", "location"))
            geometry, coordinates = words.get("geometry", ""), words.get("coordinates", "")
            place = read_place(words["georel"], geometry, coordinates, attribute)
        q = words.get("q", "")
        return Query(
            self.full("type"),
            ids,
            words.get("idPattern", ""),
            sorted(self.form.attributes or ([] if RESERVED.intersection(picked) else picked)),
            read_condition(q, self.names) if q else None,
            place,
            words.get("scopeQ", ""),
        )

    # --- how it is answered -----------------------------------------------------------------------------

    @cached_property
    def accepted(self) -> str:
        """The media type that is answered."""
        accept = self.request.headers.get("accept", "*/*")
        path = self.request.url.path.removeprefix(BASE)
        if not path.startswith(("/entities", "/entityOperations/query")):
            accept = accept.replace(_GEO, "")
        if "*/*" in accept or "application/*" in accept or _JSON in accept:
            return _LD if accept.startswith(_LD) else _GEO if accept.startswith(_GEO) else _JSON
        kind = next((one for one in (_LD, _GEO) if one in accept), "")
        if not kind:
            raise unfit("Accept", _AcceptError)
        return kind

    @cached_property
    def form(self) -> Form:
        """How entities are sent."""
        keyed = self.options & {"keyValues", "simplified"}
        format_ = "simplified" if keyed else "concise" if "concise" in self.options else "normalized"
        attributes, picked, omitted = (self.members(word) for word in ("attrs", "pick", "omit"))
        if (attributes and (picked or omitted)) or picked & omitted or attributes & RESERVED:
            raise unfit("attrs, pick, omit")
        datasets = self.words.get("datasetId")
        return Form(
            format_,
            "sysAttrs" in self.options,
            self.words.get("lang", ""),
            attributes or None,
            picked or None,
            omitted,
            None if datasets is None else datasets.split(","),
        )

    def entity(self, entity: Entity) -> dict[str, Any]:
        """Return an entity as it is sent."""
        if self.accepted == _GEO:
            geometry = self.names.expand(self.words.get("geometryProperty", "location"))
            return feature(entity, self.names, self.form, geometry=geometry)
        return represent(entity, self.names, self.form)

    def entities(self, entities: list[Entity]) -> Any:  # noqa: ANN401 - any JSON
        """Return entities as they are sent: a list, or a collection of features."""
        members = [self.entity(one) for one in entities]
        return {"type": "FeatureCollection", "features": members} if self.accepted == _GEO else members

    def answer(
        self,
        body: Any,  # noqa: ANN401 - any JSON
        *,
        count: int | None = None,
        more: bool = False,
    ) -> Response[bytes]:
        """Return an answer with its context: in a header, or in the body where that was asked for."""
        named = self.linked or CORE_URL
        headers: dict[str, str] = {}
        links = []
        if self.accepted == _LD or (self.accepted == _GEO and isinstance(body, dict)):
            is_list = isinstance(body, list)
            body = [one | {"@context": named} for one in body] if is_list else body | {"@context": named}
        else:
            links.append(context_link(named))
        if count is not None:
            headers["NGSILD-Results-Count"] = str(count)
        limit, offset = self.page
        path = self.request.url.path
        for rel, at, is_there in (
            ("prev", max(offset - limit, 0), offset > 0),
            ("next", offset + limit, more),
        ):
            if is_there:
                links.append(f'<{path}?{urlencode({**self.words, "offset": at})}>; rel="{rel}"')
        if links:
            headers["Link"] = ", ".join(links)
        if tenant := self.request.headers.get("ngsild-tenant"):
            headers["NGSILD-Tenant"] = tenant
        return Response(msgspec.json.encode(body), headers=headers, media_type=self.accepted)


def created(path: str, id_: str) -> Response[bytes]:
    """Answer that something was created."""
    address = f"{BASE}/{path}/{quote(id_, safe=':')}"
    return Response(b"", status_code=201, headers={"Location": address})


def done() -> Response[None]:
    """Answer that something was done."""
    return Response(None, status_code=204)


def unknown(name: str) -> NotFoundError:
    """Return why something of a name cannot be answered: nothing here has it."""
    return NotFoundError(
        coded("web.ngsi_ld.unknown", "no entity here has {name!r}", name=name),
        remedy=text("check its name, and the context that you sent"),
    )


def unfit(place: str, kind: type[InputError] = InputError) -> InputError:
    """Return why a part of a request is refused."""
    return kind(
        coded("web.ngsi_ld.unfit", "this is missing, or does not match the request"),
        place=place,
        remedy=text("see the manual for the query syntax"),
    )


def problem(error: UrbiumError) -> dict[str, Any]:
    """Return an error as problem details of NGSI-LD (RFC 7807)."""
    name, status = next(
        ((name, status) for kind, name, status in _TYPES if isinstance(error, kind)),
        ("InternalError" if error.status >= 500 else "InvalidRequest", error.status),  # noqa: PLR2004 - of HTTP
    )
    faults = "; ".join(str(say(str(fault))) for fault in error.faults[:20])
    is_of_server = isinstance(error, UnavailableError) and not isinstance(error, ContextUnavailableError)
    parts = [str(say(one)) for one in (error.message, error.place, faults, error.remedy) if one]
    detail = "; ".join(parts) if not is_of_server else str(say(_AWAY))
    return {"type": _ERRORS + name, "title": str(say(error.title)), "detail": detail, "status": status}


_AWAY: Final = text("the store is not responding at the moment; try again in a few minutes")


def _refused(error: UrbiumError) -> Response[bytes]:
    details = problem(error)
    return Response(
        msgspec.json.encode(details), status_code=details["status"], media_type="application/problem+json"
    )


Answer = Callable[[Asked], Response[Any]]


def answering(method: HttpMethod, *paths: str) -> Callable[[Answer], HTTPRouteHandler]:
    """Return what makes a function answer requests to the context store."""

    def made(answer: Answer) -> HTTPRouteHandler:
        def answered(asked: Asked) -> Response[Any]:
            if not _RATES.takes(session().secret):
                return Response(b"", status_code=429, headers={"Retry-After": "1"})
            try:
                asked.check()
                return answer(asked)
            except UrbiumError as error:
                refusal = _refused(error)
                log_refusal(asked.request, refusal.status_code or 0)
                return refusal
            except RecursionError:
                return _refused(unfit("body"))

        # a coroutine of its own, for Litestar wraps plain functions of one path twice
        async def handler(
            request: Request[Any, Any, Any], office: FromOffice, actor: FromActor, body: RawBody
        ) -> Response[Any]:
            return await to_thread.run_sync(answered, Asked(request, office, actor, body))

        handler.__doc__ = answer.__doc__
        return route(
            [BASE + path for path in paths],
            http_method=method,
            opt=BY_POLICY,
            include_in_schema=False,
            request_max_body_size=_LARGEST,
            media_type=_JSON,
            status_code=200,
            name=f"ngsi_ld_{answer.__name__}",
        )(handler)

    return made
