"""Claims: figures that others stated, kept with a programme and held against its series."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from urbium.errors import NotFoundError
from urbium.model import Claim
from urbium.programme.base.register import Register
from urbium.programme.base.workspace import Workspace
from urbium.text import coded, text

if TYPE_CHECKING:
    from urbium.measure import ClaimCheck

_KIND: Final = "claims"
_ID: Final = "stated"


class Claims:
    """Figures that somebody stated, and what the stored series say of them."""

    def __init__(self, workspace: Workspace, register: Register) -> None:
        self._workspace = workspace
        self._register = register

    def keep(self, path: str | Path, *, by: str, reason: str) -> None:
        """Keep the claims of a table with the programme, in place of those before; its pages show them."""
        from urbium.catalogue import read_claims  # noqa: PLC0415

        content = {"claims": [asdict(claim) for claim in read_claims(Path(path))]}
        self._workspace.store.keep(_KIND, _ID, content, by=by, reason=reason)

    def kept(self) -> tuple[Claim, ...]:
        """Return the claims that are kept."""
        content = self._workspace.store.kept(_KIND, _ID) or {"claims": []}
        return tuple(Claim(**row) for row in content["claims"])

    def check(self, path: str | Path | None = None) -> "ClaimCheck":
        """Say of each claim whether the stored series confirm it, and which series it really matches.

        Parameters
        ----------
        path : a table of claims; those that are kept unless it is given

        Raises NotFoundError where none is given and none is kept.
        """
        from urbium.catalogue import read_claims  # noqa: PLC0415
        from urbium.measure import check_claims  # noqa: PLC0415

        claims = self.kept() if path is None else read_claims(Path(path))
        if not claims:
            raise NotFoundError(
                coded("programme.claims.none", "no claims are stored in this programme"),
                remedy=text("store a table of them with urbium check-claims FILE --keep"),
            )
        return check_claims(
            claims,
            self._register.observations(),
            self._workspace.catalogue,
            cities=self._register.places(),
            pilots=self._register.pilots(),
            sources=self._register.sources(),
        )
