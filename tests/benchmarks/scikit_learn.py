"""tinynet.sklearn's MLP against scikit-learn's own, both with their defaults, on all the datasets.

python tests/benchmarks/scikit_learn.py [DATASET …]

The score (accuracy, or R²) on a quarter of the rows, and the seconds of `fit`: mean and spread over
five splits. scikit-learn's stands behind a StandardScaler, which ours does not need, with targets
standardized as well.
"""

from __future__ import annotations

import sys
import time
import warnings

import numpy as np
from sklearn import neural_network
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import tinynet as tn
from tinynet.sklearn import MLPClassifier, MLPRegressor

SEEDS = range(5)


def models(task, seed):
    """Ours, then theirs."""
    if task != "regression":
        theirs = neural_network.MLPClassifier(random_state=seed)
        return MLPClassifier(random_state=seed), make_pipeline(StandardScaler(), theirs)
    theirs = neural_network.MLPRegressor(random_state=seed)
    theirs = TransformedTargetRegressor(theirs, transformer=StandardScaler())
    return MLPRegressor(random_state=seed), make_pipeline(StandardScaler(), theirs)


def compared(name, seeds=SEEDS):
    """For each seed, the score and the seconds of ours, then of theirs: (seeds, 2, 2)."""
    data = tn.datasets.load(name)
    y = data.y[:, 0] if data.task == "regression" else data.y
    stratify = None if data.task == "regression" else y
    found = []
    for seed in seeds:
        x_train, x_test, y_train, y_test = train_test_split(
            data.x, y, random_state=seed, stratify=stratify
        )
        for model in models(data.task, seed):
            start = time.perf_counter()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                model.fit(x_train, y_train)
            seconds = time.perf_counter() - start
            found.append((model.score(x_test, y_test), seconds))
    return np.reshape(found, (len(seeds), 2, 2))


def main(names):
    print(f"{'':18}{'tinynet':>15}{'scikit-learn':>18}{'seconds':>14}")
    for name in names:
        found = compared(name)
        means, spreads = found.mean(axis=0), found.std(axis=0, ddof=1)
        scores = [f"{m:.3f} ± {s:.3f}" for m, s in zip(means[:, 0], spreads[:, 0], strict=True)]
        print(f"{name:16}{scores[0]:>17}{scores[1]:>18}{means[0, 1]:>8.2f}{means[1, 1]:>6.2f}")


if __name__ == "__main__":
    main(sys.argv[1:] or tn.datasets.names())
