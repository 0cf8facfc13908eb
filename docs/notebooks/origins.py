import marimo

__generated_with = "0.25.2"
app = marimo.App()


@app.cell
def _():
    import marimo as mo
    import polars as pl

    from urbium.catalogue import DATA
    from urbium.examples.countries import open_example

    return DATA, mo, open_example, pl


@app.cell
def _(mo):
    mo.md(
        """
        # Where a number comes from

        Every score can be followed down to the cells of the files that were loaded. This notebook takes the best
        city of the example of Mexico, walks down the explanation of its score, and opens the files at the cells
        that the explanation names.
        """
    )


@app.cell
def _(open_example):
    programme = open_example("mexico", ":memory:", with_plan=False)
    scores = programme.measure("functional_areas", period=2019)
    best = scores.table.sort("rank")["city"][0]
    explanation = scores.explain(best)
    explanation
    return best, explanation, programme


@app.cell
def _(explanation, pl):
    observed = [
        part for part in explanation.walk() if part.kind == "observation" and part.origin and part.origin.cell
    ]
    cells = pl.DataFrame(
        [
            {
                "figure": str(part.what),
                "value": part.value,
                "unit": part.unit,
                "publisher": part.origin.publisher,
                "file": part.origin.file,
                "cell": part.origin.cell,
            }
            for part in observed
        ]
    )
    cells
    return (cells,)


@app.cell
def _(DATA, cells):
    def written(file, cell):
        """Return what stands in a cell of a packaged file, read as plain text."""
        lines = (DATA / "examples" / "mexico" / file).read_text(encoding="utf-8").splitlines()
        return float(lines[int(cell[1:]) - 1].split(",")[ord(cell[0]) - ord("A")])

    in_files = [written(row["file"], row["cell"]) for row in cells.iter_rows(named=True)]
    return (in_files,)


@app.cell
def _(best, cells, explanation, in_files, programme):
    name = programme.register.names()[best]
    claims = {
        f"{name} has {explanation.value:.1f} points of 100.": 0 <= explanation.value <= 100,
        f"Its score rests on {cells.height} figures, each with file and cell.": cells.height >= 3,
        "Each figure is the one that stands in its cell.": in_files == cells["value"].to_list(),
        "Each has a publisher.": all(cells["publisher"]),
    }
    return (claims,)


@app.cell
def _(claims, mo):
    mo.md("## What this shows\n\n" + "\n".join(f"- {sentence}" for sentence in claims))


if __name__ == "__main__":
    app.run()
