"""A loss in the language of its card: its gradient as a formula, and the loss written out.

A card speaks of t, z and p; a call has arrays with names, options and weights. Here the two meet.
What is said is also computed, and where it is not what the loss gives, as for an option of which
the card says nothing, or where the textbook's formula overflows, it is not said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...engine.methods import raw
from ...engine.tensor import Tensor, unbroadcast
from ...losses.base import Loss
from ...losses.notation import GREEK, words
from ..numerals import number
from .node import listed
from .written import Written

_SYMBOLS = {"y_true": "t", "anchor": "a", "positive": "b", "negative": "n"}
_FLAGS = {  # of an argument: the option that says which symbol it is, and the two
    "y_pred": {"from_logits": ("z", "p"), "log_input": ("z", "μ")},
    "variance": {"log_variance": ("s", "v")},
    "scale": {"log_scale": ("s", "b")},
}
_LETTERS = {name: letter for letter, name in GREEK.items()}
_SHORT = re.compile(r"[a-zσ]+\([^()]*\)")  # such as softmax(z): reads well in place of a symbol
_SIMPLE = re.compile(rf"[^ ()/−|‖]+|{_SHORT.pattern}")  # a factor that needs no parentheses
_CHOICE = re.compile(r"(.*?) where (.*?), (?:else )?(.*)")
_THROUGH_P = "p (k − Σ p k)"  # from k, the derivative in p = softmax(z), to that in z
_COSINES = {"u": "query/‖query‖", "v": "key/‖key‖", "c": "u @ vᵀ"}  # of all pairs in a batch
_THROUGH_COSINES = {  # from the derivative in c: turned by it, but not made longer
    "query": ("(w − u Σ u w)/‖query‖", "({}) @ v"),
    "key": ("(w − v Σ v w)/‖key‖", "({})ᵀ @ u"),
}
_UNSAYABLE = (
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
)  # matrices, or shapes that a card does not know


class Said(NamedTuple):
    """A formula, and what its symbols stand for."""

    formula: str = ""
    terms: tuple[str, ...] = ()


def explained(operation: Any) -> bool:
    """Is it a loss with a card?"""
    return isinstance(operation, Loss) and operation.card is not None


def gradient(node: Any, names: Sequence[str], arrays: Sequence, i: int, product: Any) -> Said:
    """What a loss hands on to its argument i: g · derivative · weight, as its card says it.

    `node` is the engine's, `arrays` are g, y and the arguments, and `product` is what the rule
    gave; where no formula gives that, none is said.
    """
    call = Call(node.operation, names, arrays[2:], node.options)
    for derivative in call.derivatives(node.operation.arrays[i]):
        try:
            with np.errstate(all="ignore"):
                said = call.said(derivative)
                found = call.value(said.formula, arrays[0])
        except _UNSAYABLE:
            continue
        if _near(found, product):
            return said
    return Said()


def written_out(node: Any) -> tuple[Tensor, list[tuple[Any, str]]] | None:
    """The loss computed as its card writes it, and the text of every part, as nodes of a graph.

    None where value or gradients are not those of the loss.
    """
    leaves = [
        Tensor(value, requires_grad=True) if i in node.needs_grad else value
        for i, value in enumerate(node.values)
    ]
    try:
        with np.errstate(all="ignore"):
            same = _agrees(_written(node, leaves)[0], node, leaves)
            return _written(node, node.args) if same else None
    except _UNSAYABLE:
        return None


def _written(node: Any, args: Sequence) -> tuple[Tensor, list[tuple[Any, str]]]:
    call = Call(node.operation, node.operation.arrays, args, node.options)
    written = Written(call.known, call.definitions)
    output = call.reduced(written(call.card.formula), written.parts)
    derived = [(v, s) for s, v in call.known.items() if not any(v is arg for arg in args)]
    return output, derived + written.parts


def _agrees(output: Tensor, node: Any, leaves: Sequence) -> bool:
    """Do value and gradients agree with those of the loss itself?"""
    loss, seed = node.operation, np.ones_like(output.data)
    right = loss.forward(*node.values, **node.options)
    wanted = [leaves[i] for i in node.needs_grad]
    found = output.gradient(*wanted, gradient=seed)
    pairs = [(output.data, right[0] if loss.saves else right)]
    for i, slope in zip(node.needs_grad, found if len(wanted) > 1 else [found], strict=True):
        product = loss.vjps[i](seed, right, *node.values, **node.options)
        pairs.append((slope, unbroadcast(product, node.values[i], loss)))
    return all(_near(*pair) for pair in pairs)


class Call:
    """A loss with arguments: its card's symbols, their values, and what the graph calls them."""

    def __init__(
        self, loss: Loss, names: Sequence[str], arrays: Sequence, options: Mapping
    ) -> None:
        names = [name or number(array) for name, array in zip(names, arrays, strict=True)]
        self.loss, self.card, self.options = loss, loss.card, options
        self.definitions = {"e": "y − t"} | loss.card.definitions
        self.known: dict[str, Any] = {}
        self.shown: dict[str, str] = {}
        self.symbols = {argument: self._symbol(argument) for argument in loss.arrays}
        for argument, name, array in zip(loss.arrays, names, arrays, strict=True):
            self._add(self.symbols[argument], array, name)
        self._targets(names, arrays)
        self._add_options(arrays[-1])

    def _symbol(self, argument: str) -> str:
        """What the card calls an argument."""
        for flag, (if_true, if_false) in _FLAGS.get(argument, {}).items():
            if flag in self.options:
                return if_true if self.options[flag] else if_false
        if argument == "y_pred":
            return next(iter(self.card.derivatives))
        return _SYMBOLS.get(argument, argument)

    def _add(self, symbol: str, value: Any, meaning: str) -> None:
        self.known[symbol], self.shown[symbol] = value, meaning

    def _targets(self, names: Sequence[str], arrays: Sequence) -> None:
        """The targets as the formulas take them, and the error."""
        if "t" in self.known and 0 < arrays[0].ndim < arrays[1].ndim:  # one for each row
            self.known["t"] = arrays[0][..., None]
        if "e" in self.known:
            self.known["y"] = self.known.pop("e")
            self.shown["e"] = f"{names[1]} − {names[0]}"
        if self.options.get("class_weight") is not None:
            weighted = self.options["class_weight"] * self.known["t"]
            self._add("t", weighted, f"class_weight · {names[0]}")
        if "query" in self.known:
            own = np.eye(len(arrays[0]), dtype=arrays[0].dtype)
            self._add("t", own, "1 where the key belongs to the query, else 0")
            self.definitions = _COSINES | self.definitions
        if "thresholds" in self.known:
            below, above = _cuts(self.known.pop("t"), self.known["thresholds"])
            self._add("a", below, "the threshold below the class")
            self._add("b", above, "the threshold above the class")

    def _add_options(self, y_pred: Any) -> None:
        """The numbers of a loss as its card names them: δ, and what follows from the arrays."""
        spoken = words(self.card.text)
        for name, given in self.options.items():
            if name not in ("reduction", "weights"):
                letter = _LETTERS.get(name, name)
                value = np.asarray(1.0 if given is None else given)[()]  # no weight is the weight 1
                self._add(letter if letter in spoken else name, value, listed(value))
        for symbol, meaning in self.definitions.items():  # k = power is the number itself
            if meaning in self.known and not np.ndim(self.known[meaning]):
                self._add(symbol, self.known[meaning], self.shown[meaning])
        if self.options.get("alpha", 0) is None and self.definitions.get("a") == "α":
            for symbol in "ab":  # without α both labels count the same
                self._add(symbol, 1.0, "1")
        self._add("C", y_pred.shape[-1] if y_pred.ndim else 1, "the number of columns")
        if "epsilon" not in self.options:
            self._add("ε", np.finfo(y_pred.dtype).eps, "one eps of the numbers")

    def derivatives(self, argument: str) -> Iterator[str]:
        """What the card says of it; and through p, which holds also where targets are uncertain."""
        known, symbol = self.card.derivatives, self.symbols[argument]
        if symbol in known:
            yield known[symbol][0]
        if symbol == "z" and "p" in known:
            self.definitions["k"] = known["p"][0]
            yield _THROUGH_P
        if argument in _THROUGH_COSINES:
            text, turned = _THROUGH_COSINES[argument]
            self.definitions["w"] = turned.format(known["c"][0])
            yield text

    def value(self, formula: str, g: Any) -> Any:
        """A gradient's formula in numbers; a row's g and weight count for each of its numbers."""
        weight = self.options["weights"]
        per_loss = {"g": g, "weight": weight}
        if self.loss.rows:
            per_loss = {k: v[..., None] if np.ndim(v) else v for k, v in per_loss.items()}
        known = self.known | per_loss | {"N": 1 / np.max(weight)}
        return Written(known, self.definitions)(formula)

    def reduced(self, values: Any, parts: list[tuple[Any, str]]) -> Any:
        """The values of the loss weighted and added up, as a reader would: by their mean or sum."""
        weights, reduction = self.options["weights"], self.options["reduction"]
        if np.ndim(weights):
            weights = weights[..., None] if self.loss.rows else weights
            values = weights * values
            parts += [(weights, "weight"), (values, "weight · loss")]
        elif reduction == "mean":
            return np.mean(values)
        if reduction != "none":
            return np.sum(values)
        return np.squeeze(values, axis=-1) if self.loss.rows else values

    # --- words ------------------------------------------------------------------------------

    def said(self, derivative: str) -> Said:
        """g times the derivative and the weight, and what the symbols stand for."""
        text = self._inlined(self._taken(derivative))
        formula = f"g · {text if _SIMPLE.fullmatch(text) else f'({text})'}"
        terms, weights = list(self._terms(text)), self.options["weights"]
        mean = self.options["reduction"] == "mean"
        if np.ndim(weights):
            formula = formula.replace("g ·", "g · weight ·", 1)
            terms.append(f"weight = what each one counts{', of all together' if mean else ''}")
        elif mean and weights != 1:
            formula += " / N"
            terms.append(f"N = {number(1 / weights)} {'rows' if self.loss.rows else 'elements'}")
        return Said(formula, tuple(terms))

    def _taken(self, text: str) -> str:
        """Of a choice the branch that holds, where it is the same for all elements."""
        while choice := _CHOICE.fullmatch(text):
            chosen, condition, other = choice.groups()
            condition = f"1 where {condition}, else 0"
            holds = np.asarray(Written(self.known, self.definitions)(condition))
            if holds.any() and not holds.all():
                return text
            text = chosen if holds.all() else other
        return text

    def _inlined(self, text: str) -> str:
        """Short definitions, softmax(z), in place of a symbol that occurs only once."""
        for symbol, meaning in self.card.definitions.items():
            once = len(re.findall(rf"\b{symbol}\b", text)) == 1
            if once and symbol not in self.known and _SHORT.fullmatch(meaning):
                text = re.sub(rf"\b{symbol}\b", meaning, text)
        return text

    def _terms(self, text: str) -> Iterator[str]:
        """What stands in a formula: first arguments and options, then what is defined with them."""
        needed = words(text)
        for symbol in reversed(self.definitions):  # each uses those before it
            if symbol in needed and symbol not in self.shown:
                needed |= words(self.definitions[symbol])
        for meanings in (self.shown, self.definitions):
            for symbol, meaning in meanings.items():
                told = meanings is self.definitions and symbol in self.shown
                if symbol in needed and symbol != meaning and not told:
                    yield f"{symbol} = {meaning}"


def _cuts(rows: Any, thresholds: Any) -> tuple[Any, Any]:
    """Of each sample the thresholds below and above its class."""
    end, k = np.full(1, np.inf, thresholds.dtype), np.argmax(raw(rows), axis=-1)
    cuts = np.concatenate([-end, thresholds, end])
    return cuts[k], cuts[k + 1]


def _near(found: Any, right: Any) -> bool:
    """Are they the same, as far as numbers of this kind can tell?"""
    found, right = np.asarray(found), np.asarray(right)
    if np.broadcast_shapes(found.shape, right.shape) != right.shape:
        return False
    scale = np.max(np.abs(right), initial=0) or 1.0
    near = float(np.sqrt(np.finfo(right.dtype).eps)) * scale
    return bool(np.allclose(found, right, rtol=0, atol=near, equal_nan=True))
