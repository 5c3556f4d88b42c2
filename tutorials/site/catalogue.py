"""A page for each loss, made from its card: formula, derivatives, when to use it, its picture."""

from __future__ import annotations

import html
import importlib
import inspect
import re
from pathlib import Path

from formulas import mathml
from kept import Workshop

import tinynet as tn
from tinynet.losses import Card, Loss
from tinynet.losses.notation import read, words
from tinynet.views.explorer import text as explained

NAMES = tn.losses.names()
FAMILIES = (
    *("regression", "robust", "likelihoods", "relative", "classification", "reweighted"),
    *("margins", "overlap", "distributions", "similarity"),
)
SHAPES = {  # of a shape that a card names, or does not name: what to expect of it
    "convex": "One valley: the loss is convex in the prediction.",
    "bounded": "No error pulls without limit: the gradient stays bounded.",
    "redescending": "What is very wrong hardly pulls: far out the gradient goes back to 0.",
}
LACKS = {
    "convex": "It is not convex in the prediction: the start decides where a training ends.",
    "bounded": "Its gradient has no bound: one very wrong prediction can outweigh all others.",
}
OTHER_NOISE = "Noise of another kind has a loss of its own, which learns more from the same data."
FALLS = "What begins very wrong has hardly a gradient, and may stay wrong: begin near the answer."


def begin(workshop: Workshop, source: Path) -> None:
    """Write the list of losses, and begin with their pages and pictures."""
    folder = source / "losses"
    folder.mkdir(exist_ok=True)
    (folder / "index.md").write_text(_index(), encoding="utf-8")
    for name in NAMES:
        workshop.begin(write, name, "", folder)


def write(name: str, folder: Path) -> None:
    """The page of one loss, and its picture."""
    loss = NAMES[name]
    curve, swept = tn.explorer.curve(loss), tn.explorer.swept(loss)
    tn.plots.save(tn.plots.curves(curve, swept), folder / f"{name}.svg")
    told, numbers = explained.facts(curve), explained.curve(curve, swept)
    (folder / f"{name}.md").write_text(_page(loss, told, numbers), encoding="utf-8")


def _page(loss: Loss, facts: list[str], numbers: str) -> str:
    name, card = loss.__name__, loss.card
    summary, *rest = _docstring(loss)
    prose = [part for part in rest if not part.startswith("```")]
    examples = [part for part in rest if part.startswith("```")]
    parts = [
        f"# `{name}`",
        summary,
        *prose,
        "## Formula",
        f"The loss of one {'row' if loss.rows else 'element'}"
        f"{'; $e$ is `y_pred` − `y_true`' if 'e' in words(card.formula) else ''}:",
        _block(card.formula),
        *_where(card, card.formula),
        "## Derivatives",
        *_derivatives(card),
        "## When to use it",
        f"- **Use it when**: {_prose(card.use)}.",
        f"- **It estimates**: {_prose(card.estimates)}.",
        f"- **It assumes of the noise**: {_prose(_noise(card))}.",
        "\n".join(f"- {text}" for shape, text in SHAPES.items() if shape in card.shape),
        "## When not",
        _when_not(card),
        "## What goes in",
        f"- `y_true`: {_prose(card.y_true)}\n- `y_pred`: {_prose(card.y_pred)}",
        *_neighbours(card),
        "## Picture",
        f"```{{container}} picture\n![Value, gradient and curvature of {name} along the"
        f" {card.axis.label}; the numbers stand below]({name}.svg)\n```",
        "\n".join(f"- {_prose(fact)}" for fact in facts),
        f"<details><summary>The picture in numbers</summary><pre>{html.escape(numbers)}</pre>"
        "</details>",
        f"In the terminal: `tinynet losses {name}`; in Python: `tn.plots.loss(tn.losses.{name})`.",
        "## Call",
        f"```{{py:function}} tinynet.losses.{name}{_signature(loss)}\n```",
        "What all losses share (`reduction`, `sample_weight`, `where`, `axis`): {py:class}"
        "`tinynet.losses.Loss`.",
        *examples,
        "## Source",
        _prose(card.rows["source"]) + ".",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _signature(loss: Loss) -> inspect.Signature:
    """Names and defaults only: the types of all are arrays, or those of their defaults."""
    parameters = inspect.signature(loss).parameters.values()
    return inspect.Signature([each.replace(annotation=each.empty) for each in parameters])


def _docstring(loss: Loss) -> list[str]:
    """Its paragraphs without the card, as Markdown; examples in fences."""
    text = inspect.cleandoc(loss.values.__doc__ or "")
    parts = re.split(r"\n\n+", text)
    return [f"```pycon\n{p}\n```" if p.startswith(">>>") else _prose(p) for p in parts]


def _prose(text: str) -> str:
    """Names of losses become links, and `e` of a formula stays as it is."""
    text = re.sub(r"(?<![`\w])`(\w+)`(?!\w)", _linked, text)
    return text.replace("*", r"\*").replace("$", r"\$")


def _linked(found: re.Match) -> str:
    name = found[1]
    return f"[`{name}`]({name}.md)" if name in NAMES else found[0]


def _noise(card: Card) -> str:
    return "nothing; it is no negative log-likelihood" if card.noise == "none" else card.noise


def _when_not(card: Card) -> str:
    lines = [text for shape, text in LACKS.items() if shape not in card.shape]
    lines += [FALLS] * ("redescending" in card.shape)
    if card.noise != "none":
        lines.append(OTHER_NOISE)
    lines.append(f"It estimates {card.estimates}. If that is not what you ask for, take another.")
    return "\n".join(f"- {_prose(line)}" for line in lines)


def _neighbours(card: Card) -> list[str]:
    lines = []
    for limit in card.limits:
        condition, _, what = limit.partition(": ")
        names = re.sub(r"[a-z_0-9]{3,}(?=\(|$)", lambda n: _linked(("", n[0])), what)
        start = "Always" if condition == "always" else f"${condition}$"
        lines.append(f"- {start}: {names}")
    return ["## Neighbours", "\n".join(lines)] if lines else []


# --- formulas -------------------------------------------------------------------------------


def _derivatives(card: Card) -> list[str]:
    lines = []
    for symbol, (first, second) in card.derivatives.items():
        lines.append(f"In ${symbol}$:\n\n{_block(first)}")
        lines.append(f"and the second:\n\n{_block(second)}" if second else "")
    used = " ".join(f"{a} {b}" for a, b in card.derivatives.values())
    return [*lines, *_where(card, used)]


def _where(card: Card, formula: str) -> list[str]:
    """The definitions of the symbols that a formula uses."""
    lines, needed = [], formula
    for symbol, text in reversed(card.definitions.items()):  # each uses those before it
        if symbol in words(needed):
            lines.append(f"- ${read(symbol).tex} = {_tex(text)}$")
            needed += f" {text}"
    return ["with", "\n".join(reversed(lines))] if lines else []


def _block(formula: str) -> str:
    return f"$$\n{_tex(formula)}\n$$"


def _tex(formula: str) -> str:
    """A formula of a card as TeX, a choice in lines below each other."""
    pieces = re.split(r", else |, (?=[^,]* where )", formula)
    if len(pieces) == 1 or any(piece.count("(") != piece.count(")") for piece in pieces):
        made = read(formula).tex
    else:
        rows = [piece.partition(" where ")[::2] for piece in pieces]
        made = r" \\ ".join(rf"{read(value).tex} & {_condition(when)}" for value, when in rows)
        made = rf"\begin{{cases}} {made} \end{{cases}}"
    mathml(made)  # a formula that cannot be shown is found here
    return made


def _condition(text: str) -> str:
    if not text:
        return r"\text{else}"
    shown = re.search(r"\((.*)\)", read(f"0 where {text}, else 0").tex)
    return rf"\text{{where }} {shown[1]}"


# --- the list -------------------------------------------------------------------------------


def _index() -> str:
    parts = [HEAD]
    for name in FAMILIES:
        family = importlib.import_module(f"tinynet.losses.{name}")
        about = inspect.getdoc(family).split("\n\n")
        parts.append(f"## {name.capitalize()}\n\n{_prose(' '.join(about[0].split()))}")
        rows = [f"| [`{n}`]({n}.md) | {_cell(NAMES[n].card)} |" for n in family.__all__]
        parts.append("\n".join(["| loss | use it when |", "| --- | --- |", *rows]))
    return "\n\n".join([*parts, "```{toctree}\n:hidden:\n\n" + "\n".join(NAMES) + "\n```"]) + "\n"


def _cell(card: Card) -> str:
    return _prose(card.use).replace("|", r"\|")


HEAD = """\
# The losses

Each loss says what "wrong" means. It is called as `loss(y_true, y_pred)`; its page has the formula,
the derivatives, what it assumes and what it estimates, when to use it and when not, and a picture.
The tests hold every formula here against the code. Which one fits your data:
`print(tn.losses.suggest(data))`. One of your own: `@tn.losses.loss`, and `tn.losses.check` tries it
([the reference](../api/losses.rst))."""
