"""Static files: read once and sent from memory, so that no page that is being made keeps them waiting."""

import hashlib
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from litestar import HttpMethod, Request, Response, route
from litestar.datastructures import CacheControlHeader
from litestar.exceptions import NotFoundException

from urbium.text import text
from urbium.web.rendering.parameters import Segment
from urbium.web.server.security import PUBLIC

_STATIC = Path(__file__).parents[1] / "static"


@lru_cache(maxsize=1)
def _files() -> dict[str, tuple[bytes, str, str]]:
    """Return content, type and tag of each file by its name."""
    files = {}
    for path in _STATIC.iterdir():
        if path.is_file():
            content = path.read_bytes()
            kind = "text/javascript" if path.suffix == ".js" else guess_type(path.name)[0]
            tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
            files[path.name] = (content, kind or "application/octet-stream", tag)
    return files


@route(
    "/static/{name:str}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    opt=PUBLIC,
    include_in_schema=False,
    cache_control=CacheControlHeader(public=True, max_age=3600),
)
async def static_file(request: Request[Any, Any, Any], name: Segment) -> Response[bytes]:
    """Send a file of the pages: style sheet, scripts, icon."""
    file = _files().get(name)
    if file is None:
        raise NotFoundException(text("there is no such file"))
    content, kind, tag = file
    headers = {"ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers=headers, media_type=kind)
    return Response(content, status_code=200, headers=headers, media_type=kind)
