"""Live rules: how values that sensors and services send become figures of a city."""

from dataclasses import dataclass
from enum import StrEnum


class LiveStatistic(StrEnum):
    """What is made of the values of a period."""

    MEAN = "mean"
    SUM = "sum"
    COUNT = "count"
    MEDIAN = "median"
    PERCENTILE = "percentile"
    SHARE = "share"  # of values that are the argument or more
    RATE = "rate"  # the sum by 1,000 people


class LivePeriod(StrEnum):
    """How long the period of a figure is."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Shortfall(StrEnum):
    """What becomes of a figure whose values cover too little of its period."""

    SUSPECT = "suspect"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class LiveAttribute:
    """What is known of an attribute of sensors: its names, its unit, and when a sensor does not work.

    Attributes
    ----------
    entity_type, attribute : whose values, as live rules call them
    also : other names under which it is sent, such as those of FIWARE's smart data models
    unit : in which figures are made of it, and in which values without a unit are
    silent_after : hours without a value after which a sensor is silent; none for those of its feed
    stuck_after : hours over which a sensor sends one value only and is stuck; none where that may be
    source : where these are from; ``ASSUME`` for our own judgement
    """

    id: str
    entity_type: str
    attribute: str
    also: tuple[str, ...]
    unit: str
    silent_after: float | None
    stuck_after: float | None
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class LiveRetention:
    """How long live values, and the messages that brought them, are kept.

    Attributes
    ----------
    entity_type, attribute : of which values; blank for all that no other row names
    whole_days : days for which every value is kept; none for ever
    hourly_days : days until which count, mean, least and greatest of each hour are kept; none for ever
    daily_days : days until which those of each day (UTC) are kept; none for ever
    message_days : days for which a message that was taken in is known again; none for ever
    source : where these are from; ``ASSUME`` for our own judgement
    """

    id: str
    entity_type: str
    attribute: str
    whole_days: float | None
    hourly_days: float | None
    daily_days: float | None
    message_days: float | None
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class LiveRule:
    """How the values of an attribute become a variable.

    Attributes
    ----------
    variable : what becomes of them
    entity_type, attribute : whose values, as NGSI-LD calls them
    statistic : what is made of the values of a period, all places of the city together
    argument : the percentile (98), or from which value on one counts in a share
    period : of a figure
    interval : hours between two values of one sensor; none where values come when something happens
    coverage : the least share of the values due in a period that must be there; asks for an interval
    shortfall : ``suspect`` or ``refuse``: what becomes of a figure that is covered less
    factor : by which the result is multiplied, such as 100 for per cent
    source : where the rule is from; ``ASSUME`` for our own judgement
    """

    id: str
    variable: str
    entity_type: str
    attribute: str
    statistic: LiveStatistic
    argument: float | None
    period: LivePeriod
    interval: float | None
    coverage: float | None
    shortfall: Shortfall
    factor: float
    source: str
    note: str
