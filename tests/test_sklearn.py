"""scikit-learn's face: its own checks, and what pipelines and searches need."""

from sklearn.utils.estimator_checks import parametrize_with_checks

from tinynet.sklearn import MLPClassifier, MLPRegressor


@parametrize_with_checks([MLPClassifier(epochs=30), MLPRegressor(epochs=30)])
def test_passes_every_check_of_scikit_learn(estimator, check):
    check(estimator)
