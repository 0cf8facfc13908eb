"""Extensions: rows that other installed packages add to the tables of urbium, as entry points.

A package names them in its ``pyproject.toml`` under the group of the table. What an entry point names is a
row of the class that the table has; its own name is the key of the row (of a format of publications, the
name of its file):

=====================  ===============================================================================
``urbium.steps``       :class:`urbium.measure.steps.step.Step`: what an index does to values
``urbium.means``       :class:`urbium.measure.means.Mean`: how parts of an index are brought together
``urbium.files``       :class:`urbium.sources.formats.file_formats.Format`: a format that is read
``urbium.connectors``  :class:`urbium.platform.connectors.registry.Connector`: a kind of live source
``urbium.formats``     :class:`urbium.publish.open_data.formats.Format`: a file of publications
``urbium.documents``   :class:`urbium.programme.publishing.document_kinds.DocumentKind`
``urbium.pages``       :class:`urbium.web.pages.Page`
=====================  ===============================================================================

A rule of plans is no such row: the searches, the reasons and the certificate each know every rule. See
ADR 0137.
"""

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

from urbium.errors import InputError
from urbium.text import coded, text

T = TypeVar("T")


class Extended(Mapping[str, T]):
    """A table of rows by name: urbium's own, and after them those of installed packages, sorted by name.

    The packages are asked when the table is first read, not when it is made: their modules may import what
    the table stands beside.

    Parameters
    ----------
    table : the last part of the group of entry points, such as ``steps``
    row : the class of a row
    own : urbium's own rows by name

    Raises InputError, when it is read, for an entry point that cannot be imported, is no such row, or has the
    name of another.

    >>> list(Extended("none", int, {"one": 1}))
    ['one']
    """

    def __init__(self, table: str, row: type[T], own: Mapping[str, T]) -> None:
        self._table, self._row, self._own = table, row, own

    @cached_property
    def _all(self) -> dict[str, T]:
        rows = dict(self._own)
        points = _installed().select(group=f"urbium.{self._table}")
        for point in sorted(points, key=lambda point: point.name):
            if point.name in rows:
                raise self._refused(point, text("the table already has an entry with that name"))
            rows[point.name] = self._read(point)
        return rows

    def _read(self, point: EntryPoint) -> T:
        try:
            row = point.load()
        except Exception as error:  # the code of others may fail in any way
            raise self._refused(point, f"{type(error).__name__}: {error}") from error
        if not isinstance(row, self._row):
            raise self._refused(point, type(row).__name__)
        return row

    def _refused(self, point: EntryPoint, why: str) -> InputError:
        return InputError(
            coded(
                "extension.row",
                "the package {package} cannot add {name!r} to {table}: {why}",
                package=point.dist.name if point.dist else point.value,
                name=point.name,
                table=self._table,
                why=why,
            ),
            place=point.value,
            remedy=text("remove the package, or install one that fits this version of urbium"),
        )

    def __getitem__(self, name: str) -> T:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


@cache
def _installed() -> Any:  # noqa: ANN401 - two classes, by the version of Python
    """Return the entry points of all packages, which are looked through once."""
    return entry_points()
