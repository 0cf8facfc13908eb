"""Distribution: which tests one worker runs together, and which begin first (ADR 0019).

The tests of a file share what the file makes, and those of a folder that shares a client, a browser or a
programme with warm results stay together too. (Groups named by ``xdist_group`` are not obeyed: pytest-xdist
3.8 writes them where pytest 9.2 no longer reads them.)
"""

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

TOGETHER = {
    "tests/web": ("tests/web/", "tests/text/test_catalogue.py", "tests/test_every_face.py"),
    "tests/browser": ("tests/browser/",),
    "tests/against/sectors": (
        "tests/against/test_sectors_against_countries.py",
        "tests/docs/test_forecast_page.py",
    ),
}
"""Tests that share what is dear: the pages of the demo and the gathered sentences, which a second worker
would make again; those of a browser, which share a server; and the back-tests of sectors."""

_FIRST = (
    "tests/web", "tests/net", "tests/bench", "tests/plan", "tests/browser", "tests/programme", "tests/cli",
    "tests/against", "tests/store", "tests/sources",
)  # fmt: skip
"""What one worker is longest at begins first, so that all end at about the same time; while one makes the
demo, the others do what needs none. The browser comes when the demo has its results."""


def unit(test: str) -> str:
    """Return what a test is run with: its file, or all that share what is dear.

    >>> unit("tests/web/api/test_jobs.py::test_a[1]"), unit("tests/plan/test_laws.py::test_b")
    ('tests/web', 'tests/plan/test_laws.py')
    """
    file = test.split("::", 1)[0]
    return next((name for name, files in TOGETHER.items() if file.startswith(files)), file)


class Distribution(LoadScopeScheduling):
    """Gives each worker the tests of one file or folder after another, the longest folders first."""

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        self.workqueue.move_to_end(min(self.workqueue, key=_place), last=False)
        super()._assign_work_unit(node)


def _place(name: str) -> int:
    """Return the place of a unit in the order of folders; those that are not named come last."""
    return next((place for place, folder in enumerate(_FIRST) if name.startswith(folder)), len(_FIRST))
