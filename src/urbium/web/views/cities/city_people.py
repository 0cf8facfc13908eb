"""City people: the households of a city and its ages by its own counts, each in a sentence where known."""

from collections.abc import Iterator

from urbium.errors import UrbiumError
from urbium.programme import Programme
from urbium.text import Text, text
from urbium.web.views.outlook import part

_CHILD, _OLD = 15, 65


def city_people(office: Programme, code: str) -> list[Text]:
    """Say how many households a city has and will have, and how old its people become."""
    return [*_households(office, code), *_ages(office, code)]


def _households(office: Programme, code: str) -> Iterator[Text]:
    households, _ = part(office, "households")
    if households is None:
        return
    rows = households.table.filter(place=code)
    if rows.height:
        now, then = rows.row(0, named=True), rows.row(-1, named=True)
        yield text(
            "Households: {now:compact} in {year_now}, {then:compact} in {year_then} (80 % band"
            " {low:compact} to {high:compact}), with {size:.2f} persons each by then ({basis}).",
            now=now["value"],
            year_now=now["year"],
            then=then["value"],
            year_then=then["year"],
            low=then["low80"],
            high=then["high80"],
            size=then["size"],
            basis=households.words["basis"][then["basis"]],
        )


def _ages(office: Programme, code: str) -> Iterator[Text]:
    outlook, _ = part(office, "outlook")
    if outlook is None or not office.outlook.is_counted(code, outlook.settings):
        return
    try:
        ages = office.outlook.ages_of(code, outlook.settings)
    except UrbiumError as error:
        yield text("Ages not shown: {reason}.", reason=error.whole)
        return
    shares = {age: ages.share(*span).table("place") for age, span in ((_CHILD, (0, _CHILD)), (_OLD, (_OLD,)))}
    young, old = (shares[age].row(-1, named=True) for age in (_CHILD, _OLD))
    yield text(
        "Ages, from two counts of the city: in {year} {young:.1%} of its people are under {child} (80 % band"
        " {young_low:.1%} to {young_high:.1%}), {old:.1%} are {aged} or older ({old_low:.1%} to"
        " {old_high:.1%}).",
        year=young["year"],
        young=young["value"],
        child=_CHILD,
        young_low=young["low80"],
        young_high=young["high80"],
        old=old["value"],
        aged=_OLD,
        old_low=old["low80"],
        old_high=old["high80"],
    )
