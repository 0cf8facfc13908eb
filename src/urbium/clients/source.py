"""Client source: the typed Python client of the API, written from the description of the API (ADR 0068)."""

import inspect
import keyword
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from urbium.clients import call

_PLAIN: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_METHODS: Final = ("get", "post")
_HEAD: Final = '''"""Client: the API of a urbium server, typed; written by ``urbium client``.

It needs nothing but Python. ``Client(address, token)`` asks; what the server refuses raises ``Refused``.
"""

from typing import NotRequired, TypedDict, cast
'''


def client_source(api: Mapping[str, Any]) -> str:
    """Return the module of the client for a description of the API (OpenAPI 3.1)."""
    schemas = api["components"]["schemas"]
    records = {name: one for name, one in sorted(schemas.items()) if "properties" in one}
    calling = inspect.getsource(call).split('"""\n', 1)[1]  # behind its head
    parts = [_HEAD, calling, "\n\n", *(_record(name, schema, schemas) for name, schema in records.items())]
    parts.append('\nclass Client(Caller):\n    """Asks a server; one method an operation."""\n')
    for path, operations in sorted(api["paths"].items()):
        present = (method for method in _METHODS if method in operations)
        parts.extend(_method(path, method, operations[method], schemas) for method in present)
    return "".join(parts)


def _class(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _record(name: str, schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    required = set(schema.get("required", ()))
    fields = []
    for field, one in schema["properties"].items():
        kind = _type(one, schemas)
        fields.append(f'        "{field}": ' + repr(kind if field in required else f"NotRequired[{kind}]"))
    body = ",\n".join(fields)
    return f'{_class(name)} = TypedDict(\n    "{_class(name)}",\n    {{\n{body},\n    }},\n)\n'


def _type(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """Return the annotation of a schema."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _class(name) if "properties" in schemas[name] else _type(schemas[name], schemas)
    several = schema.get("oneOf") or schema.get("anyOf")
    if several:
        return " | ".join(dict.fromkeys(_type(one, schemas) for one in several))
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(_type({**schema, "type": one}, schemas) for one in kind)
    if kind == "array":
        return f"list[{_type(schema.get('items', {}), schemas)}]"
    if kind == "object":
        return "dict[str, Any]"
    return _PLAIN.get(str(kind), "Any")


def _name(path: str, operation: Mapping[str, Any]) -> str:
    """Return what the method of an operation is called."""
    given = str(operation["operationId"])
    if given.islower():
        return given
    parts = (part.strip("{}").partition(":")[0] for part in path.removeprefix("/api/").split("/"))
    return re.sub(r"\W", "_", "_".join(parts))


def _argument(name: str) -> str:
    plain = re.sub(r"\W", "_", name).lower()
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def _arguments(
    operation: Mapping[str, Any], schemas: Mapping[str, Any]
) -> Iterator[tuple[str, str, str, bool]]:
    """Yield place, name, type, and whether it must be given, of what an operation is told."""
    for one in operation.get("parameters", ()):
        needed = one["in"] == "path" or bool(one.get("required"))
        yield one["in"], one["name"], _type(one["schema"], schemas), needed


def _answered(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> tuple[str, str]:
    """Return the media type and the annotation of what is answered."""
    answers = operation["responses"]
    content = next(answers[status] for status in ("200", "201", "202") if status in answers)["content"]
    media, answer = next(iter(content.items()))
    return media, _type(answer["schema"], schemas)


def _method(path: str, method: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    arguments = list(_arguments(operation, schemas))
    media, answer = _answered(operation, schemas)
    sent = operation.get("requestBody", {}).get("content", {})
    needed = [f"{_argument(name)}: {kind}" for place, name, kind, must in arguments if must]
    free = [f"{_argument(name)}: {kind} | None = None" for place, name, kind, must in arguments if not must]
    if "application/json" in sent:
        needed.append(f"data: {_type(sent['application/json']['schema'], schemas)}")
    elif sent:
        needed += ["name: str", "content: bytes"]
        free.append("form: dict[str, str] | None = None")
    lines = [f'"{method.upper()}"', f'"{path}"']
    for place in ("path", "query", "header"):
        pairs = ", ".join(f'"{name}": {_argument(name)}' for where, name, _, _ in arguments if where == place)
        if pairs:
            lines.append(f"{place}={{{pairs}}}")
    if "application/json" in sent:
        lines.append("data=data")
    elif sent:
        lines.append("file=(name, content, form or {})")
    kind = {"text/event-stream": "Iterator[Event]", "application/zip": "bytes"}.get(media, answer)
    call = {"text/event-stream": "self.follow", "application/zip": "self.take"}.get(media, "self.ask")
    said = " ".join(str(operation.get("description", "")).split()).partition(". ")[0].rstrip(".")
    free = ["*", *free] if free else []
    head = ", ".join(["self", *needed, *free])
    asked = ",\n            ".join(lines)
    result = f"{call}(\n            {asked},\n        )"
    if call == "self.ask":
        result = f'cast("{kind}", {result})'
    title = f'def {_name(path, operation)}({head}) -> "{kind}":'
    return f'\n    {title}\n        """{said}."""\n        return {result}\n'


def description() -> dict[str, Any]:
    """Return the description of the API of an empty programme."""
    from urbium.programme import new  # noqa: PLC0415 - and what follows: only for the writing
    from urbium.web.app import create_app  # noqa: PLC0415

    with new(":memory:") as programme:
        return dict(create_app(programme).openapi_schema.to_schema())
