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
        # Forecast a population, and see how good the forecast was

        A forecast is worth as much as its record. Here urbium stands in the year 1995, sees no later figure, and
        forecasts 24 cities of Mexico to 2015. The figures of 2015 are then held against it.

        The figures are the estimates of the United Nations for urban agglomerations (World Urbanization
        Prospects 2018, in thousands). Those of the past were revised since, so the test is kinder than a real one.
        """
    )


@app.cell
def _(DATA, pl):
    people = pl.read_csv(DATA / "examples" / "mexico" / "agglomerations.csv").head(24)
    past = people.select("city", *(str(year) for year in range(1950, 2000, 5)))
    past
    return past, people


@app.cell
def _(past, ub):
    outlook = ub.forecast_population(past, to=2015, unit="1k persons")
    outlook
    return (outlook,)


@app.cell
def _(outlook, people, pl):
    later = people.select("city", actual=1000 * pl.col("2015"), before=1000 * pl.col("1995"))
    tested = (
        outlook.table.filter(pl.col("year") == 2015)
        .join(later, on="city")
        .with_columns(
            error=(pl.col("value") / pl.col("actual") - 1).abs(),
            error_of_no_change=(pl.col("before") / pl.col("actual") - 1).abs(),
            is_within=pl.col("actual").is_between("low80", "high80"),
        )
    )
    tested.select("city", "value", "low80", "high80", "actual", "error", "is_within")
    return (tested,)


@app.cell
def _(tested):
    typical, of_no_change = tested["error"].median(), tested["error_of_no_change"].median()
    within = int(tested["is_within"].sum())
    claims = {
        f"Half of the forecasts of 2015 missed by less than {typical:.0%}.": (
            2 * int((tested["error"] <= typical).sum()) >= tested.height
        ),
        f"To say that nothing changes would have missed by {of_no_change:.0%}.": typical < of_no_change,
        f"The bands of 80% held the figure of {within} of {tested.height} cities.": (
            2 * within > tested.height
        ),
    }
    return (claims,)


@app.cell
def _(claims, mo):
    mo.md("## What this shows\n\n" + "\n".join(f"- {sentence}" for sentence in claims))


if __name__ == "__main__":
    app.run()
