"""Processes that upgrade a store and are killed at one of its statements, forked from one that is imported.

For each line ``NUMBER PATH`` on its input it forks a child, which upgrades the store and kills itself just
before its statement of that number (0: never), and answers how the child ended: its return code.
"""

import os
import signal
import sys
import traceback

import sqlalchemy as sa
from alembic import command  # noqa: F401 - imported once, before the fork
from sqlalchemy import event

from urbium.store import Store


def upgrade(path: str, fatal: int) -> None:
    """Upgrade, and die before the statement of the number."""
    count = 0

    def dying(*_: object) -> None:
        nonlocal count
        count += 1
        if count == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(sa.Engine, "before_cursor_execute", dying)
    Store.upgrade(path)


def serve() -> None:
    for line in sys.stdin:
        number, path = line.rstrip("\n").split(" ", 1)
        child = os.fork()
        if child == 0:
            try:
                upgrade(path, int(number))
                os._exit(0)
            except BaseException:  # noqa: BLE001 - a child says what happened and goes no further
                traceback.print_exc()
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        os.write(1, f"{os.waitstatus_to_exitcode(status)}\n".encode())


if __name__ == "__main__":
    serve()
