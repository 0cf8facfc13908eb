"""What was agreed is written as OC4IDS has it."""

from urbium.market.arrangements import Arrangement, as_oc4ids


def test_parts_stand_where_the_standard_has_them():
    """Names and nesting of the project schema of OC4IDS, definition ``Finance``."""
    loan = Arrangement(
        id="1",
        title="Loan",
        amount=2.0,
        currency="EUR",
        financingParty="A bank",
        financingPartyType="multilateral",
        assetClass=["debt"],
        type="loan",
        repaymentPriority="senior",
        concessional=False,
        startDate="2030-01-01",
        endDate="2045-01-01",
        paymentStartDate="2032-01-01",
        interestRateMargin=0.02,
        interestRateFixed=True,
        exchangeRateGuarantee=False,
    )
    assert as_oc4ids(loan) == {
        "id": "1",
        "title": "Loan",
        "value": {"amount": 2_000_000.0, "currency": "EUR"},
        "financingParty": {"name": "A bank"},
        "financingPartyType": "multilateral",
        "assetClass": ["debt"],
        "type": "loan",
        "repaymentPriority": "senior",
        "concessional": False,
        "period": {"startDate": "2030-01-01", "endDate": "2045-01-01"},
        "paymentPeriod": {"startDate": "2032-01-01"},
        "interestRate": {"margin": 0.02, "fixed": True},
        "exchangeRateGuarantee": False,
    }


def test_what_is_not_known_is_left_out():
    assert as_oc4ids(Arrangement(id="1")) == {"id": "1"}


def test_an_amount_of_nothing_is_known():
    assert as_oc4ids(Arrangement(id="1", amount=0.0, currency="EUR"))["value"]["amount"] == 0.0
