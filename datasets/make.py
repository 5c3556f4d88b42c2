"""Write the real data sets as CSV files, from copies that PyPI packages carry.

    python -m pip install scikit-learn palmerpenguins vega_datasets bokeh_sampledata
    python datasets/make.py

Run again, it writes the same bytes. What was changed on the way is said in each card.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

HERE = Path(__file__).parent


def write(name: str, header: list[str], rows: list[list]) -> None:
    with open(HERE / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    print(f"{name}: {len(rows)} rows, {(HERE / f'{name}.csv').stat().st_size / 1024:.0f} KB")


def snake_case(name: str) -> str:
    """sepal length (cm) → sepal_length_cm"""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def from_scikit_learn() -> None:
    from sklearn import datasets

    for name, load, target in (
        ("iris", datasets.load_iris, "species"),
        ("wine", datasets.load_wine, "cultivar"),
        ("breast_cancer", datasets.load_breast_cancer, "diagnosis"),
    ):
        bunch = load()
        header = [snake_case(str(column)) for column in bunch.feature_names]
        rows = [
            [f"{value:.10g}" for value in row] + [str(bunch.target_names[label])]
            for row, label in zip(bunch.data, bunch.target, strict=True)
        ]
        write(name, [*header, target], rows)
    bunch = datasets.load_digits()
    pixels = ["".join("0123456789abcdefg"[int(value)] for value in row) for row in bunch.data]
    rows = [[image, str(digit)] for image, digit in zip(pixels, bunch.target, strict=True)]
    write("digits", ["pixels", "digit"], rows)


def penguins() -> None:
    from palmerpenguins import load_penguins

    table = load_penguins()
    text = [["" if value != value else str(value) for value in row] for row in table.values]
    rows = [[re.sub(r"\.0$", "", cell) for cell in row] for row in text]
    write("penguins", list(table.columns), rows)


def auto_mpg() -> None:
    """From vega_datasets; it gives 1982 for the models of 1981, so years come from another copy."""
    from bokeh_sampledata.autompg import autompg
    from vega_datasets import data

    columns = {
        "Miles_per_Gallon": "mpg",
        "Cylinders": "cylinders",
        "Displacement": "displacement_cu_in",
        "Horsepower": "horsepower",
        "Weight_in_lbs": "weight_lb",
        "Acceleration": "seconds_to_60_mph",
        "Year": "model_year",
        "Origin": "origin",
        "Name": "name",
    }
    table = data.cars()
    table = table[table["Miles_per_Gallon"].notna()].copy()
    years = iter(1900 + autompg["yr"])  # the same cars in the same order, all with a horsepower
    year = 1970
    table["Year"] = [
        year := year if horsepower != horsepower else next(years)
        for horsepower in table["Horsepower"]
    ]
    rows = [
        ["" if v != v else f"{v:.10g}" if isinstance(v, float) else str(v) for v in row]
        for row in table[list(columns)].values
    ]
    write("auto_mpg", list(columns.values()), rows)


if __name__ == "__main__":
    try:
        from_scikit_learn()
        penguins()
        auto_mpg()
    except ModuleNotFoundError as error:
        packages = "scikit-learn palmerpenguins vega_datasets bokeh_sampledata"
        raise SystemExit(f"{error}: python -m pip install {packages}") from None
