"""Verification: what a second computation of a bundle says of the first, number by number."""

import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from types import MappingProxyType
from typing import Any, ClassVar, Final

import numpy as np
import polars as pl

from urbium.errors import InputError
from urbium.publish.bundle.lossless_csv import kinds_of, write_exact
from urbium.result import Result
from urbium.text import Text, coded, listed, paragraph, text

KEYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "scores": ("city",),
        "pillars": ("city", "node"),
        "indicators": ("city", "indicator"),
        "goalposts": ("indicator",),
    }
)
"""The tables of a measurement, and what identifies a row of each."""

_CLOSE: Final = 1e-9
_PROSE: Final = "reason"  # words for people, which a later version may put otherwise
_SHORT: Final = 16
_SCHEMA: Final[Mapping[str, pl.DataType]] = MappingProxyType(
    {
        "table": pl.String(),
        "row": pl.String(),
        "column": pl.String(),
        "theirs": pl.String(),
        "ours": pl.String(),
        "difference": pl.Float64(),
    }
)


@dataclass(frozen=True, kw_only=True, repr=False)
class Verification(Result):
    """What computing a bundle once more showed; a bundle that was changed is refused and never gets here.

    Attributes
    ----------
    table : table, row, column, theirs, ours, difference (null where one is no number); one row a cell that
        is not the same to the last bit
    about : what was measured, in the words of the bundle
    signer : the fingerprint of the key that signed it
    is_trusted : the signer is one of the fingerprints that were pinned
    cells : how many cells were compared
    figures : how many observations the scores were computed from
    theirs, ours : the versions of urbium, Python, numpy, polars and the machine, there and here
    other_units : units that are declared otherwise here
    reworded : members whose words differ although the numbers may not
    is_repacked : somebody unpacked the file and packed it again; its content is what was signed
    """

    stage: ClassVar[str] = "verification"
    about: str
    signer: str
    is_trusted: bool
    cells: int
    figures: int
    theirs: Mapping[str, str]
    ours: Mapping[str, str]
    other_units: tuple[str, ...] = ()
    reworded: tuple[str, ...] = ()
    is_repacked: bool = False

    @property
    def is_whole(self) -> bool:
        """Every byte of its members is the one that was signed; else a bundle is refused."""
        return True

    @property
    def is_same(self) -> bool:
        """Every number was computed again with the same bits."""
        return self.table.is_empty()

    @property
    def is_close(self) -> bool:
        """Every number was computed again to within 1e-9 of its size."""
        return (
            self.table["difference"].null_count() == 0
            and not self.table.filter(pl.col("difference") > _CLOSE).height
        )

    @property
    def is_rewritten(self) -> bool:
        """Words differ although every number and every version is the same: somebody wrote other words."""
        return bool(self.reworded) and self.is_same and dict(self.theirs) == dict(self.ours)

    @property
    def facts(self) -> Mapping[str, Any]:
        """What a program asks first."""
        return {
            "sentence": self.sentence,
            "signer": self.signer,
            "is_trusted": self.is_trusted,
            "is_whole": self.is_whole,
            "is_same": self.is_same,
            "is_close": self.is_close,
            "theirs": dict(self.theirs),
            "ours": dict(self.ours),
            "reworded": list(self.reworded),
            "is_rewritten": self.is_rewritten,
            "is_repacked": self.is_repacked,
        }

    @property
    def sentence(self) -> Text:
        """What was found, for a person."""
        return paragraph([self._whose, *self._packing(), self._same, *self._differences(), *self._words()])

    @property
    def _whose(self) -> Text:
        about, signer = self.about, self.signer[:_SHORT]
        if self.is_trusted:
            return text(
                "{about}: intact, and signed by a key you trust ({signer}...).", about=about, signer=signer
            )
        return text(
            "{about}: intact, and signed by a key that you have not named as trusted ({signer}...).",
            about=about,
            signer=signer,
        )

    def _packing(self) -> Iterator[Text]:
        if self.is_repacked:
            yield text(
                "The file has been unpacked and repacked, but every part of it matches what was signed."
            )

    @property
    def _same(self) -> Text:
        if self.is_same:
            return text(
                "All {cells:,} cells were recomputed from {figures:,} figures and match bit for bit.",
                cells=self.cells,
                figures=self.figures,
            )
        if self.is_close:
            return text(
                "Cells that differ in their last bits, by at most {most:.1e}: {number:,} of {cells:,}.",
                number=self.table.height,
                cells=self.cells,
                most=max(self.table["difference"]),
            )
        return text(
            "Cells that do NOT match the results computed from the bundle's own figures: "
            "{number:,} of {cells:,}.",
            number=self.table.height,
            cells=self.cells,
        )

    def _differences(self) -> Iterator[Text]:
        """Yield what is otherwise here than there: versions and units."""
        versions_apart = [
            text(
                "{name} is {there} in the bundle and {here} here",
                name=name,
                there=there,
                here=self.ours.get(name, "-"),
            )
            for name, there in self.theirs.items()
            if self.ours.get(name) != there
        ]
        if versions_apart:
            names = listed(versions_apart)
            yield text("Versions differ: {names}.", names=names)
        if self.other_units:
            units = listed(self.other_units)
            yield text("Units are declared differently here: {names}.", names=units)

    def _words(self) -> Iterator[Text]:
        names = listed(self.reworded)
        if self.is_rewritten:
            yield text("These do NOT match what the bundle's own figures give: {names}.", names=names)
        elif self.reworded:
            yield text("The wording of {names} differs from the text here.", names=names)

    def __repr__(self) -> str:
        return self.sentence.render()


def versions() -> dict[str, str]:
    """Return the versions that a computation depends on.

    >>> sorted(versions())
    ['numpy', 'platform', 'polars', 'python', 'scipy', 'urbium']
    """
    packages = {name: metadata.version(name) for name in ("urbium", "numpy", "polars", "scipy")}
    return {
        **packages,
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
    }


Row = tuple[str, str, str, str | None, str | None, float | None]


def compare(
    theirs: Mapping[str, pl.DataFrame], ours: Mapping[str, pl.DataFrame]
) -> tuple[int, pl.DataFrame, tuple[str, ...]]:
    """Compare tables cell by cell; return how many cells, those that differ, and tables with other words.

    Columns that only ``ours`` has are not compared. Raises InputError when a table of ``theirs`` has no keys,
    or two rows of one key.
    """
    cells = 0
    rows: list[Row] = []
    reworded: list[str] = []
    for name, keys in KEYS.items():
        mine, other = ours[name], theirs[name]
        if not {*keys} <= {*other.columns} or other.select(keys).is_duplicated().any():
            raise InputError(
                coded(
                    "bundle.verification.no_key",
                    "the rows of the table {name} cannot be distinguished by {names}",
                    name=name,
                    names=", ".join(keys),
                )
            )
        compared = [column for column in other.columns if column != _PROSE]
        cells += other.height * len(compared)
        if write_exact(mine) == write_exact(other):
            continue
        rows += _differences(name, other, mine, compared)
        words = [*keys, *({_PROSE} & {*other.columns} & {*mine.columns})]
        if not other.select(words).sort(keys).equals(mine.select(words).sort(keys)):
            reworded.append(f"{name}.csv")
    return cells, pl.DataFrame(rows, schema=dict(_SCHEMA), orient="row"), tuple(reworded)


def _differences(
    name: str, theirs: pl.DataFrame, ours: pl.DataFrame, compared: Sequence[str]
) -> Iterator[Row]:
    """Yield the cells that differ, and the rows that only one side has."""
    keys = KEYS[name]
    mine, other = ({_key(row, keys): row for row in table.iter_rows(named=True)} for table in (ours, theirs))
    numeric = {column for column, kind in kinds_of(theirs).items() if kind in ("number", "integer")}
    for key in dict.fromkeys((*other, *mine)):
        if key not in mine or key not in other:
            yield name, key, "", *(("a row", None) if key in other else (None, "a row")), None
            continue
        for column in compared:
            one, two = other[key][column], mine[key].get(column)
            if repr(one) != repr(two):  # the shortest decimal is the same exactly when the bits are
                yield (
                    name,
                    key,
                    column,
                    _shown(one),
                    _shown(two),
                    _apart(one, two, is_number=column in numeric),
                )


def _key(row: Mapping[str, Any], keys: Sequence[str]) -> str:
    return " / ".join(str(row[key]) for key in keys)


def _shown(cell: Any) -> str | None:  # noqa: ANN401 - a cell of any kind
    return None if cell is None else str(cell)


def _apart(one: Any, two: Any, *, is_number: bool) -> float | None:  # noqa: ANN401 - cells of any kind
    """How far two numbers are apart, as a share of the larger where that is above 1."""
    if not is_number or not isinstance(one, int | float) or not isinstance(two, int | float):
        return None
    with np.errstate(over="ignore"):
        return float(np.abs(np.float64(one) - np.float64(two)) / max(1.0, abs(one), abs(two)))
