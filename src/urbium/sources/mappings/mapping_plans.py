"""Plans: what a mapping file says, as records: how the tables of a file, or of cities, are laid out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from urbium.model import Status
from urbium.sources.formats.typed_figures import PLAIN, Signs

Layout = Literal["long", "variables", "periods"]

PARTS = (
    "city", "within", "period", "variable", "value", "unit", "area", "status", "quality", "source",
)  # fmt: skip
"""What of a figure a table may say."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part of a figure's key stands: in a column, in the sheet's name, above the columns, or fixed.

    ``skips_others``: rows whose text means nothing are left out. ``pattern``: a regular expression whose
    group is the part of the text that counts.
    """

    column: str = ""
    value: str = ""
    from_sheet: bool = False
    from_header: bool = False
    strip: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    skips_others: bool = False
    pattern: str = ""

    @property
    def is_given(self) -> bool:
        """Whether anything is said at all."""
        return bool(self.column or self.value or self.from_sheet or self.from_header)


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """A column of values: which variable it holds, in what unit, for what boundary, of what kind."""

    column: str
    variable: str
    unit: str = ""
    area: str = ""
    source: str = ""
    status: str = ""
    quality: str = ""

    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on rows: the texts of a column that are read, or that are not."""

    column: str
    words: frozenset[str]
    is_left_out: bool = False


@dataclass(frozen=True, slots=True)
class TablePlan:
    """How one kind of sheet is laid out; rows count from 1 as in the file.

    ``header`` is the last row of headings, 0 where it is to be found by the names of the columns, and
    ``heads`` the number of rows that together are the headings.
    ``beside`` names columns that say a part of the key once more (part, heading): both must agree.
    ``is_own``: the table is one of ours, so that every heading should mean something.
    """

    layout: Layout
    city: Place
    within: Place = Place()
    period: Place = Place()
    variable: Place = Place()
    value: Place = Place()
    unit: Place = Place()
    area: Place = Place()
    status: Place = Place()
    quality: Place = Place()
    source: Place = Place()
    columns: tuple[ColumnPlan, ...] = ()
    sheets: tuple[str, ...] = ("*",)
    header: int = 0
    heads: int = 1
    skip: frozenset[int] = frozenset()
    where: tuple[Where, ...] = ()
    beside: tuple[tuple[str, str], ...] = ()
    is_own: bool = False

    @property
    def headings(self) -> frozenset[str]:
        """The headings that the plan names, without those that a file need not have."""
        named = (getattr(self, part).column for part in PARTS)
        columns = (planned.column for planned in self.columns if not planned.is_optional)
        where = (condition.column for condition in self.where)
        beside = (heading for _, heading in self.beside)
        return frozenset(name for name in (*named, *columns, *where, *beside) if name and name[0] != "$")

    def fits(self, sheet: str) -> bool:
        """Whether this plan reads the sheet of that name (a CSV file has none)."""
        return not sheet or "*" in self.sheets or sheet in self.sheets


@dataclass(frozen=True, slots=True)
class RegisterPlan:
    """How a table of cities is laid out: where each part of a city stands; rows count as in TablePlan."""

    parts: Mapping[str, Place]
    sheets: tuple[str, ...] = ("*",)
    header: int = 0
    heads: int = 1
    skip: frozenset[int] = frozenset()

    @property
    def headings(self) -> frozenset[str]:
        """The headings that the plan names."""
        columns = (place.column for place in self.parts.values())
        return frozenset(name for name in columns if name and name[0] != "$")


@dataclass(frozen=True, slots=True)
class FilePlan:
    """How one file is to be read."""

    tables: tuple[TablePlan, ...] = ()
    cities: RegisterPlan | None = None
    source: str = ""
    status: str = Status.REPORTED
    quality: str = ""
    missing: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""
    projected_from: str = ""
    signs: Signs = PLAIN
