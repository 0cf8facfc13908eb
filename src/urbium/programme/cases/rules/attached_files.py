"""Attached files: what is checked of the files that a dossier of any kind names."""

import msgspec

from urbium.errors import Fault
from urbium.model.dossiers import Dossier
from urbium.pilot.attachments import checked_attachment
from urbium.programme.cases.desk import Desk
from urbium.text import coded, text


def file_faults(desk: Desk, dossier: Dossier) -> list[Fault]:
    """Check that every attached file is kept, and is what the dossier says of it."""
    stored = desk.dossier(dossier.kind, dossier.code)
    before = stored.content.get("attachments", ()) if stored else ()
    wrong = []
    for one in dossier.content.get("attachments", ()):
        if one in before:
            continue
        kept = desk.workspace.store.dossiers.attachment(one["sha256"])
        is_right = kept is not None and one == msgspec.to_builtins(
            checked_attachment(one["name"], kept[0], one["document"])
        )
        if not is_right:
            wrong.append(
                Fault(
                    "error",
                    coded("programme.attach.no_file", "this file does not match its description"),
                    text("attach it again"),
                    rule="attachment",
                    sheet="documents",
                    cell=one["document"],
                )
            )
    return wrong
