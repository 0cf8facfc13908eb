"""Words: what codes are called wherever a person reads them, as ``data/words.csv`` lists them.

A list has a name, and a row for each of its codes; programs read the codes, and a row whose words are read
by programs too has the code of its message.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from urbium.csv_text import packaged_rows
from urbium.text import Text, declared


@cache
def words_of(name: str) -> Mapping[str, Text]:
    """Return the words of a list, by code, in its order.

    >>> dict(words_of("payer"))
    {'city': 'the cities', 'nation': 'the nation', 'outside': 'loans and partners'}
    """
    rows = (row for row in packaged_rows("words") if row["list"] == name)
    return MappingProxyType(
        {row["code"]: Text(declared(row["says_en"]).message, {}, code=row["message"]) for row in rows}
    )
