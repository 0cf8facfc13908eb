"""Datasets: the newest publication as other catalogues list it: one dataset a table, each with its files.

The name of a dataset stays from one publication to the next; its version is the publication that it is of.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from urbium.store.audit_log import instant
from urbium.text import Text, text

if TYPE_CHECKING:
    from urbium.programme.publishing.open_publishing import OpenPublishing
    from urbium.store import Publication, PublishedFile

_WHOLE: Final = "publication"
"""The dataset of the files that are of no table, or of several."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A table of a publication with the files that hold it.

    Parameters
    ----------
    name : the same in every publication
    title, description : what it is called, and what its columns are
    publication : which it is of
    known_on : the instant on which all of it was known
    files : that hold it, in different formats
    keywords : by which it is found
    days : the first and the last that it is of, as ISO 8601 writes them; empty for none
    """

    name: str
    title: Text
    description: Text
    publication: "Publication"
    known_on: datetime
    files: tuple["PublishedFile", ...]
    keywords: tuple[str, ...] = ()
    days: tuple[str, ...] = ()


def datasets(published: "OpenPublishing") -> list[Dataset]:
    """Return the datasets of the newest publication; none before something is published."""
    newest = next(iter(published.listed()), None)
    return [] if newest is None else list(_of(newest, published.described(newest)))


def _of(publication: "Publication", described: Mapping[str, Any]) -> Iterator[Dataset]:
    from urbium.publish.open_data import TABLES, table_of  # noqa: PLC0415 - writers load when they are needed

    files: dict[str, list[PublishedFile]] = {}
    known_on = instant(publication.known_on)
    tables = {one["name"]: one for one in described.get("resources", ())}
    for file in publication.files:
        files.setdefault(table_of(file.name) or _WHOLE, []).append(file)
    for name, table in TABLES.items():
        if name in files:
            columns = [column.title for column in table.columns]
            description = text("Its columns are: {columns:list}.", columns=columns)
            described_table = tables.get(name, {})
            yield Dataset(
                name, table.title, description, publication, known_on, tuple(files[name]),
                tuple(described_table.get("keywords", ())), tuple(described_table.get("temporal", ())),
            )  # fmt: skip
    if _WHOLE in files:
        title = text("Descriptions, and files with several tables")
        description = text("Files that describe the other data sets, or contain several of them.")
        yield Dataset(_WHOLE, title, description, publication, known_on, tuple(files[_WHOLE]))
