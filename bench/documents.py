"""How fast documents are written: one of each kind, the first of a process and the next; those of all cities.

Wall time depends on how loaded the machine is; the time of the processor, of this process and of those that
write, does not. The basis (adopted results made again) and the check of the plan are counted apart: a server
makes each once, the check in another process.

    python bench/documents.py DATABASE [--kind design] [--ending pdf] [--outline ID] [--one] [--record]
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

import history
from urbium.processes import begin
from urbium.programme import Programme, open_programme
from urbium.programme.publishing.document_kinds import DOCUMENT_KINDS
from urbium.programme.publishing.documents import Documents


def processor() -> float:
    """Return the seconds of processor of this process and of those it started and that have ended."""
    parts = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in parts)


def main() -> None:
    """Measure, print what was measured, and record where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("--kind", default="design")
    parser.add_argument("--ending", default="pdf")
    parser.add_argument("--outline", default="")
    parser.add_argument(
        "--one", action="store_true", help="one document of each kind, and not those of all cities"
    )
    history.add_option(parser)
    options = parser.parse_args()
    with open_programme(options.database) as programme:
        began, used = time.perf_counter(), processor()
        programme.documents.basis()
        basis = processor() - used
        print(f"basis: {time.perf_counter() - began:.1f} s, {basis:.1f} s of processor")
        if not options.one:
            every(programme, options)
            return
        figures = {"basis seconds": basis, **one_of_each(programme, options.ending)}
    if options.record:
        history.record("documents", figures, case=f"one {options.ending} of each kind")


def one_of_each(programme: Programme, ending: str) -> dict[str, float]:
    """Return the seconds of processor of one document of each kind, asked for first and again."""
    plan, figures = programme.adopted("plan"), {}
    if plan:
        used = processor()
        checks = len(plan.certificate.checks)
        figures["check seconds"] = processor() - used
        print(f"{checks} checks of the plan: {figures['check seconds']:.1f} s of processor")
    about = {"city": programme.cities()["code"][0], "project": plan.table["project"][0] if plan else ""}
    for kind, row in DOCUMENT_KINDS.items():
        if row.about == "project" and not about["project"]:
            continue
        for time_of in ("first", "again"):
            used = processor()
            Documents.content(programme.documents.compose(kind, about.get(row.about, "")), ending)
            figures[f"{kind} {time_of} seconds"] = processor() - used
        first, again = figures[f"{kind} first seconds"], figures[f"{kind} again seconds"]
        print(f"{kind:<9} first {first:5.2f} s of processor, again {again:5.2f} s")
    return figures


def every(programme: Programme, options: argparse.Namespace) -> None:
    """Write the documents of all cities, and print how long it took."""
    began, used = time.perf_counter(), processor()
    reports = 0

    def report(_: object) -> None:
        nonlocal reports
        reports += 1

    with ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=begin) as pool:  # ends, and counts
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
