"""Client call: how a written client asks a server: one request, its answer, and what is refused.

Its text begins each client that ``urbium client`` writes (ADR 0068), so it needs nothing but Python.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen


class Refused(Exception):  # noqa: N818 - what the server says, no fault of this program
    """The server refused; ``problem`` says why (RFC 9457).

    Parameters
    ----------
    status : the HTTP status
    problem : type, title, detail, remedy and faults
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status}: {problem.get('detail', '')}")
        self.status = status
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a job: send ``id`` back to go on from there."""

    id: str
    name: str
    data: dict[str, Any]


class Caller:
    """Asks a server.

    Parameters
    ----------
    address : of the server, such as ``https://plan.example``
    token : of an account; empty for the public
    timeout : seconds to wait for an answer
    """

    def __init__(self, address: str, token: str = "", *, timeout: float = 60.0) -> None:
        if not address.startswith(("http://", "https://")):
            message = f"{address!r} is not the address of a server: begin with http:// or https://"
            raise ValueError(message)
        self._address = address.rstrip("/")
        self._token = token
        self._timeout = timeout

    def ask(self, method: str, address: str, **asked: Any) -> Any:  # noqa: ANN401 - as each operation says
        """Return what is answered, read from JSON."""
        return json.loads(self.take(method, address, **asked))

    def take(self, method: str, address: str, **asked: Any) -> bytes:  # noqa: ANN401 - as each operation says
        """Return what is answered, as it is."""
        with self._open(method, address, **asked) as answer:
            return answer.read()

    def follow(self, method: str, address: str, **asked: Any) -> Iterator[Event]:  # noqa: ANN401 - see ask
        """Yield the events of a stream until it ends."""
        with self._open(method, address, **asked) as answer:
            fields: dict[str, str] = {}
            for raw in answer:
                name, _, value = raw.decode().rstrip("\r\n").partition(": ")
                if name:
                    fields[name] = value
                elif "data" in fields:
                    yield Event(fields.get("id", ""), fields.get("event", ""), json.loads(fields["data"]))
                    fields = {}

    def _open(
        self,
        method: str,
        address: str,
        *,
        path: Mapping[str, object] | None = None,
        query: Mapping[str, object] | None = None,
        header: Mapping[str, object] | None = None,
        data: object = None,
        file: tuple[str, bytes, Mapping[str, str]] | None = None,
    ) -> HTTPResponse:
        for name, value in (path or {}).items():
            address = address.replace(f"{{{name}}}", quote(str(value), safe=""))
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        headers = {name: str(value) for name, value in (header or {}).items() if value is not None}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        body = None
        if file is not None:
            body, headers["Content-Type"] = _form(*file)
        elif data is not None:
            body, headers["Content-Type"] = json.dumps(data).encode(), "application/json"
        url = self._address + address + (f"?{urlencode(asked)}" if asked else "")
        request = Request(url, data=body, headers=headers, method=method)  # noqa: S310 - checked above
        try:
            answer: HTTPResponse = urlopen(request, timeout=self._timeout)  # noqa: S310 - checked above
        except HTTPError as error:
            with error:
                raise Refused(error.code, _problem(error.read())) from None
        return answer


def _problem(body: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(body))
    except ValueError:
        return {"detail": body.decode(errors="replace")}


def _form(name: str, content: bytes, fields: Mapping[str, str]) -> tuple[bytes, str]:
    """Return a form with a file as it is sent, and its media type."""
    border = secrets.token_hex(16)
    part = f'--{border}\r\nContent-Disposition: form-data; name="'
    said = "".join(f'{part}{field}"\r\n\r\n{value}\r\n' for field, value in fields.items())
    plain = name.replace('"', "").replace("\r", "").replace("\n", "")
    head = f'{said}{part}file"; filename="{plain}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    return (
        head.encode() + content + f"\r\n--{border}--\r\n".encode(),
        f"multipart/form-data; boundary={border}",
    )
