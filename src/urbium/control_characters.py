"""Control characters: they are no text, and they work on the terminal or the page of whoever reads them.

They are the control characters of Unicode (but tab and line break) and the marks that turn the direction of
what follows.
"""

import re
from typing import Final

CONTROL: Final = re.compile(r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\u202A-\u202E\u2066-\u2069]")


def holds_control_characters(cell: str) -> bool:
    r"""Whether a text holds a character that is refused.

    >>> holds_control_characters("Delft"), holds_control_characters("Del\x1bft")
    (False, True)
    """
    return CONTROL.search(cell) is not None
