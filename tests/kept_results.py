"""Kept results: what is made of the demo's adopted results lies beside its database, and is not made again.

A process that opens the demo, or a copy of it, loads them. They hold, as in a workspace, until something
else than figures changes in the store, which the seal of that change says: a copy has the demo's seals until
something is recorded in it.
"""

import pickle
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import sqlalchemy as sa

from urbium.errors import UrbiumError
from urbium.programme import Programme
from urbium.programme.base.stages import STAGES
from urbium.programme.base.workspace import Workspace


def keep(programme: Programme, path: Path) -> None:
    """Make the results of all stages, and write them with all that was made of them."""
    for stage in STAGES:
        with suppress(UrbiumError):  # what the demo has no figures for
            programme.adopted(stage)
    assert programme.required("plan").certificate  # is kept with the plan: pages and commands ask for it
    workspace = programme.workspace
    pinned = {name: kept for name, kept in workspace._results.items() if kept.is_pinned and not kept.refusal}
    with path.open("wb") as file:
        _Pickler(file, pickle.HIGHEST_PROTOCOL).dump((_seal(workspace), pinned, workspace._outdated))


@contextmanager
def given(path: Path) -> Iterator[None]:
    """Give what was kept to every workspace of the store it was made of."""
    seal, pinned, outdated = pickle.loads(path.read_bytes())
    begin = Workspace.__init__

    @wraps(begin)
    def begin_with_results(self: Workspace, *arguments: Any, **more: Any) -> None:
        begin(self, *arguments, **more)
        if self._given is None and _seal(self) == seal:
            self._results |= pinned
            self._outdated |= outdated

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Workspace, "__init__", begin_with_results)
        yield


def _seal(workspace: Workspace) -> tuple[int, str]:
    """Return the last change of what adopted results are made of, and the seal of the log up to it."""
    last = workspace.store.last_facts()[1]
    with workspace.store._database.reading() as connection:
        return last, str(connection.scalar(sa.text("select hash from audit where seq = :seq"), {"seq": last}))


class _Pickler(pickle.Pickler):
    """Writes frozen mappings too."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, MappingProxyType):
            return _frozen, (dict(value),)
        return NotImplemented


def _frozen(content: Mapping[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(content)
