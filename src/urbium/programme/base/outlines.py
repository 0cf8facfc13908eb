"""Outlines: the borders that maps of the programme show, as a source has them, with its licence."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from urbium.access import Actor, clauses
from urbium.errors import ForbiddenError, InputError
from urbium.nations import codes_of
from urbium.programme.base.register import Register
from urbium.programme.base.settings import Settings
from urbium.programme.base.workspace import Workspace
from urbium.text import Text, coded, text

if TYPE_CHECKING:
    from urbium.sources.outlines import Outline

_KIND: Final = "outline"
_ID: Final = "maps"
_LONGEST: Final = 300
"""Letters of a source or a licence."""


class Outlines:
    """The outline of the programme's maps: brought in, replaced and taken away."""

    def __init__(self, workspace: Workspace, register: Register, settings: Settings) -> None:
        self._workspace = workspace
        self._register = register
        self._settings = settings

    def may_bring(self, actor: Actor) -> bool:
        """Say whether an actor may bring an outline in."""
        return bool(clauses(actor, "outline", "change"))

    def check(self, actor: Actor) -> None:
        """Raise ForbiddenError for an actor who may not bring an outline in."""
        if not self.may_bring(actor):
            raise ForbiddenError(
                coded("programme.outline.right", "you may not change the outline of the maps")
            )

    def bring(
        self, path: str | Path, *, source: str, licence: str, by: str, reason: str, only: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Keep the outline of a file in place of that before, or refuse it whole; return what is said of it.

        Parameters
        ----------
        path : a GeoJSON or TopoJSON file in degrees
        source, licence : whose it is, and under which licence; both stand below each map
        only : the codes of the nations that are taken of a file of many; the programme's nation when empty
        """
        from urbium.sources.outlines import read_outline  # noqa: PLC0415 - reads with what is slow to import

        said = {"source": source.strip(), "licence": licence.strip()}
        for field, words in said.items():
            if not words or len(words) > _LONGEST:
                raise InputError(
                    coded("programme.outline.words",
                          "a source and a licence are required, each of at most {most} characters",
                          most=_LONGEST),
                    remedy=text("state who publishes the outline, and under which licence"),
                    field=field,
                )  # fmt: skip
        file, nation = Path(path), self._settings().nation
        codes = [code for code in only if code.strip()] or ([nation] if nation else [])
        outline = read_outline(file, {every for code in codes for every in codes_of(code)})
        self._check_place(file.name, outline)
        content = said | {
            "file": file.name, "sha256": sha256(file.read_bytes()).hexdigest(), "areas": outline.areas,
            "read": outline.read, "vertices": sum(map(len, outline.rings)), "tolerance": outline.tolerance,
            "rings": [ring.tolist() for ring in outline.rings],
        }  # fmt: skip
        self._workspace.store.keep(_KIND, _ID, content, by=by, reason=reason)
        return {name: value for name, value in content.items() if name != "rings"}

    def remove(self, *, by: str, reason: str) -> None:
        """Show maps without an outline from now on."""
        self._workspace.store.keep(_KIND, _ID, {}, by=by, reason=reason)

    def kept(self) -> dict[str, Any] | None:
        """Return the outline that maps show: rings, source, licence ...; None where there is none."""
        return self._workspace.once("outline of maps", self._read, is_pinned=True)

    def rings(self) -> list[Any]:
        """Return the borders that maps show, in degrees."""
        kept = self.kept()
        return kept["rings"] if kept else []

    def credit(self) -> Text | str:
        """Return whose the borders are, for files of maps; nothing where there are none."""
        kept = self.kept()
        if not kept:
            return ""
        return text(
            "Outline: {source} ({licence}). Borders are as in the source and are not a statement "
                "on sovereignty.",
            source=kept["source"], licence=kept["licence"],
        )  # fmt: skip

    def _read(self) -> dict[str, Any] | None:
        return self._workspace.store.kept(_KIND, _ID) or None

    def _check_place(self, name: str, outline: "Outline") -> None:
        """Refuse an outline without any of the cities: of another nation, or with swapped degrees."""
        cities = self._register.cities().drop_nulls(["longitude", "latitude"])
        places = cities.select("longitude", "latitude").to_numpy()
        if not len(places):
            return
        within = np.zeros(len(places), dtype=bool)
        for ring in outline.rings:
            low, high = ring.min(axis=0), ring.max(axis=0)
            within |= ((places >= low) & (places <= high)).all(axis=1)
        if not within.any():
            raise InputError(
                coded("programme.outline.elsewhere",
                      "no city lies within this outline (cities checked: {count:,})", count=len(places)),
                place=name,
                remedy=text("check that the outline is in this country, and that longitude comes before "
                    "latitude"),
            )  # fmt: skip
