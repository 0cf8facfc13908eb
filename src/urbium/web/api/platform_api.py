"""Platform API: the published catalogue as DCAT, its quality, what differs, base data, data handed out."""

import hashlib
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import HttpMethod, Request, Response
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, HeaderParameter

from urbium.access import clauses
from urbium.pilot.fields import field_words
from urbium.pilot.steps import CREATE
from urbium.programme.platform.exchange import LARGEST
from urbium.text import text
from urbium.web.desk.files import ROOM, download
from urbium.web.rendering.parameters import FromActor, FromOffice, OfCity, Segment, Word, Words
from urbium.web.server.answers import noun
from urbium.web.server.problems import log_refusal
from urbium.web.server.refusals import CHANGES, LISTS, OPENS, refusals
from urbium.web.server.routes import page, reading
from urbium.web.server.security import BY_POLICY, OPEN

_noun = partial(noun, tags=["platform"])


IfNoneMatch = Annotated[str, HeaderParameter(name="If-None-Match", max_length=80)]


class KeySent(msgspec.Struct, forbid_unknown_fields=True):
    """The key that somebody has shown to a service."""

    token: Annotated[str, msgspec.Meta(max_length=200)]


@dataclass
class FileHandedOver:
    """A file that is handed over on a request."""

    file: UploadFile


@_noun("/catalogue.jsonld", opt=OPEN, include_in_schema=False)  # DCAT describes it
def catalogue(
    office: FromOffice, *, of: OfCity = "", if_none_match: IfNoneMatch = ""
) -> Response[str | None]:
    """Return the published catalogue, or that of one city, as DCAT in JSON-LD, for others to harvest."""
    document = office.resources.document(city=office.city(of).code if of else "")
    # of what everybody sees: a number of changes would tell of those that nobody sees
    headers = {"ETag": f'"{hashlib.sha256(document.encode()).hexdigest()[:32]}"'}
    if if_none_match.removeprefix("W/") == headers["ETag"]:
        return Response(None, status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(document, media_type="application/ld+json", headers=headers)


@_noun("/api/catalogue", "ResourceRow[]", opt=OPEN, responses=refusals(*OPENS))
def listed(
    office: FromOffice, *, of: OfCity = "", words: Words = "", nature: Word = "", access: Word = ""
) -> object:
    """Return the resources that everybody may see, with how complete and how fresh each is."""
    code = office.city(of).code if of else ""
    table = office.resources.table(city=code, words=words, nature=nature, access=access)
    return table.drop("description").to_dicts()


@_noun("/api/catalogue/cities", "CatalogueOfCity[]", opt=OPEN, responses=refusals(*OPENS))
def by_city(office: FromOffice) -> object:
    """Return of each city how many resources it lists, how complete they are, and how many are late."""
    return office.resources.by_city().to_dicts()


@_noun("/api/catalogue/differences", "CatalogueDifference[]", opt=BY_POLICY, responses=refusals(*LISTS, 404))
def differences(office: FromOffice, actor: FromActor, *, of: OfCity) -> object:
    """Return where what a city says of its resources differs from what is held, as the reader sees both."""
    return office.harvests.differences(actor, of).to_dicts()


@_noun("/api/catalogue/harvests", "HarvestRow[]", opt=BY_POLICY, responses=refusals(*LISTS))
def harvests(office: FromOffice, actor: FromActor) -> object:
    """Return the harvested catalogues that the reader sees, each with its newest harvest and its outcome."""
    return office.harvests.table(actor).to_dicts()


@_noun("/api/base-data/{code:str}", "BaseDataRow[]", opt=OPEN, responses=refusals(*OPENS))
def base_data(office: FromOffice, code: Segment) -> object:
    """Return the measures of each base database of a city; a share of null is not measurable, with why."""
    return office.base_data.table(code).to_dicts()


@_noun(
    "/api/exchange/{code:str}/files/{sha256:str}",
    opt=BY_POLICY,
    media_type="application/octet-stream",
    responses=refusals(*OPENS, 403),
)
def file(office: FromOffice, actor: FromActor, code: Segment, sha256: Segment) -> Response[bytes]:
    """Send a file of an approved request to who made it; it is logged first."""
    name, media_type, content = office.exchange.file(actor, code, sha256)
    return download(name, media_type, content)


_change = partial(_noun, http_method=HttpMethod.POST, opt=BY_POLICY, status_code=200)


@_change(
    "/api/exchange/{code:str}/files",
    "FileHandedOverAnswer",
    responses=refusals(*CHANGES, 413),
    request_max_body_size=LARGEST + ROOM,
)
def deliver(
    office: FromOffice,
    actor: FromActor,
    code: Segment,
    data: Annotated[FileHandedOver, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> object:
    """Hand a file over on an approved request; it is told by its content, and kept under its digest."""
    sight = office.exchange.deliver(actor, code, data.file.filename, data.file.file.read())
    return {"files": {file["sha256"]: file["name"] for file in sight.dossier.content["files"]}}


@_change("/api/exchange/{code:str}/key", "KeyAnswer", responses=refusals(*CHANGES))
def key(office: FromOffice, actor: FromActor, code: Segment) -> object:
    """Return a new key for the service of an approved request; earlier ones end."""
    return {"key": office.exchange.key(actor, code)}


@_change("/api/exchange/introspect", "Introspected", responses=refusals(*CHANGES))
def introspect(
    request: Request[Any, Any, Any], office: FromOffice, data: Annotated[KeySent, Body()]
) -> object:
    """Say to a service whether a key holds now, and for what; each use of a key that holds is logged."""
    answer = office.exchange.introspect(data.token)
    if not answer["active"]:
        log_refusal(request, HTTPStatus.FORBIDDEN)
    return answer


def reconciliation_page(office: FromOffice, actor: FromActor, *, of: OfCity = "") -> Any:  # noqa: ANN401
    """Show what came of harvests, and where what a city says differs from what is held."""
    rows = office.harvests.differences(actor, of).to_dicts() if of else []
    return page(
        "reconciliation.html",
        text("Harvested catalogues"),
        harvests=office.harvests.table(actor).to_dicts(),
        differences=[
            row | {"title_of_field": row["field"] and field_words("resource", row["field"]).title}
            for row in rows
        ],
        city=office.city(of).code if of else "",
        may_begin=bool(clauses(actor, "harvest", CREATE)),
        names=office.register.names(),
    )


PLATFORM = (
    catalogue,
    listed,
    by_city,
    differences,
    harvests,
    base_data,
    file,
    deliver,
    key,
    introspect,
    reading("/desk/reconciliation")(reconciliation_page),
)
"""Every address of the platform that programs ask."""
