"""Pushes: new versions of data that are to be sent, written in the change that makes them (ADR 0091).

A push is a letter to a machine: the outbox names the request and, of a file, its digest. Whether it may go
out is asked when it is sent (:mod:`urbium.programme.platform.exchange`).
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from urbium.clock import present
from urbium.model.dossiers import Dossier
from urbium.programme.cases.desk import Desk
from urbium.store import Letter
from urbium.store.queues.letters import PUSH

_LISTED: Final = ("published", "shared", "gone")
_OF_DATA: Final = ("distributions", "endpoint", "modified", "version")
"""Fields of a resource that say that its data is new."""


def of_files(desk: Desk, request: Dossier) -> None:
    """Write what sends the files that a step has added to a request."""
    before = desk.workspace.store.dossiers.history(request.kind, request.code)[-2]
    there = {file["sha256"] for file in before.content["files"]}
    for file in request.content["files"]:
        if file["sha256"] not in there:
            _write(desk, request, file["sha256"], request.version, {"sha256": file["sha256"]})


def of_resource(desk: Desk, resource: Dossier) -> None:
    """Write what tells subscribers of a resource that its data is new, where it is."""
    if resource.version == 1 or resource.state not in _LISTED:
        return
    requests = desk.dossiers("data_request", parent=resource.code, state="approved")
    versions = desk.workspace.store.dossiers.history(resource.kind, resource.code) if requests else ()
    before = [one.content for one in versions if one.state in _LISTED and one.version < resource.version]
    if before and any(resource.content[name] != before[-1][name] for name in _OF_DATA):
        for request in requests:
            _write(desk, request, resource.code, resource.version, {})


def _write(desk: Desk, request: Dossier, what: str, version: int, about: Mapping[str, Any]) -> None:
    if request.content["delivery"] == "subscription":
        name = hashlib.sha256(f"{request.code}\n{what}\n{version}".encode()).hexdigest()[:31]
        letter = Letter(name, PUSH, request.owner, request.kind, request.code, present(), about)
        desk.workspace.store.letters.add([letter])
