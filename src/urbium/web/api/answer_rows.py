"""Answer rows: which columns the rows of an answer have, for the description of the API.

A field of an answer that is a table names its rows; ``data/result_rows.csv`` has the keys of their columns,
and the vocabulary (``urbium.columns``) type, title and meaning of each. What is not known is null.
"""

from dataclasses import dataclass
from functools import cache
from types import GenericAlias
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from litestar.params import Parameter
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition

from urbium.columns import Column, columns, keys_of

if TYPE_CHECKING:
    from litestar._openapi.schema_generation import SchemaCreator

_TYPED_DICT: Any = TypedDict  # made while running, which no checker of types reads
_TYPES: dict[str, Any] = {
    "string": str, "integer": int, "number": float, "boolean": bool, "array": list[str],
}  # fmt: skip


@dataclass(frozen=True)
class RowsOf:
    """What the rows of a table are called in the description."""

    name: str


class AnswerRowsPlugin(OpenAPISchemaPlugin):
    """Describes a table of an answer by the vocabulary of columns."""

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        """Say whether a field declares its columns."""
        return bool(_declared(field_definition))

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: "SchemaCreator") -> Any:  # noqa: ANN401 - a schema, or a reference to one
        """Return a list of records, each with its columns."""
        (rows,) = _declared(field_definition)
        return schema_creator.for_field_definition(
            FieldDefinition.from_annotation(GenericAlias(list, (_record(rows),)))
        )


def _declared(field: FieldDefinition) -> list[RowsOf]:
    return [part for part in field.metadata if isinstance(part, RowsOf)]


@cache
def _record(rows: RowsOf) -> Any:  # noqa: ANN401 - a class made here
    """Return the type of a row; one for each name, so that the description has it once."""
    return _TYPED_DICT(rows.name, {each.name: _described(each) for each in columns(*keys_of(rows.name))})


def _described(each: Column) -> Any:  # noqa: ANN401 - a type made here
    says = Parameter(title=str(each.title), description=str(each.help) or None)
    return Annotated[_TYPES[each.json_type] | None, says]
