"""List the packages of ``requirements.lock`` as a CycloneDX document, the same bytes for the same lock.

Run as ``python bench/sbom.py requirements.lock sbom.json``. Licences are those that the installed packages
declare; a package that is not installed here (of another system) is listed without one.
"""

import json
import re
import sys
import uuid
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from urbium import __version__

_ROW = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def components(lock: str) -> list[dict[str, object]]:
    """Return the packages of a lock file, by name."""
    listed = []
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock):
        row = _ROW.match(block)
        if row is None:
            continue
        name, number = re.sub(r"[-_.]+", "-", row[1]).lower(), row[2]
        address = f"pkg:pypi/{name}@{number}"
        one: dict[str, object] = {
            "type": "library",
            "bom-ref": address,
            "name": name,
            "version": number,
            "purl": address,
            "properties": [
                {"name": "urbium:sha256", "value": value} for value in sorted(_HASH.findall(block))
            ],
        }
        licence = _licence(name)
        if licence:
            one["licenses"] = [{"license": {"name": licence}}]
        listed.append(one)
    return sorted(listed, key=lambda one: str(one["bom-ref"]))


def _licence(name: str) -> str:
    """Return the licence that an installed package declares, in one line; empty when it is not here."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return ""
    classified = [
        row.rpartition(" :: ")[2] for row in said.get_all("Classifier") or [] if row.startswith("License ::")
    ]
    fields = said.json
    licence = fields.get("license_expression") or ", ".join(classified) or fields.get("license", "")
    return str(licence).split("\n")[0]


def document(lock: str) -> dict[str, object]:
    """Return the whole document; its serial number is made of the lock, so that it is the same again."""
    listed = components(lock)
    name, number = "urbium", __version__
    own = f"pkg:pypi/{name}@{number}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.UUID(sha256(lock.encode()).hexdigest()[:32], version=4)}",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": own, "name": name, "version": number, "purl": own}
        },
        "components": listed,
    }


def main(source: str, target: str) -> None:
    """Write the document."""
    written = json.dumps(document(Path(source).read_text(encoding="utf-8")), indent=1, ensure_ascii=False)
    Path(target).write_text(f"{written}\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
