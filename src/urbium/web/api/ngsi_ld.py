"""NGSI-LD over HTTP: entities, attributes, batches, queries, discovery, subscriptions.

What is supported of GS CIM 009, and what not, stands in the manual. Every address asks the policy of rights
for the place that is asked; who may nothing there is told that there is no such place. What is asked
over time: ``ngsi_ld_temporal``.
"""

import secrets
from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec
from litestar import HttpMethod, Response, route

from urbium import __version__
from urbium.errors import InputError, NotFoundError
from urbium.platform.context import Batch
from urbium.platform.context.entities import Entity, is_uri, read_attribute, read_attributes, read_entity
from urbium.platform.context.names import ContextUnavailableError
from urbium.text import coded, text
from urbium.web.api.ngsi_ld_contexts import CONTEXTS
from urbium.web.api.ngsi_ld_request import Asked, answering, created, done, problem, unknown
from urbium.web.api.ngsi_ld_temporal import TEMPORAL
from urbium.web.server.security import PUBLIC

GET, POST, PATCH, PUT, DELETE = (
    HttpMethod.GET, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.PUT, HttpMethod.DELETE,
)  # fmt: skip
_MOST_AT_ONCE: Final = 5_000
_ONE, _ATTRS, _ATTR = "/entities/{id:str}", "/entities/{id:str}/attrs", "/entities/{id:str}/attrs/{name:path}"


# --- entities and attributes ----------------------------------------------------------------------------


@answering(POST, "/entities")
def create(asked: Asked) -> Response[Any]:
    """Create an entity."""
    context = asked.context("change")
    entity = read_entity(asked.sent, asked.named(asked.sent))
    context.create(entity)
    return created("entities", entity["id"])


@answering(GET, "/entities")
def query(asked: Asked) -> Response[Any]:
    """Return the entities that are asked for."""
    context, wanted, (limit, offset) = asked.context("read"), asked.query(), asked.page
    entities = context.query(wanted, limit=limit + 1, offset=offset) if limit else []
    count = context.count(wanted) if asked.words.get("count") == "true" else None
    return asked.answer(asked.entities(entities[:limit]), count=count, more=len(entities) > limit)


@answering(GET, _ONE)
def one(asked: Asked) -> Response[Any]:
    """Return an entity."""
    entity = asked.context("read").one(asked.id)
    wanted, body = asked.form.attributes, asked.entity(entity)
    if not body or (wanted is not None and not any(name in entity for name in wanted)):
        raise NotFoundError(
            coded("web.ngsi_ld.attribute", "the entity has none of these attributes"),
            remedy=text("omit attrs, or name other attributes"),
        )
    return asked.answer(body)


@answering(PUT, _ONE)
def replace(asked: Asked) -> Response[Any]:
    """Replace an entity."""
    context = asked.context("change")
    context.replace(asked.id, asked.fragment())
    return done()


@answering(PATCH, _ONE)
def merge(asked: Asked) -> Response[Any]:
    """Change an entity by a merge patch."""
    context = asked.context("change")
    context.merge(asked.id, asked.fragment(is_patch=True))
    return done()


@answering(DELETE, _ONE)
def delete(asked: Asked) -> Response[Any]:
    """Delete an entity."""
    asked.context("change").delete(asked.id)
    return done()


@answering(POST, _ATTRS)
def append(asked: Asked) -> Response[Any]:
    """Add attributes to an entity."""
    context, part = asked.context("change"), asked.fragment()
    left = context.append(asked.id, part, overwrites="noOverwrite" not in asked.options)
    return _partly(part, left, "there is one already")


@answering(PATCH, _ATTRS)
def update(asked: Asked) -> Response[Any]:
    """Replace attributes of an entity, or add them."""
    context, part = asked.context("change"), asked.fragment(may_delete=True)
    return _partly(part, context.update(asked.id, part), "there is none")


def _partly(part: Entity, left: list[str], reason: str) -> Response[Any]:
    if not left:
        return done()
    body = {
        "updated": [name for name in part if name not in (*left, "type")],
        "notUpdated": [{"attributeName": name, "reason": reason} for name in left],
    }
    return Response(msgspec.json.encode(body), status_code=207, media_type="application/json")


@answering(PATCH, _ATTR)
def patch_attribute(asked: Asked) -> Response[Any]:
    """Change an attribute in part."""
    context, names = asked.context("change"), asked.named(asked.sent)
    part = read_attribute(asked.sent, names, is_patch=True)[0]
    context.patch_attribute(asked.id, asked.attribute(names), part)
    return done()


@answering(PUT, _ATTR)
def replace_attribute(asked: Asked) -> Response[Any]:
    """Replace an attribute."""
    context, names = asked.context("change"), asked.named(asked.sent)
    instances = read_attribute(asked.sent, names)
    context.replace_attribute(asked.id, asked.attribute(names), instances)
    return done()


@answering(DELETE, _ATTR)
def delete_attribute(asked: Asked) -> Response[Any]:
    """Delete an attribute, one data set of it, or the scope."""
    asked.context("change").delete_attribute(
        asked.id,
        "scope" if asked.last("attrs") == "scope" else asked.attribute(asked.names),
        dataset=asked.words.get("datasetId"),
        everything=asked.words.get("deleteAll") == "true",
    )
    return done()


# --- batches --------------------------------------------------------------------------------------------


def _batch(
    asked: Asked, store: Callable[[list[Entity]], Batch], *, is_patch: bool = False
) -> tuple[Batch, list[dict[str, Any]]]:
    """Store the entities of a batch that are entities; return what came of it, and why others were not."""
    entities, errors = [], []
    for sent in _listed(asked):
        try:
            names = asked.named(sent)
            entity = read_entity(sent, names) if not is_patch else _patch(sent, names)
        except (InputError, ContextUnavailableError) as error:
            id_ = sent.get("id", "") if isinstance(sent, dict) else ""
            errors.append({"entityId": str(id_), "error": problem(error)})
        else:
            entities.append(entity)
    batch = store(entities)
    return batch, errors + [{"entityId": uri, "error": problem(why)} for uri, why in batch.refused.items()]


def _patch(sent: Any, names: Any) -> Entity:  # noqa: ANN401 - any JSON
    id_ = sent.get("id") if isinstance(sent, dict) else None
    part = read_attributes(sent, names, is_patch=True)
    return read_entity({"id": id_, "type": "Thing"}, names) | {"type": []} | part


def _listed(asked: Asked) -> list[Any]:
    if asked.is_ld and asked.linked is not None:
        raise _unreadable("Link")
    if not isinstance(asked.sent, list) or not 0 < len(asked.sent) <= _MOST_AT_ONCE:
        raise InputError(
            coded("web.ngsi_ld.batch", "a batch is a list of 1 to {most:,} members", most=_MOST_AT_ONCE),
            remedy=text("submit the members in several batches"),
        )
    return asked.sent


def _came_of(success: list[str], errors: list[dict[str, Any]], *, status: int = 204) -> Response[Any]:
    if errors:
        status, body = 207, msgspec.json.encode({"success": success, "errors": errors})
    else:
        body = msgspec.json.encode(success)
    return Response(body if status != 204 else None, status_code=status, media_type="application/json")  # noqa: PLR2004


@answering(POST, "/entityOperations/create")
def create_all(asked: Asked) -> Response[Any]:
    """Create entities."""
    batch, errors = _batch(asked, asked.context("change").create_all)
    return _came_of(batch.created, errors, status=201)


@answering(POST, "/entityOperations/upsert")
def upsert_all(asked: Asked) -> Response[Any]:
    """Create entities, or replace or update those that are there."""
    context, updates = asked.context("change"), "update" in asked.options
    batch, errors = _batch(asked, lambda entities: context.upsert_all(entities, updates=updates))
    success = batch.created if not errors else [*batch.created, *batch.updated]
    return _came_of(success, errors, status=201 if batch.created else 204)


@answering(POST, "/entityOperations/update")
def update_all(asked: Asked) -> Response[Any]:
    """Add to entities that are there."""
    context, overwrites = asked.context("change"), "noOverwrite" not in asked.options
    batch, errors = _batch(asked, lambda entities: context.update_all(entities, overwrites=overwrites))
    return _came_of(batch.updated, errors)


@answering(POST, "/entityOperations/merge")
def merge_all(asked: Asked) -> Response[Any]:
    """Change entities by merge patches."""
    batch, errors = _batch(asked, asked.context("change").merge_all, is_patch=True)
    return _came_of(batch.updated, errors)


@answering(POST, "/entityOperations/delete")
def delete_all(asked: Asked) -> Response[Any]:
    """Delete entities."""
    context, uris = asked.context("change"), _listed(asked)
    if not all(is_uri(uri) for uri in uris):
        raise InputError(coded("web.ngsi_ld.uris", "these are not entity ids"), remedy="")
    batch = context.delete_all(uris)
    errors = [{"entityId": uri, "error": problem(why)} for uri, why in batch.refused.items()]
    return _came_of(batch.updated, errors)


@answering(POST, "/entityOperations/query")
def query_batch(asked: Asked) -> Response[Any]:
    """Return the entities that a query in the body asks for."""
    context, sent = asked.context("read"), asked.sent
    names, (limit, offset) = asked.named(sent), asked.page
    asked.__dict__["names"] = names
    if not isinstance(sent, dict) or sent.get("type") != "Query" or set(sent) - _OF_QUERY:
        raise _unreadable("Query")
    words = {name: sent[name] for name in ("q", "lang") if name in sent}
    words |= _selected(sent.get("entities", [{}]))
    if "attrs" in sent and isinstance(sent["attrs"], list):
        words["attrs"] = ",".join(map(str, sent["attrs"]))
    geo = sent.get("geoQ")
    if isinstance(geo, dict):
        words |= {name: str(geo.get(name, "")) for name in ("georel", "geometry")}
        words["coordinates"] = msgspec.json.encode(geo.get("coordinates")).decode()
        words |= {"geoproperty": str(geo["geoproperty"])} if "geoproperty" in geo else {}
    if not all(isinstance(value, str) for value in words.values()):
        raise _unreadable("Query")
    asked.__dict__["words"] = {**asked.words, **words}
    wanted = asked.query()
    entities = context.query(wanted, limit=limit + 1, offset=offset)
    count = context.count(wanted) if asked.words.get("count") == "true" else None
    return asked.answer(asked.entities(entities[:limit]), count=count, more=len(entities) > limit)


def _selected(rows: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return the words of an address that ask for the same as selectors of entities."""
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise _unreadable("entities")
    if len(rows) == 1:
        return {name: rows[0][name] for name in ("type", "id", "idPattern") if name in rows[0]}
    if len({str(row.get("type")) for row in rows}) > 1 or not all("id" in row for row in rows):
        raise _unreadable("entities")
    ids = [row["id"] for row in rows]
    return {"type": rows[0].get("type"), "id": ",".join(map(str, ids))}


_OF_QUERY: Final = {"type", "entities", "attrs", "q", "geoQ", "lang", "@context"}


def _unreadable(place: str) -> InputError:
    return InputError(
        coded("web.ngsi_ld.query", "this is not a query, or the query is not supported"),
        place=place,
        remedy=text("send type Query, entities of one type, attrs, q and geoQ"),
    )


# --- discovery ------------------------------------------------------------------------------------------


@answering(GET, "/types")
def types(asked: Asked) -> Response[Any]:
    """Return the types of the entities that there are."""
    rows = asked.context("read").types()
    short = asked.names.compact
    if asked.words.get("details") == "true":
        body: Any = [
            {
                "id": type_,
                "type": "EntityType",
                "typeName": short(type_),
                "attributeNames": [short(name) for name in attributes if name != type_],
            }
            for type_, attributes in rows.items()
        ]
    else:
        body = _list_of("EntityTypeList", "typeList", [short(one) for one in rows])
    return asked.answer(body)


@answering(GET, "/types/{name:path}")
def type_(asked: Asked) -> Response[Any]:
    """Return a type, with its attributes."""
    wanted = asked.names.expand(asked.last("types"))
    attributes = asked.context("read").types().get(wanted)
    if attributes is None:
        raise unknown(asked.last("types"))
    details = [
        {"id": name, "type": "Attribute", "attributeName": asked.names.compact(name)}
        for name in attributes
        if name != wanted
    ]
    body = {"id": wanted, "type": "EntityTypeInfo", "typeName": asked.names.compact(wanted)}
    return asked.answer(body | {"entityCount": attributes[wanted], "attributeDetails": details})


@answering(GET, "/attributes")
def attributes(asked: Asked) -> Response[Any]:
    """Return the attributes that there are."""
    rows = _attributes(asked)
    short = asked.names.compact
    if asked.words.get("details") == "true":
        return asked.answer([_attribute(name, of, short) for name, of in rows.items()])
    return asked.answer(_list_of("AttributeList", "attributeList", [short(one) for one in rows]))


@answering(GET, "/attributes/{name:path}")
def attribute(asked: Asked) -> Response[Any]:
    """Return an attribute, and of which types it is."""
    wanted = asked.names.expand(asked.last("attributes"))
    of = _attributes(asked).get(wanted)
    if of is None:
        raise unknown(asked.last("attributes"))
    body = _attribute(wanted, of, asked.names.compact)
    return asked.answer(body | {"attributeCount": sum(of.values())})


def _attributes(asked: Asked) -> dict[str, dict[str, int]]:
    rows: dict[str, dict[str, int]] = {}
    for of, members in asked.context("read").types().items():
        for name, count in members.items():
            if name != of:
                rows.setdefault(name, {})[of] = count
    return rows


def _attribute(name: str, of: Iterable[str], short: Callable[[str], str]) -> dict[str, Any]:
    names = [short(one) for one in of]
    return {"id": name, "type": "Attribute", "attributeName": short(name), "typeNames": names}


def _list_of(kind: str, member: str, names: list[str]) -> dict[str, Any]:
    return {"id": f"urn:ngsi-ld:{kind}:{secrets.token_hex(8)}", "type": kind, member: sorted(names)}


# --- subscriptions --------------------------------------------------------------------------------------


@answering(POST, "/subscriptions")
def subscribe(asked: Asked) -> Response[Any]:
    """Subscribe to changes."""
    context, sent = asked.context("subscribe"), _subscription_sent(asked)
    id_ = asked.office.context.subscribe(asked.actor, context.tenant, sent)
    return created("subscriptions", id_)


def _subscription_sent(asked: Asked) -> dict[str, Any]:
    """Return what was sent of a subscription, with the context that a header names."""
    if not isinstance(asked.sent, dict):
        raise _unreadable("Subscription")
    asked.named(asked.sent)
    linked = {"jsonldContext": asked.linked} if asked.linked is not None else {}
    return {**asked.sent, **linked}


@answering(GET, "/subscriptions")
def subscriptions(asked: Asked) -> Response[Any]:
    """Return the subscriptions of a place."""
    (limit, offset), tenant = asked.page, asked.context("subscribe").tenant
    rows = asked.office.context.subscriptions(asked.actor, tenant)
    count = len(rows) if asked.words.get("count") == "true" else None
    return asked.answer(rows[offset : offset + limit], count=count, more=len(rows) > offset + limit)


@answering(GET, "/subscriptions/{id:str}")
def subscription(asked: Asked) -> Response[Any]:
    """Return a subscription."""
    rows = asked.office.context.subscriptions(asked.actor, asked.context("subscribe").tenant, asked.id)
    if not rows:
        raise unknown(asked.id)
    return asked.answer(rows[0])


@answering(PATCH, "/subscriptions/{id:str}")
def change_subscription(asked: Asked) -> Response[Any]:
    """Change a subscription."""
    context = asked.context("subscribe")
    sent = _subscription_sent(asked)
    asked.office.context.change_subscription(asked.actor, context.tenant, asked.id, sent)
    return done()


@answering(DELETE, "/subscriptions/{id:str}")
def unsubscribe(asked: Asked) -> Response[Any]:
    """End a subscription."""
    asked.office.context.unsubscribe(asked.actor, asked.context("subscribe").tenant, asked.id)
    return done()


@route("/version", http_method=[GET], opt=PUBLIC, include_in_schema=False, sync_to_thread=False)
def version() -> dict[str, str]:
    """Say what answers, at the address where clients of context brokers ask for it."""
    return {"urbium": __version__}


NGSI_LD: Final = (
    version, create, query, one, replace, merge, delete, append, update, patch_attribute, replace_attribute,
    delete_attribute, create_all, upsert_all, update_all, merge_all, delete_all, query_batch, types, type_,
    attributes, attribute, subscribe, subscriptions, subscription, change_subscription, unsubscribe,
    *TEMPORAL, *CONTEXTS,
)  # fmt: skip
"""What answers for the context store."""
