"""Mappings that come with urbium: how to read files that many have, called by a name instead of a path."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from urbium.errors import NotFoundError
from urbium.text import text

_FOLDER: Final = Path(__file__).parents[2] / "data" / "mappings"


def mapping_path(given: str | Path) -> Path:
    """Return where a mapping stands: the file that is named, or the packaged mapping of that name.

    Raises NotFoundError for a name that is neither.

    >>> mapping_path("oecd-cities").name, mapping_path("my/own.toml").name
    ('oecd-cities.toml', 'own.toml')
    """
    path = Path(given)
    if path.suffix or path != Path(path.name) or path.exists():
        return path
    packaged = _FOLDER / f"{path.name}.toml"
    if not packaged.is_file():
        names = packaged_mappings()["mapping"].to_list()
        raise NotFoundError.named(text("mapping"), path.name, names)
    return packaged


@cache
def packaged_mappings() -> pl.DataFrame:
    """Return the packaged mappings: name and title."""
    rows = [
        (path.stem, tomllib.loads(path.read_text(encoding="utf-8"))["title"])
        for path in sorted(_FOLDER.glob("*.toml"))
    ]
    return pl.DataFrame(rows, schema={"mapping": pl.String, "reads": pl.String}, orient="row")
