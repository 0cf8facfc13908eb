"""Assistant: the API of a served programme as tools of an assistant (Model Context Protocol), read only.

A tool is a row of ``data/tools.csv``: its name, and the address of the API that it asks with the token of
its person. It sees what that person sees in the pages, and no more; without a token, what everybody sees.
Every answer says where it is from and what its columns mean; a long table is cut, and says so. See ADR 0136.
"""

import json
import time
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from urbium.columns import column, vocabulary
from urbium.errors import InputError, UrbiumError
from urbium.extras import needs
from urbium.packaged import packaged_rows
from urbium.platform.outbound import AllowedHosts, Response, fetch
from urbium.text import coded, text
from urbium.whole_numbers import whole_number

_LARGEST: Final = 64 << 20
_SECONDS: Final = 120.0
_TRIES, _AGAIN = 20, 2.0
"""How often, and after how many seconds, it is asked again for what is still being made."""
_CODES: Final = "messages"
"""What programs read of sentences that are in the answer already."""
_USUAL, _MOST = 20, 200
_CUTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "words": {"type": "string", "description": "Keep the rows of a table that contain all of these words."},
    "sort": {"type": "string", "description": "Order rows by this column; with - before it, largest first."},
    "columns": {"type": "string", "description": "Keep these columns only, separated by commas."},
    "most": {"type": "integer", "description": f"Rows at most: {_USUAL} unless given, {_MOST} at most."},
}
"""What every tool takes besides: how the tables of its answer are cut. Assistants read English."""


class Tools:
    """The tools of a served programme.

    Parameters
    ----------
    address : where it is served, such as ``http://127.0.0.1:8000``
    token : of the person on whose behalf it is asked; empty for what everybody may see

    Raises UnavailableError where nothing answers, InputError where it is no server of urbium.
    """

    def __init__(self, address: str, token: str = "") -> None:
        self._address, self._token = address.rstrip("/"), token
        parts = urlsplit(self._address)
        self._allowed = AllowedHosts.read([f"{parts.netloc} private"])
        described = self._read(self._asked("/schema/openapi.json")).get("paths", {})
        self._rows = {row["name"]: row["address"] for row in packaged_rows("tools")}
        self._operations = {
            name: described[address]["get"] for name, address in self._rows.items() if address in described
        }
        if not self._operations:
            raise self._no_server()

    def list(self) -> Iterator[dict[str, Any]]:
        """Yield each tool: its name, what it says, and the JSON schema of what it takes."""
        for name, operation in self._operations.items():
            parameters = {
                row["name"]: row for row in operation.get("parameters", []) if row["in"] != "header"
            }
            yield {
                "name": name,
                "description": operation.get("description", "").partition("\n\n")[0],
                "input_schema": {
                    "type": "object",
                    "properties": {key: _schema_of(row) for key, row in parameters.items()} | dict(_CUTS),
                    "required": [key for key, row in parameters.items() if row.get("required")],
                    "additionalProperties": False,
                },
            }

    def call(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer of a tool, with where it is from and what its columns mean.

        Raises InputError for an unknown tool or argument, and for what the server refuses.
        """
        if name not in self._operations:
            raise InputError(coded("assistant.tool", "there is no tool {name!r}", name=name))
        declared = {row["name"]: row["in"] for row in self._operations[name].get("parameters", [])}
        strange = sorted(set(arguments) - set(declared) - set(_CUTS))
        if strange:
            raise InputError(
                coded(
                    "assistant.argument",
                    "the tool {name} does not take these arguments: {strange:list}",
                    name=name,
                    strange=strange,
                )
            )
        address, query = self._rows[name], {}
        for key, value in arguments.items():
            if declared.get(key) == "path":
                address = address.replace(f"{{{key}}}", quote(str(value), safe=""))
            elif key in declared:
                query[key] = str(value)
        path = address + (f"?{urlencode(query)}" if query else "")
        answer = self._read(self._asked(path))
        cut = _Cut(arguments)
        return {
            "from": f"{self._address}{path}",
            "answer": cut.of(answer),
            "rows_in_all": cut.lengths,
            "columns": {key: _meaning(key) for key in sorted(cut.keys & set(vocabulary()))},
        }

    def _asked(self, path: str) -> Response:
        """Return the answer at an address; what is still being made there is asked for again."""
        headers = {"authorization": f"Bearer {self._token}"} if self._token else {}
        for _ in range(_TRIES):
            answer = fetch(
                f"{self._address}{path}",
                allowed=self._allowed,
                limit=_LARGEST,
                timeout=_SECONDS,
                headers=headers,
            )
            if answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
                break
            time.sleep(_AGAIN)
        return answer

    def _read(self, answer: Response) -> Any:  # noqa: ANN401 - JSON
        try:
            content = json.loads(answer.body)
        except ValueError:
            raise self._no_server() from None
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise InputError(content["detail"], place=content["place"], remedy=content["remedy"])
        return content

    def _no_server(self) -> InputError:
        return InputError(
            coded("assistant.server", "no urbium server answers at this address"),
            place=self._address,
            remedy=text("serve a programme with urbium serve, and give its address"),
        )


class _Cut:
    """Cuts the tables of an answer, and notes how long they were and which columns are shown."""

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self._words = str(arguments.get("words", "")).casefold().split()
        self._sort = str(arguments.get("sort", ""))
        self._columns = [one.strip() for one in str(arguments.get("columns", "")).split(",") if one.strip()]
        self._most = min(whole_number(str(arguments.get("most", "")), _USUAL), _MOST)
        self.lengths: dict[str, int] = {}
        self.keys: set[str] = set()

    def of(self, answer: Any, name: str = "answer") -> Any:  # noqa: ANN401 - JSON
        """Return an answer with its tables cut."""
        if isinstance(answer, dict):
            shown = {key: value for key, value in answer.items() if key != _CODES}
            self.keys |= set(shown)
            return {key: self.of(value, key) for key, value in shown.items()}
        if not isinstance(answer, list):
            return answer
        if not all(isinstance(row, dict) for row in answer):
            return answer[: self._most]
        rows = [row for row in answer if self._has_words(row)]
        key = self._sort.lstrip("-")
        if key:
            filled: list[dict[str, Any]] = []
            empty: list[dict[str, Any]] = []
            for row in rows:
                (filled if isinstance(row.get(key), str | int | float) else empty).append(row)
            filled.sort(
                key=lambda row: (isinstance(row[key], str), row[key]), reverse=self._sort.startswith("-")
            )
            rows = [*filled, *empty]
        if len(rows) > self._most:
            self.lengths[name] = len(rows)
        return [self._row(row) for row in rows[: self._most]]

    def _has_words(self, row: Mapping[str, Any]) -> bool:
        written = " ".join(map(str, row.values())).casefold()
        return all(word in written for word in self._words)

    def _row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        kept = {key: value for key, value in row.items() if not self._columns or key in self._columns}
        return self.of(kept or row)  # type: ignore[no-any-return]


def _schema_of(parameter: Mapping[str, Any]) -> dict[str, Any]:
    says = parameter.get("description")
    return {**parameter.get("schema", {}), **({"description": says} if says else {})}


def _meaning(key: str) -> dict[str, str]:
    one = column(key)
    says = {"title": str(one.title), "kind": one.kind, "help": str(one.help)}
    return {name: words for name, words in says.items() if words}


def answer(tools: Tools) -> None:
    """Answer an assistant over standard input and output, until it ends.

    Raises InputError where the extra ``mcp`` is not installed.
    """
    needs("mcp")
    import anyio  # noqa: PLC0415 - of the extra
    from mcp.server.lowlevel import Server  # noqa: PLC0415
    from mcp.server.stdio import stdio_server  # noqa: PLC0415
    from mcp_types import CallToolResult, ListToolsResult, TextContent, Tool  # noqa: PLC0415

    async def listed(_context: Any, _asked: Any) -> Any:  # noqa: ANN401 - of the protocol
        return ListToolsResult(tools=[Tool(**one) for one in tools.list()])

    async def called(_context: Any, call: Any) -> Any:  # noqa: ANN401 - of the protocol
        try:
            content = await anyio.to_thread.run_sync(tools.call, call.name, call.arguments or {})
        except UrbiumError as error:
            return CallToolResult(content=[TextContent(type="text", text=str(error))], is_error=True)
        return CallToolResult(
            content=[TextContent(type="text", text=json.dumps(content, ensure_ascii=False))]
        )

    async def run() -> None:
        server: Any = Server("urbium", on_list_tools=listed, on_call_tool=called)
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    anyio.run(run)
