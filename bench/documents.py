"""How fast the documents of all cities are written: 286 top-level designs of the demonstration.

Wall time depends on how loaded the machine is; the time of the processor, of this process and of those that
write, does not. The basis (adopted results made again) is counted apart.

    python bench/documents.py DATABASE [--kind design] [--ending pdf] [--outline ID]
"""

import argparse
import io
import os
import resource
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from urbium.processes import begin
from urbium.programme import open_programme


def processor() -> float:
    """Return the seconds of processor of this process and of those it started and that have ended."""
    parts = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in parts)


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("--kind", default="design")
    parser.add_argument("--ending", default="pdf")
    parser.add_argument("--outline", default="")
    options = parser.parse_args()
    with open_programme(options.database) as programme:
        began, used = time.perf_counter(), processor()
        programme.documents.basis()
        print(f"basis: {time.perf_counter() - began:.1f} s, {processor() - used:.1f} s of processor")
        began, used = time.perf_counter(), processor()
        reports = 0

        def report(_: object) -> None:
            nonlocal reports
            reports += 1

        with ProcessPoolExecutor(
            mp_context=get_context("spawn"), initializer=begin
        ) as pool:  # ends, and counts
            content = programme.documents.of_every_city(
                options.kind, options.ending, outline=options.outline, report=report, executor=pool
            )
            wall = time.perf_counter() - began
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    size, used = len(content) / 1e6, processor() - used
    print(f"{len(names)} files of {options.kind}.{options.ending}, {reports} reports, {size:.1f} MB packed")
    print(f"{wall:.1f} s, {used:.1f} s of processor; refused: {'refused.txt' in names}")
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
