"""The pages of the demo that are looked at one by one: as whom, at which address, and on which screens."""

from urbium.platform.harvest import code_of

PUBLIC = ""
PAGES = (
    *((PUBLIC, path) for path in (
        "/", "/?since=2026-11-01", "/cities", "/cities/map?city=110000",
        "/cities/compare?city=110000&city=130100&city=340100", "/cities/110000", "/cities/110000/citizens",
        "/cities/340100/plan", "/cities/110000/people", "/cities/110000/services", "/cities/110000/figures",
        "/cities/340200/progress", "/cities/340100/explain/score",
        "/cities/340100/explain/figure?name=gdp&period=2012", "/operations", "/resources",
        f"/resources/{code_of('340200', 'yearbook')}", "/about/pilots",
        "/plan", "/plan/money", "/plan/afterwards", "/plan/where-and-when", "/plan/staff", "/plan/risks",
        "/plan/projects", "/plan/projects/110000/LED_SL", "/plan/proof",
        "/plan/compare?a=adopted&b=adopted", "/plan/why?city=110000&solution=IOC",
        "/plan/why?city=340100&solution=LED_SL", "/track", "/track/lessons", "/data", "/indices",
        "/indices/yearbook", "/indices/u4ssc", "/nation", "/about/how-good", "/about/assumptions",
        "/about/solutions", "/about/solutions/LED_SL", "/about/sources", "/about/claims",
        "/publications", "/programme", "/programme/agreements/mou-2015",
        "/report", "/market", "/notice", "/sign-in", "/verify", "/no-such-page",
    )),
    *(("office", path) for path in (
        "/desk", "/desk/rounds", "/desk/rounds/example-call", "/desk/rounds/example-earlier-call",
        "/desk/rounds/begin", "/rounds/example-call/assign", "/desk/applications/example-330100", "/office",
        "/office/begin/plan", "/office/plans", "/figures", "/figures/suspects", "/people", "/log", "/letters",
        "/outline", "/office/settings", "/office/settings/outbound_hosts", "/track/replan", "/account",
    )),
    *(("city", path) for path in (
        "/desk", "/desk/applications/example-340200", "/desk/applications/begin",
        "/desk/reports/example-340200-2017", "/desk/problems", "/desk/reconciliation", "/figures",
    )),
    *(("signatory", path) for path in ("/desk", "/desk/commitments", "/desk/agreements/example-funding")),
    *(("expert", path) for path in ("/desk", "/desk/reviews", "/desk/reviews/example-330100.1")),
    *(("partner", path) for path in (
        "/desk", "/desk/mandates/begin", "/desk/mandates/example-foreign", "/market?mandate=example-foreign",
    )),
    *(("province", path) for path in ("/desk", "/desk/applications/example-340300")),
    *(("auditor", path) for path in ("/desk", "/log")),
)  # fmt: skip
"""As whom, and the address."""
UNLIKE = {
    (PUBLIC, "/"), (PUBLIC, "/cities"), (PUBLIC, "/cities/110000"), (PUBLIC, "/plan/money"),
    (PUBLIC, "/data"), (PUBLIC, "/nation"), ("office", "/desk"), ("office", "/desk/rounds/example-call"),
    ("office", "/office/begin/plan"), ("city", "/desk/applications/example-340200"),
    ("expert", "/desk/reviews/example-330100.1"), ("partner", "/market?mandate=example-foreign"),
}  # fmt: skip
"""Pages with little in common; the quick run looks at these."""
SIZES = {"desk": {"width": 1280, "height": 900}, "telephone": {"width": 390, "height": 844}}
