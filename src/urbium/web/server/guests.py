"""Guests: what somebody who has not signed in is sent at an address of the app, whoever asks."""

import asyncio
from typing import Any, Final
from urllib.parse import SplitResult

from litestar import Request
from litestar.types import Message

_CONNECTION: Final = ("type", "asgi", "http_version", "scheme", "server", "client")


async def sent_to_a_guest(
    request: Request[Any, Any, Any], address: SplitResult, spoken: str
) -> tuple[int, str]:
    """Return status and words of what a guest is sent at an address; no cookie is passed on."""
    host = [pair for pair in request.scope["headers"] if pair[0] == b"host"]
    scope: Any = {
        **{name: value for name, value in request.scope.items() if name in _CONNECTION},
        "method": "GET", "path": address.path, "raw_path": address.path.encode(), "root_path": "",
        "query_string": address.query.encode(), "headers": [*host, (b"accept-language", spoken.encode())],
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:  # noqa: ANN401 - as the interface has it
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    async def answered() -> None:
        await request.app(scope, receive, send)

    # in a task of its own, so that what is noted of the guest is not noted of who asks
    await asyncio.create_task(answered())
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()
