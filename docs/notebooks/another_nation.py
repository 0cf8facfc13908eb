import marimo

__generated_with = "0.25.2"
app = marimo.App()


@app.cell
def _():
    import marimo as mo
    import polars as pl

    import urbium as ub
    from urbium.catalogue import DATA

    return DATA, mo, pl, ub


@app.cell
def _(mo):
    mo.md(
        """
        # Another nation

        No nation is built in. A programme is made with a nation and a currency; cities and figures come from
        files; and the doctor says for each stage what is still missing. Here it is India, with the cities of its
        Smart Cities Mission and the populations that the United Nations estimate.
        """
    )


@app.cell
def _(ub):
    programme = ub.new(":memory:", set="india-scm", nation="IN", name="Cities of India, a notebook")
    programme.doctor.table().filter(stage="register")
    return (programme,)


@app.cell
def _(DATA, programme):
    example = DATA / "examples" / "india"
    register = programme.register_file(example / "cities.csv", by="a reader", reason="the cities")
    programme.load(
        example / "agglomerations.csv",
        mapping=example / "agglomerations.toml",
        by="a reader",
        reason="their populations",
    )
    register.changes
    return (register,)


@app.cell
def _(pl, programme, register):
    outlook = programme.forecast(to=2035)
    largest = (
        outlook.table.filter(pl.col("year") == 2035)
        .join(register.changes.select(city="code", name="name"), on="city")
        .sort("value", descending=True)
        .select("name", "value", "low80", "high80")
    )
    largest
    return (largest,)


@app.cell
def _(largest, pl, programme, register):
    state = programme.doctor.table()
    cities = programme.cities()
    missing = state.filter((pl.col("stage") == "plan") & (pl.col("state") != "there"))
    first = largest.row(0, named=True)
    claims = {
        f"The register holds {cities.height} cities of India.": cities.height == register.changes.height,
        f"Plans of this programme count money in {programme.settings().currency}.": (
            programme.settings().currency == "INR"
        ),
        f"{first['name']} is expected to be the largest in 2035, with {first['low80'] / 1e6:.0f} to "
        f"{first['high80'] / 1e6:.0f} million people (80%).": first["value"] == largest["value"].max(),
        f"For a plan, {missing.height} things are still missing, and the doctor names each with its remedy.": (
            missing.height > 0 and missing.filter(pl.col("remedy") == "").is_empty()
        ),
    }
    return (claims,)


@app.cell
def _(claims, mo):
    mo.md("## What this shows\n\n" + "\n".join(f"- {sentence}" for sentence in claims))


if __name__ == "__main__":
    app.run()
