"""Loads many hostile files into a store in a process of its own, and says what came of each.

Run as ``python reader_process.py FOLDER STORE``; prints one JSON object by file name, with the memory used.
"""

import hashlib
import json
import sys
import time
from pathlib import Path

import polars as pl

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.model import City
from urbium.sources import read_file
from urbium.store import FileStamp, Store


def _peak_megabytes() -> float:
    """The most memory this process has held; ``ru_maxrss`` would count the parent's too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def outcome(path, catalogue, store):
    try:
        reading = read_file(path, catalogue=catalogue, cities=store.cities())
        reading.raise_if_refused()
        stamp = FileStamp(reading.name, reading.sha256)
        store.record(reading.table, by="test", reason="load", file=stamp, faults=reading.faults)
    except InputError as error:
        remedies = [error.remedy, *(fault.remedy for fault in error.faults)]
        return {"kind": "InputError", "text": str(error), "has_remedy": any(remedies)}
    except BaseException as error:  # noqa: BLE001 - anything else is what the test looks for
        return {"kind": type(error).__name__, "text": str(error), "has_remedy": False}
    return {"kind": "read", "text": "", "has_remedy": False}


def main(folder, database):
    catalogue = load_catalogue()
    found = {}
    with Store.open(database, create=True) as store:
        store.add_sources([catalogue.sources["ccsy"]], by="test", reason="start")
        city = City("340100", {"en": "Hefei"}, "prefecture", {"en": "Anhui"})
        store.add_cities([city], by="test", reason="start")
    before = hashlib.sha256(Path(database).read_bytes()).hexdigest()
    with Store.open(database) as store:
        for path in sorted(Path(folder).iterdir()):
            processor = time.process_time()
            found[path.name] = outcome(path, catalogue, store)
            found[path.name]["processor_seconds"] = time.process_time() - processor
            found[path.name]["peak_megabytes"] = _peak_megabytes()
            found[path.name]["is_store_unchanged"] = (
                hashlib.sha256(Path(database).read_bytes()).hexdigest() == before
            )
        stored = store.observations().height
    sys.stdout.write(json.dumps({"files": found, "stored": stored, "versions": pl.__version__}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
