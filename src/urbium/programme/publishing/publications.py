"""Publications: what a programme hands out: open files, workbooks, and bundles that anybody can verify."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from urbium.errors import UrbiumError
from urbium.programme.base.stages import EXPORTED
from urbium.programme.cases.desk import Desk
from urbium.programme.money.finances import Finances
from urbium.result import Result
from urbium.text import named, say
from urbium.text.naming import names_by_code

if TYPE_CHECKING:
    from urbium.plan import Plan, Roadmap
    from urbium.publish.bundle.bundle import BundleReceipt
    from urbium.publish.bundle.verification import Verification


class Publications:
    """The files of a programme for others to use."""

    def __init__(self, desk: Desk, finances: Finances) -> None:
        self._desk, self._finances = desk, finances

    def export(self, path: str | Path, *, history: bool = False) -> list[Path]:
        """Write the register, the figures with their sources, and the adopted results as open files.

        Parameters
        ----------
        path : a folder; or a file that ends in ``.parquet``, for the figures alone, sorted by variable and
            written so that no more than one variable is held at a time
        history : every version of each figure, first recorded first, instead of the last
        """
        from urbium.publish import export_figures, export_folder  # noqa: PLC0415

        target, register, store = Path(path), self._desk.register, self._desk.workspace.store
        if target.suffix.lower() == ".parquet":
            with store.at_one_instant():
                names = store.variables(as_known_on=store.last_change())
                return export_figures(
                    target, (store.observations(variables=[name], history=history) for name in names)
                )
        tables = {
            "cities": register.cities(),
            "pilots": register.pilots(),
            "observations": register.observations(history=history),
            "findings": register.faults().drop("said"),
        }
        results: dict[str, Result] = {
            stage: result for stage in EXPORTED if (result := self._desk.workspace.adopted(stage)) is not None
        }
        return export_folder(target, tables=tables, results=results, sources=register.sources())

    def scores_bundle(self, path: str | Path) -> "BundleReceipt":
        """Write the adopted scores as a signed file that anybody can compute again with ``urbium verify``."""
        from urbium.publish.bundle.bundle import write_bundle  # noqa: PLC0415
        from urbium.publish.bundle.signing import signing_key  # noqa: PLC0415

        return write_bundle(self._desk.scores.adopted(), path, key=signing_key())

    def scores_book(self, path: str | Path) -> Path:
        """Write every stage of the adopted scores as an Excel workbook."""
        from urbium.publish.books.scores_book import write_workbook  # noqa: PLC0415

        return write_workbook(self._desk.scores.adopted(), path)

    def outlook_book(self, path: str | Path, *, to: int) -> Path:
        """Write every part of the forecast to the year ``to`` as an Excel workbook; return its path.

        A part that cannot be made keeps its sheets, with the reason. Raises InputError for a path that
        cannot be written, and when no part can be made.
        """
        from urbium.publish.books.outlook_book import PARTS, write_outlook  # noqa: PLC0415

        parts: dict[str, Result] = {}
        missing: dict[str, str] = {}
        for what in PARTS:
            try:
                parts[what] = self._desk.outlook.forecast(what, to=to)
            except UrbiumError as error:
                missing[what] = error.whole
        return write_outlook(Path(path), parts, names=self._names(), missing=missing)

    def _names(self) -> dict[str, str]:
        """Return what variables, parts of nations and places are called, by code and by English name."""
        places, variables = self._desk.register.places(), self._desk.workspace.catalogue.variables
        parts = places.with_columns(code=pl.col("province_en")).drop_nulls("code")
        named_parts = {
            **{code: named(one.name, code) for code, one in variables.items()},
            **names_by_code(parts, part="province"),
            **names_by_code(places),
        }
        return {code: str(say(name)) for code, name in named_parts.items()}

    def plan_book(self, path: str | Path, plan: "Plan | None" = None) -> Path:
        """Write a plan as an Excel workbook for a person to read; the adopted plan when none is given.

        Raises InputError for a path that cannot be written.
        """
        from urbium.publish.books.plan_book import write_plan  # noqa: PLC0415

        if plan is None:
            return write_plan(Path(path), self._desk.plans.adopted(), **self._of_adopted())
        catalogue, sources = self._desk.workspace.catalogue, self._desk.register.sources()
        return write_plan(Path(path), plan, cities=self._cities(), catalogue=catalogue, sources=sources)

    def plan_workbook(self) -> bytes:
        """Return the adopted plan as an Excel workbook; raise NotFoundError when there is none."""
        from urbium.publish.books.plan_book import plan_book  # noqa: PLC0415

        return plan_book(self._desk.plans.adopted(), **self._of_adopted())

    def _of_adopted(self) -> dict[str, Any]:
        """Return what a workbook of the adopted plan shows of the programme."""
        return {
            "cities": self._cities(),
            "catalogue": self._desk.workspace.catalogue_of("plan"),
            "sources": self._desk.register.sources(),
            "debt": self._finances.debt(),
            "signed": self._finances.signed(),
        }

    def roadmap_files(self, roadmap: "Roadmap", path: str | Path) -> Path:
        """Write a roadmap as a workbook or a folder of tables, or as a mathematical model (.mps, .lp)."""
        from urbium.plan import write_model  # noqa: PLC0415

        is_model = Path(path).suffix.lower() in {".mps", ".lp"}
        return write_model(roadmap, Path(path)) if is_model else roadmap.save(path)

    def _cities(self) -> pl.DataFrame:
        return self._desk.register.cities().select("code", "^name_.*$", "^province_.*$")


def verify_bundle(path: str | Path, *, trusted: Sequence[str] = ()) -> "Verification":
    """Compute a bundle of scores again, bit for bit; ``trusted`` are fingerprints of keys that may sign."""
    from urbium.publish.bundle.bundle import verify_bundle  # noqa: PLC0415

    return verify_bundle(Path(path), trusted=trusted)
