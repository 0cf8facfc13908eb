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
        # Score cities, and see how sure their ranks are

        An index turns several figures of a city into one score. Every choice on the way moves some ranks. This
        notebook scores 68 European cities from a data frame, without a database, and reads the interval of each
        rank beside the rank itself.

        The figures are those of the OECD for functional urban areas in 2019, which come with urbium.
        """
    )


@app.cell
def _(DATA, pl):
    folder = DATA / "examples" / "europe"
    names = pl.read_csv(folder / "cities.csv").select(city="code", name="name_en")
    frame = (
        pl.read_csv(folder / "figures.csv")
        .filter(pl.col("variable").is_in(["gdp_per_head_functional_area", "pm25_exposure_functional_area"]))
        .pivot("variable", index="city", values="2019")
        .rename({"gdp_per_head_functional_area": "income", "pm25_exposure_functional_area": "dust"})
        .join(names, on="city")
        .drop_nulls()
    )
    frame
    return (frame,)


@app.cell
def _(mo):
    mo.md(
        """
        More income is better, less fine dust is better: `-` before a column says so. Both count alike. The index
        is computed again many times, each time with other choices that are as good, to see how far a rank moves.
        """
    )


@app.cell
def _(frame, ub):
    tree = {"income": 1, "-dust": 1}
    scores = ub.measure(frame, tree, period=2019, runs=300, seed=1)
    scores
    return (scores,)


@app.cell
def _(frame, pl, scores):
    ranked = scores.table.join(frame.select("city", "name"), on="city").sort("rank")
    best = ranked.row(0, named=True)
    wide = ranked.filter(pl.col("rank_high") > pl.col("rank_low"))
    groups = ranked["tier"].n_unique()
    claims = {
        f"{best['name']} ranks first of {ranked.height} cities.": best["score"] == ranked["score"].max(),
        f"The ranks of {wide.height} cities are not settled: their interval holds more than one rank.": (
            2 * wide.height > ranked.height
        ),
        "Every rank lies within its own interval.": (
            ranked.filter(~pl.col("rank").is_between("rank_low", "rank_high")).is_empty()
        ),
        f"There are only {groups} groups of cities whose ranks can be told apart.": groups < ranked.height,
    }
    return (claims,)


@app.cell
def _(claims, mo):
    mo.md("## What this shows\n\n" + "\n".join(f"- {sentence}" for sentence in claims))


if __name__ == "__main__":
    app.run()
