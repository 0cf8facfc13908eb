"""Hand out a programme as open files: the register, every figure with its source, the last results.

An export is an allow-list: a table is handed out because it is named here, and for no other reason.
See ADR 0087.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from urbium.csv_text import as_csv
from urbium.errors import ConflictError
from urbium.files import filled_whole, write_folder
from urbium.model import OBSERVATION, Source
from urbium.publish.open_data.csv_tables import fields_of, package_of
from urbium.result import Result
from urbium.text import coded, text


def export_folder(
    folder: Path,
    *,
    tables: Mapping[str, pl.DataFrame],
    results: Mapping[str, Result],
    sources: Mapping[str, Source],
) -> list[Path]:
    """Write each table and result as CSV, and one ``datapackage.json`` that describes them all.

    Parameters
    ----------
    folder : where to write; made when it is not there
    tables : the tables to hand out, by file name without its ending
    results : the results to hand out, by file name without its ending
    sources : the publishers whose licences go with the figures

    Returns
    -------
    list of Path
        The files written, the description last.

    Raises
    ------
    ConflictError
        When the folder holds files that are not an earlier export.
    """
    described = folder / "datapackage.json"
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not described.exists())):
        raise ConflictError(
            coded("publish.folder.not_empty", "this folder contains other files"),
            place=str(folder),
            remedy=text("name a new or empty folder"),
        )
    frames = {**tables, **{name: result.table for name, result in results.items()}}
    files = {f"{name}.csv": as_csv(_flat(frame)).encode() for name, frame in frames.items()}
    package = package_of(
        "urbium-export",
        [_described(name, frame, results.get(name)) for name, frame in frames.items()],
        [
            {"title": source.title, "publisher": source.publisher, "licence": source.licence}
            for source in sources.values()
            if source.licence
        ],
    )
    files[described.name] = json.dumps(package, ensure_ascii=False, indent=1, default=str).encode()
    return write_folder(folder, files)


def export_figures(path: Path, tables: Iterable[pl.DataFrame]) -> list[Path]:
    """Write tables of observations, one after the other, as one Parquet file; return its path.

    No more than one of the tables is held at a time: parts on the disk become one file at the end.

    Raises what :func:`urbium.files.write_whole` raises.
    """
    with filled_whole(path) as draft, TemporaryDirectory(prefix=".figures.", dir=draft.parent) as parts:
        pl.DataFrame(schema=dict(OBSERVATION)).write_parquet(Path(parts) / "0.parquet")
        for number, table in enumerate(tables, start=1):
            table.write_parquet(Path(parts) / f"{number}.parquet")
        names = sorted(Path(parts).iterdir(), key=lambda part: int(part.stem))
        pl.scan_parquet(names).sink_parquet(draft)
    return [path]


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Nested columns as text: a CSV cell holds one value."""
    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    return frame.with_columns(
        pl.col(name).map_elements(lambda cell: json.dumps(cell, default=str), return_dtype=pl.String)
        for name in nested
    )


def _described(name: str, frame: pl.DataFrame, result: Result | None) -> dict[str, object]:
    described = result.described if result is not None else {}
    resource: dict[str, object] = {"name": name, "schema": {"fields": fields_of(frame, described)}}
    if result is not None:
        resource |= {"description": repr(result), "settings": dict(result.settings), **result.facts}
    return resource
