import marimo

__generated_with = "0.25.2"
app = marimo.App()


@app.cell
def _():
    import marimo as mo
    import polars as pl

    from urbium.examples.countries import open_example

    return mo, open_example, pl


@app.cell
def _(mo):
    mo.md(
        """
        # A plan, and why something is not in it

        A plan says which projects are built in which city and year. It must keep every limit, and it must answer
        the question that every mayor asks: why not ours?

        The programme is the example of 65 metropolitan areas of Mexico. Its budget is an assumption, and so are
        most costs: this is a demonstration of the method, not advice.
        """
    )


@app.cell
def _(open_example):
    programme = open_example("mexico", ":memory:", with_plan=False)
    plan = programme.plan(years="2021-2022", budget="3 bn MXN/year", work_limit=20)
    programme.adopt(plan, by="a reader", reason="to ask why")
    plan
    return plan, programme


@app.cell
def _(mo, plan):
    mo.md(f"How good is it? {plan.proof_words}")


@app.cell
def _(pl, plan, programme):
    projects = plan.roadmap.projects
    city = plan.table["city"][0]
    chosen = plan.table.filter(pl.col("city") == city)["solution"].to_list()
    left_out = projects.filter((pl.col("city") == city) & ~pl.col("solution").is_in(chosen)).sort("capital")
    cheapest = left_out.row(0, named=True)
    why_not = programme.why(city, cheapest["solution"])
    why_not
    return cheapest, city, left_out, why_not


@app.cell
def _(cheapest, city, left_out, pl, plan, programme, why_not):
    certificate = programme.certify()
    name = programme.register.names()[city]
    claims = {
        f"The plan has {plan.table.height} projects.": plan.table["project"].n_unique() == plan.table.height,
        "A check that shares no code with the planner confirms every limit.": certificate.is_valid,
        f"{left_out.height} possible projects of {name} are not in the plan.": (
            left_out.filter(pl.col("project").is_in(plan.table["project"].to_list())).is_empty()
        ),
        f"The cheapest of them would cost {cheapest['capital']:.1f} million pesos to build, and money is not "
        "the reason: it could not be completed in time.": (
            any("cannot be completed in time" in str(part.what) for part in why_not.walk())
        ),
    }
    return (claims,)


@app.cell
def _(claims, mo):
    mo.md("## What this shows\n\n" + "\n".join(f"- {sentence}" for sentence in claims))


if __name__ == "__main__":
    app.run()
