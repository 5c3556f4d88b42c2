"""Corners of linear algebra: ties, singular matrices, zero vectors, and what is refused."""

import itertools

import numpy as np
import pytest

from tests.numerical import check_derivatives
from tinynet import Tensor, hessian

S = np.random.default_rng(0).normal(size=(3, 3))
TIED = np.diag([1.0, 1.0, 4.0])
RANK_1 = np.outer([1.0, 2.0, 3.0], [2.0, 0.0, 1.0])
first = np.array([1.0, 0.0, 0.0])


def tensor(x):
    return Tensor(np.array(x, dtype=float), requires_grad=True)


def gradient(f, x):
    x = tensor(x)
    return f(x).gradient(x)


# --- equal eigenvalues, singular values of 0 ------------------------------------------------


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (lambda x: np.sum(np.linalg.eigvalsh(x)), TIED, np.eye(3)),
        (lambda x: np.sum(np.linalg.eigvalsh(x) ** 2), TIED, 2 * TIED),
        (lambda x: np.sum(np.linalg.svdvals(x) ** 2), TIED, 2 * TIED),
        (lambda x: np.sum(np.linalg.svdvals(x) ** 2), RANK_1, 2 * RANK_1),
        (lambda x: np.sum(np.linalg.svdvals(x)), 3 * np.eye(3)[:, :2], np.eye(3)[:, :2]),
        (
            lambda x: np.linalg.eigh(x).eigenvectors[:, 2] @ first,
            TIED,
            [[0, 0, 1 / 6], [0] * 3, [1 / 6, 0, 0]],
        ),
    ],
)
def test_ties_do_no_harm_to_what_has_a_derivative(f, x, expected):
    np.testing.assert_allclose(gradient(f, x), expected, atol=1e-14)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.linalg.eigh(x).eigenvectors[:, 0] @ first,
        lambda x: np.linalg.svd(x).U[:, 2] @ S[0],
        lambda x: np.linalg.svd(x).Vh[2] @ S[0],
    ],
)
def test_the_gradient_through_vectors_of_equal_values_is_nan(f):
    assert np.isnan(gradient(f, TIED)).all()


def test_the_second_derivative_at_equal_eigenvalues_is_nan_and_never_wrong():
    x = tensor(TIED)
    slope = np.sum(np.linalg.eigvalsh(x) ** 2).gradient(x, create_graph=True)
    assert np.isnan(np.sum(slope * S).gradient(x)).all()


def test_a_tie_in_one_matrix_of_a_batch_leaves_the_others_alone():
    x = np.stack([S + S.T, TIED])
    found = gradient(lambda x: np.sum(np.linalg.eigh(x).eigenvectors[..., 0] * first), x)
    assert np.isfinite(found[0]).all()
    assert np.isnan(found[1]).all()


# --- determinants ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([[0.0]], [[1]]),
        ([[0.0, 0.0], [0.0, 0.0]], [[0, 0], [0, 0]]),
        ([[1.0, 2.0], [2.0, 4.0]], [[4, -2], [-2, 1]]),
        (np.diag([0.0, 2.0, 3.0]), np.diag([6, 0, 0])),
        (np.ones((3, 3)), np.zeros((3, 3))),
    ],
)
def test_the_gradient_of_a_determinant_of_zero_is_the_cofactors(x, expected):
    np.testing.assert_array_equal(gradient(np.linalg.det, x), expected)


@pytest.mark.parametrize("moved", [0.0, 1e-14, 1e-9, 1e-6])
def test_the_second_derivatives_of_a_determinant_near_zero(moved):
    a = np.arange(1.0, 10).reshape(3, 3)
    a[0, 0] += moved
    minors = np.zeros((3, 3, 3, 3))  # ∂²det / ∂aᵢⱼ ∂aₖₗ = ± what is left of a
    for i, j, k, n in itertools.product(range(3), repeat=4):
        if i != k and j != n:
            sign = (-1) ** (i + j + k + n) * (1 if (k > i) == (n > j) else -1)
            minors[i, j, k, n] = sign * a[3 - i - k, 3 - j - n]
    np.testing.assert_allclose(hessian(np.linalg.det)(a), minors, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("at", [[3.0, 4.0], [1e-150, 0.0]])
def test_the_second_derivative_of_a_squared_norm_away_from_zero(at):
    found = hessian(lambda x: np.linalg.norm(x) ** 2)(np.array(at))
    np.testing.assert_allclose(found, 2 * np.eye(2), atol=1e-12)


def test_slogdet_of_a_singular_matrix_is_nan_and_leaves_the_others_alone():
    x = Tensor([[[1.0, 2.0], [2.0, 4.0]], [[2.0, 0.0], [0.0, 4.0]]], requires_grad=True)
    signs, values = np.linalg.slogdet(x)
    found = np.sum(values).gradient(x)
    np.testing.assert_array_equal(found, [np.full((2, 2), np.nan), [[0.5, 0], [0, 0.25]]])
    used = np.sum(np.where(signs != 0, values, 0.0))
    np.testing.assert_array_equal(used.gradient(x)[0], np.zeros((2, 2)))


def test_the_third_derivative_of_a_determinant_of_zero_is_the_sign_of_the_permutation():
    x = tensor(np.zeros((3, 3)))
    for i, j, k in itertools.permutations(range(3)):
        slope = np.linalg.det(x).gradient(x, create_graph=True)[0, i]
        slope = slope.gradient(x, create_graph=True)[1, j]
        assert slope.gradient(x)[2, k] == np.linalg.det(np.eye(3)[[i, j, k]])


def test_slogdet_is_a_named_tuple_whose_sign_is_plain():
    sign, logdet = np.linalg.slogdet(tensor(S))
    assert not isinstance(sign, Tensor)
    assert float(sign * np.exp(logdet)) == pytest.approx(np.linalg.det(S))
    assert np.linalg.slogdet(tensor(S)).logabsdet.item() == logdet.item()


# --- norms ----------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [None, 1, 2, 3, 2.5])
def test_a_zero_vector_has_a_norm_with_gradient_zero(order):
    found = gradient(lambda x: np.linalg.norm(x, order), [0.0, 0.0])
    np.testing.assert_array_equal(found, [0, 0])


@pytest.mark.parametrize("order", [2, 4])
def test_a_zero_in_a_vector_is_no_corner(order):
    check_derivatives(lambda x: np.linalg.norm(x, order), np.array([1.0, 0.0, -2.0]))


def test_counting_norms_and_ranks_give_plain_values():
    assert type(np.linalg.norm(tensor([1.0, 0.0, 2.0]), 0)) is np.float64
    assert np.linalg.matrix_rank(tensor(RANK_1)) == 1


# --- which triangle, and what is refused ----------------------------------------------------


@pytest.mark.parametrize(
    "f",
    [
        np.linalg.eigvalsh,
        np.linalg.cholesky,
        lambda x: np.linalg.eigvalsh(x, UPLO="U"),
        lambda x: np.linalg.cholesky(x, upper=True),
    ],
)
def test_the_gradient_of_what_reads_one_triangle_is_symmetric(f):
    found = gradient(lambda x: np.sum(np.sin(f(x))), S @ S.T + np.eye(3))
    np.testing.assert_allclose(found, found.T, rtol=1e-14)


@pytest.mark.parametrize(
    ("error", "says", "f"),
    [
        (TypeError, r"\(2, 3\).*full_matrices=False", lambda x: np.linalg.svd(x[:2])),
        (TypeError, "mode='complete'", lambda x: np.linalg.qr(x, "complete")),
        (TypeError, "hermitian=", lambda x: np.linalg.svd(x, hermitian=True)),
        (TypeError, "linalg.eigvals:", lambda x: np.linalg.eigvals(x)),
        (TypeError, "float", lambda x: np.linalg.matrix_power(x, 0.5)),
        (ValueError, "ord='max' over 2 axes", lambda x: np.linalg.norm(x, "max")),
        (ValueError, "ord=2 over 3 axes", lambda x: np.linalg.norm(x[None], 2)),
        (ValueError, "Singular", lambda x: np.linalg.inv(0 * x)),
        (ValueError, "one-dimensional", lambda x: np.linalg.outer(x, x)),
        (ValueError, "3-dimensional", lambda x: np.cross(x[0, :2], x[1, :2])),
        (
            ValueError,
            "'full', 'same' or 'valid', not 'half'",
            lambda x: np.convolve(x[0], x[0], "half"),
        ),
        (ValueError, "shape-mismatch", lambda x: np.tensordot(x, x[:2], 1)),
        (ValueError, "for 2 arrays, not 1", lambda x: np.einsum("ij,jk", x)),
        (ValueError, "before the arrow", lambda x: np.einsum("...i->i", x)),
    ],
)
def test_what_is_refused_is_explained(error, says, f):
    with pytest.raises(error, match=says):
        f(tensor(S))
