"""Contexts of NGSI-LD over HTTP: those that a place keeps here; those that were fetched are fetched again.

What was fetched is shared by the places of a programme, so no place lists or deletes it. Reference: GS CIM
009, clause 5.13.
"""

from typing import Any, Final

import msgspec
from litestar import HttpMethod, Response

from urbium.errors import InputError
from urbium.text import coded, text
from urbium.web.api.ngsi_ld_request import BASE, Asked, answering, done

_AT: Final = "/jsonldContexts"
_KINDS: Final = ("", "Hosted", "Cached", "ImplicitlyCreated")
_JSON: Final = "application/json"


@answering(HttpMethod.POST, _AT)
def keep_context(asked: Asked) -> Response[Any]:
    """Keep a context, so that documents can name it."""
    context = asked.context("change")
    if not isinstance(asked.sent, dict) or "@context" not in asked.sent:
        raise _unfit("@context")
    asked.office.context.contexts.names(asked.sent)
    content = msgspec.json.encode(asked.sent).decode()
    path = asked.office.context.keep_context(context.tenant, content)
    return Response(b"", status_code=201, headers={"Location": path})


@answering(HttpMethod.GET, _AT)
def kept_contexts(asked: Asked) -> Response[Any]:
    """Return the contexts that the place keeps here."""
    tenant, has_details, kind = (
        asked.context("read").tenant,
        _is(asked, "details"),
        asked.words.get("kind", ""),
    )
    if kind not in _KINDS:
        raise _unfit("kind")
    rows = asked.office.context.kept_contexts(tenant) if kind in ("", "Hosted") else {}
    body = [_details(path, made) if has_details else path for path, made in rows.items()]
    return Response(msgspec.json.encode(body), media_type=_JSON)


@answering(HttpMethod.GET, f"{_AT}/{{id:path}}")
def kept_context(asked: Asked) -> Response[Any]:
    """Return a context that the place keeps here, or when it was sent."""
    path, tenant, has_details = _path(asked), asked.context("read").tenant, _is(asked, "details")
    content, made = asked.office.context.kept_context(tenant, path)
    return Response(
        msgspec.json.encode(_details(path, made)) if has_details else content.encode(), media_type=_JSON
    )


@answering(HttpMethod.DELETE, f"{_AT}/{{id:path}}")
def drop_context(asked: Asked) -> Response[Any]:
    """Delete a context that the place keeps here; or fetch one of an address again."""
    tenant, id_ = asked.context("change").tenant, asked.last(_AT[1:])
    if not _is(asked, "reload"):
        asked.office.context.drop_context(tenant, _path(asked))
    elif id_.startswith(("http://", "https://")):
        asked.office.context.fetch_again(id_)
    else:
        raise _unfit("reload")
    return done()


def _path(asked: Asked) -> str:
    return f"{BASE}{_AT}/{asked.last(_AT[1:])}"


def _is(asked: Asked, word: str) -> bool:
    said = asked.words.get(word, "false")
    if said not in ("true", "false"):
        raise _unfit(word)
    return said == "true"


def _details(path: str, made: str) -> dict[str, str]:
    return {"URL": path, "localId": path.rpartition("/")[2], "kind": "Hosted", "createdAt": made}


def _unfit(place: str) -> InputError:
    return InputError(
        coded("web.ngsi_ld_contexts.unfit", "this is not a request about a context"),
        place=place,
        remedy=text(
            "send an object with @context. The values of details and reload must be true or false. "
            "Only a context that was fetched can be fetched again"
        ),
    )


CONTEXTS: Final = (keep_context, kept_contexts, kept_context, drop_context)
"""What answers for contexts."""
