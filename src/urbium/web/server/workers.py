"""Workers: what several processes that answer for one server are told; they share programme and folder."""

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from urbium.web.server.metrics import folder_for_all

_SAID = "URBIUM_SERVED"
"""The variable of the environment that says to processes that answer what they serve."""


@contextmanager
def passing_on(
    *,
    url: str,
    catalogue: Path | None,
    hosts: Sequence[str],
    is_demo: bool,
    has_proxy: bool,
    has_log: bool,
) -> Iterator[None]:
    """Tell the processes that answer what they serve: they inherit the environment of this one."""
    shared = tempfile.TemporaryDirectory(prefix="urbium-")
    said = {
        "folder": shared.name,
        "url": url,
        "catalogue": None if catalogue is None else str(catalogue),
        "hosts": list(hosts),
        "is_demo": is_demo,
        "has_proxy": has_proxy,
        "has_log": has_log,
    }
    variables = {_SAID: json.dumps(said)} | folder_for_all(Path(shared.name))
    os.environ.update(variables)
    with shared:
        try:
            yield
        finally:
            for name in variables:
                del os.environ[name]


def passed_on() -> dict[str, Any]:
    """Return what this process, one of several that answer, was told."""
    said: dict[str, Any] = json.loads(os.environ[_SAID])
    return said
