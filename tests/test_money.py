"""Amounts of money are read with their currency, and never without."""

import pytest

from urbium.errors import InputError
from urbium.money import Money
from urbium.text import language


@pytest.mark.parametrize(
    ("text", "amount", "currency", "yearly"),
    [
        ("12 bn CNY/year", 12e9, "CNY", True),
        ("1.5 million USD", 1.5e6, "USD", False),
        ("80_000 CNY", 80_000, "CNY", False),
        ("3 m EUR / yr", 3e6, "EUR", True),
        ("CNY 1,234.5 a year", 1234.5, "CNY", True),
        ("1,234,500 EUR", 1_234_500, "EUR", False),
    ],
)
def test_an_amount_is_read_as_people_write_it(text, amount, currency, yearly):
    assert Money.parse(text) == Money(amount, currency, yearly)


@pytest.mark.parametrize("text", ["12 bn", "bn CNY", "12 zillion CNY", "-5 m CNY", "", "1e400 CNY"])
def test_what_is_no_amount_is_refused_with_an_example(text):
    with pytest.raises(InputError, match="12 bn EUR/year"):
        Money.parse(text)


def test_the_word_for_the_size_of_an_amount_is_the_languages_own():
    with language("zh"):
        assert str(Money(12e9, "CNY")) == "120亿元"


@pytest.mark.parametrize("amount", [0.0, 7.5, 999.0, 2.5e6, 12e9])
def test_an_amount_written_and_read_again_is_the_same(amount):
    assert Money.parse(str(Money(amount, "CNY", yearly=True))).amount == pytest.approx(amount)


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("5,16 bn BRL", "write a decimal point: 5.16 bn BRL"),
        ("EUR 2,5 m a year", "write a decimal point: EUR 2.5 m a year"),
        ("8 bi BRL/ano", "write, for example, 12 bn EUR/year"),
    ],
)
def test_an_amount_with_a_decimal_comma_is_refused_with_its_decimal_point(written, remedy):
    with pytest.raises(InputError) as refused:
        Money.parse(written)
    assert refused.value.remedy == remedy


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("5,160 bn BRL", "write 5160 bn BRL, or 5.16 bn BRL"),
        ("EUR 12,000 m a year", "write EUR 12000 m a year, or EUR 12 m a year"),
    ],
)
def test_a_comma_before_three_digits_is_refused_with_both_readings(written, remedy):
    """A thousand in one nation is a decimal in another: either would be wrong by a factor of 1000."""
    with pytest.raises(InputError, match="in two ways") as refused:
        Money.parse(written)
    assert refused.value.remedy == remedy
    for reading in remedy.removeprefix("write ").split(", or "):
        Money.parse(reading)
