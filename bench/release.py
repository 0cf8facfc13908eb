"""Raise the number of urbium, and build what a release hands out.

    python bench/release.py raise 1.0.0
    python bench/release.py build

The first writes the number to every file that says it, and the day to the changelog. The second makes
``build/release/urbium-1.0.0``: wheel, source, list of packages, notes and digests. It refuses where a file
differs from the last commit, two files say different numbers or the changelog has no day; ``--trial`` builds
all the same. ``check`` looks at the numbers alone.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import sbom

ROOT = Path(__file__).resolve().parents[1]
PLACES = (
    ("src/urbium/__init__.py", r'^__version__ = "(.+)"$'),
    ("CITATION.cff", r"^version: (.+)$"),
    ("deploy/chart/Chart.yaml", r"^version: (.+)$"),
    ("deploy/chart/Chart.yaml", r'^appVersion: "(.+)"$'),
    ("deploy/chart/values.yaml", r"^image: registry\.example\.org/urbium:(.+)$"),
    ("docs/manual/operate.md", r"urbium-([0-9.]+)-py3-none-any\.whl"),
    ("CHANGELOG.md", r"\A# Changelog\n\n## (\S+) \("),
)
"""The files that say which version this is, and where."""
_HEAD = re.compile(r"\A# Changelog\n\n## (\S+) \((.+)\)$", re.MULTILINE)
_NUMBER = re.compile(r"\d+\.\d+\.\d+")


def numbers(root: Path = ROOT) -> dict[str, str]:
    """Return the number that each place says; empty where it says none."""
    said = {}
    for name, pattern in PLACES:
        match = re.search(pattern, (root / name).read_text(encoding="utf-8"), re.MULTILINE)
        said[f"{name}: {pattern}"] = match[1] if match else ""
    return said


def raise_number(number: str, day: str, root: Path = ROOT) -> None:
    """Write a number to every place, and the day to the changelog."""
    if not _NUMBER.fullmatch(number):
        sys.exit(f"{number} is not a number of a version; write it as 1.0.0")
    for name, pattern in PLACES:
        path = root / name
        text = path.read_text(encoding="utf-8")
        match = re.search(pattern, text, re.MULTILINE)
        if match is None:
            sys.exit(f"{name} says no number of a version")
        path.write_text(text[: match.start(1)] + number + text[match.end(1) :], encoding="utf-8")
    log = root / "CHANGELOG.md"
    dated = _HEAD.sub(rf"# Changelog\n\n## \1 ({day})", log.read_text(encoding="utf-8"))
    log.write_text(dated, encoding="utf-8")


def notes(log: str) -> str:
    """Return the newest section of a changelog, which is what a release says of itself."""
    return log.split("\n## ")[1].partition("\n")[2].strip() + "\n"


def faults(root: Path = ROOT) -> list[str]:
    """Return why this is not ready to be released."""
    said = numbers(root)
    wrong = (
        [f"{place} says {number}" for place, number in said.items()] if len(set(said.values())) > 1 else []
    )
    changed = _run(root, "git", "status", "--porcelain", "--untracked-files=no")
    head = _HEAD.match((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    if head is None or head[2] == "unreleased":
        wrong.append("CHANGELOG.md: the newest version has no day")
    return wrong + [f"not committed: {line[3:]}" for line in changed.splitlines()]


def build(root: Path = ROOT, *, trial: bool = False) -> Path:
    """Make the folder of a release, and return it."""
    wrong = faults(root)
    if wrong and not trial:
        sys.exit("\n".join(wrong))
    number = next(iter(numbers(root).values()))
    folder = root / "build" / "release" / f"urbium-{number}"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    moment = _run(root, "git", "log", "-1", "--format=%ct").strip()
    tools = Path(sys.executable).parent
    subprocess.run(
        [tools / "uv", "build", "--quiet", "--no-build-isolation", "--offline", "--no-create-gitignore",
         "--python", sys.executable, "--out-dir", folder, root],
        check=True, env=os.environ | {"PATH": f"{tools}:{os.environ['PATH']}", "SOURCE_DATE_EPOCH": moment},
    )  # fmt: skip
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    packages = json.dumps(sbom.document(lock), indent=1, ensure_ascii=False)
    (folder / "sbom.json").write_text(f"{packages}\n", encoding="utf-8")
    log = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    (folder / "NOTES.md").write_text(notes(log), encoding="utf-8")
    digests = [
        f"{hashlib.sha256(one.read_bytes()).hexdigest()}  {one.name}" for one in sorted(folder.iterdir())
    ]
    (folder / "SHA256SUMS").write_text("\n".join(digests) + "\n", encoding="utf-8")
    return folder


def _run(root: Path, *command: str) -> str:
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout


def main() -> None:
    """Raise, check or build."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("verb", choices=("raise", "check", "build"))
    parser.add_argument("number", nargs="?", default="")
    parser.add_argument("--day", default=datetime.now(UTC).date().isoformat())
    parser.add_argument("--trial", action="store_true")
    options = parser.parse_args()
    if options.verb == "raise":
        raise_number(options.number, options.day)
    elif options.verb == "build":
        print(build(trial=options.trial))
    said = sorted(set(numbers().values()))
    print(f"every file says {said[0]}" if len(said) == 1 else f"the files say {', '.join(said)}")
    sys.exit(len(said) > 1)


if __name__ == "__main__":
    main()
