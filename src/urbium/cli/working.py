"""Working: the command that does the long work which people ask for over the web."""

from typing import Annotated

from cyclopts import Parameter

from urbium.cli.show import Common, tell
from urbium.text import text, texts

__all__ = ["work"]

_COMMON = Common()


def work(
    *,
    until_idle: Annotated[bool, Parameter(negative=())] = False,
    common: Common = _COMMON,
) -> None:
    """Do the jobs that people have asked for (plans, forecasts, imports, exports), one after the other.

    A server does them, too; more workers do more at once, on this machine or on others of the same database.

    Parameters
    ----------
    until_idle
        End when no job waits any more.
    """
    from urbium.programme.programme import open_programme
    from urbium.programme.worker import Worker

    open_programme(common.database, catalogue=common.catalogue).close()  # says what is wrong with it
    tell(text("cli.work.waits", "urbium does the jobs of this programme (Ctrl-C stops)"))
    count = Worker(common.database, catalogue=common.catalogue).run(until_idle=until_idle)
    tell(texts("cli.work.done", "{count} job was taken", "{count} jobs were taken", count=count))
