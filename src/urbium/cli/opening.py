"""Opening: the programme that a verb works on, closed again when it is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from urbium.cli.show import Common, tell
from urbium.text.own_words import own_words

if TYPE_CHECKING:
    from urbium.programme import Programme


@contextmanager
def opened(common: Common, *, by: str = "") -> Iterator["Programme"]:
    """Open the programme named by ``--database``; say at the end which adopted results are out of date.

    ``by`` is the person named by ``--by``: where that is not the user of the system, the log names both.
    Raises NotFoundError when there is none.
    """
    from urbium.programme import open_programme

    with open_programme(common.database, catalogue=common.catalogue) as programme:
        if by and by != system_user():
            programme.store.aside = f"as --by says, system user {system_user()}"
        try:
            with own_words(programme.own_words):
                yield programme
        finally:
            programme.store.aside = ""
        for said in programme.outdated():
            tell(said)


def system_user() -> str:
    """Return who runs the command as the system knows it, not as the environment claims."""
    import os

    try:
        import pwd
    except ImportError:  # Windows
        import getpass

        return getpass.getuser()
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run as a number without a name
        return str(os.getuid())
