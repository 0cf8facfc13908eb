"""NGSI-LD over HTTP: entities over time: read, written, corrected, deleted.

Reference: GS CIM 009, clauses 5.6.11 to 5.6.16, 5.7.3, 5.7.4 and 6.18 to 6.22.
"""

from typing import Any, Final

from litestar import HttpMethod, Response
from litestar.exceptions import MethodNotAllowedException

from urbium.platform.context import Query
from urbium.platform.context.entities import is_uri, read_attribute, read_entity
from urbium.platform.context.names import Names
from urbium.platform.context.temporal import evolution, read_span
from urbium.web.api.ngsi_ld_request import Asked, answering, created, done, unfit, unknown

GET, POST, PATCH, DELETE = HttpMethod.GET, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.DELETE
_ALL: Final = "/temporal/entities"
_ONE: Final = f"{_ALL}/{{id:str}}"
_ATTR: Final = f"{_ONE}/attrs/{{name:path}}"


@answering(POST, _ALL)
def write_past(asked: Asked) -> Response[Any]:
    """Create an entity with its past, or add to its past where something of it is kept."""
    context = asked.context("change")
    entity = read_entity(asked.sent, asked.named(asked.sent), is_past=True)
    is_new = not context.has_past(entity["id"])
    context.observe([entity]).demand_all()
    return created("temporal/entities", entity["id"]) if is_new else done()


@answering(POST, f"{_ONE}/attrs")
def add_to_past(asked: Asked) -> Response[Any]:
    """Add to the past of an entity that is there."""
    context, part = asked.context("change"), asked.fragment(is_past=True)
    types = {"type": context.one(asked.id)["type"]}
    context.observe([{"id": asked.id, **types, **part}]).demand_all()
    return done()


@answering(DELETE, _ONE)
def delete_past(asked: Asked) -> Response[Any]:
    """Delete the past of an entity; the entity stays as it is now."""
    asked.context("change").delete_past(asked.id)
    return done()


@answering(DELETE, _ATTR)
def delete_of_past(asked: Asked) -> Response[Any]:
    """Delete the past of an attribute or of a data set of it, or one instance."""
    context = asked.context("change")
    attribute, instance = _attribute_and_instance(asked, asked.names)
    if instance is not None:
        context.delete_instance(asked.id, attribute, instance)
        return done()
    context.delete_past(
        asked.id,
        attribute,
        dataset=asked.words.get("datasetId"),
        everything=asked.words.get("deleteAll") == "true",
    )
    return done()


@answering(PATCH, _ATTR)
def correct(asked: Asked) -> Response[Any]:
    """Change an instance of an attribute in part."""
    if len([one for one in asked.segments("attrs") if one]) == 1:
        raise MethodNotAllowedException  # the address of an attribute, of which nothing is changed as a whole
    context, names = asked.context("change"), asked.named(asked.sent)
    attribute, instance = _attribute_and_instance(asked, names)
    part = read_attribute(asked.sent, names, is_patch=True)[0]
    context.patch_instance(asked.id, attribute, instance or "", part)
    return done()


def _attribute_and_instance(asked: Asked, names: Names) -> tuple[str, str | None]:
    """Return the full name of the attribute in the path, and the id of the instance where there is one."""
    name, *rest = asked.segments("attrs")
    if len(rest) > 1 or (rest and not is_uri(rest[0])):
        raise unfit("instanceId")
    return asked.attribute(names, name), rest[0] if rest else None


@answering(GET, _ALL)
def temporal(asked: Asked) -> Response[Any]:
    """Return entities with their attributes over time."""
    context, (limit, offset) = asked.context("read"), asked.page
    wanted, span = asked.query(), read_span(asked.words, must_say_when=True)
    rows = list(context.temporal(wanted, span, limit=limit + 1, offset=offset))
    body = [evolution(entity, past, asked.names, span, asked.form) for entity, past in rows[:limit]]
    return asked.answer(body, more=len(rows) > limit)


@answering(GET, _ONE)
def temporal_one(asked: Asked) -> Response[Any]:
    """Return an entity with its attributes over time."""
    context, span = asked.context("read"), read_span(asked.words, must_say_when=False)
    entity = context.one(asked.id)
    wanted = Query(ids=[entity["id"]], attributes=asked.full("attrs"))
    past = next((rows for _, rows in context.temporal(wanted, span)), [])
    body = evolution(entity, past, asked.names, span, asked.form)
    if not body or (not past and (wanted.attributes or not context.has_past(asked.id))):
        raise unknown(asked.words.get("attrs", asked.words.get("pick", asked.id)))
    return asked.answer(body)


TEMPORAL: Final = (
    write_past, add_to_past, delete_past, delete_of_past, correct, temporal, temporal_one,
)  # fmt: skip
"""What answers for the context store over time."""
