"""All there is to choose from, as the page is told: names, explanations, defaults and bounds."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ... import losses
from ...layers import ACTIVATIONS
from . import own
from .features import possible
from .own import OWN
from .settings import (
    BATCH,
    DECAY,
    HIDDEN,
    LAYERS,
    LIVE,
    NOISE,
    RATE,
    RATES,
    ROWS,
    SEED,
    UNITS,
    WEIGHT,
    Source,
    makers,
    numeric_options,
)


def choices() -> dict[str, Any]:
    """All there is to choose from, for the page: names, explanations, defaults and bounds."""
    sets = {name: _about(name, maker) for name, maker in makers().items()} | {OWN: _about_own()}
    used = {name for about in sets.values() for name in about["losses"]}
    return {
        "datasets": sets,
        "losses": {name: _loss(loss) for name, loss in losses.names().items() if name in used},
        "activations": list(ACTIVATIONS),
        "optimizers": RATES,
        "layers": LAYERS,
        "live": LIVE,
        "beginnings": {
            name: {"own": text, "about": own.about(text)} for name, text in own.BEGINNINGS.items()
        },
        "elsewhere": own.ELSEWHERE,
        "largest": own.LARGEST,
        "hide": HIDDEN,
        "bounds": {
            name: [allowed.low, allowed.high]
            for name, allowed in (
                *(("rows", ROWS), ("noise", NOISE), ("units", UNITS)),
                *(("lr", RATE), ("batch", BATCH), ("weight_decay", DECAY), ("l1", DECAY)),
                *(("seed", SEED), ("weight", WEIGHT)),
            )
        },
    }


def _about(name: str, maker: Callable) -> dict[str, Any]:
    sentence = (inspect.getdoc(maker) or "").partition("\n\n")[0].replace("\n", " ")
    data = Source.of({"data": name})
    return {"about": sentence, "features": possible(data.coordinates), "losses": data.losses}


def _about_own() -> dict[str, Any]:
    sentence = "Your own points: click them onto the picture, or take them from a CSV file."
    known = [own.about(text)["losses"] for text in own.BEGINNINGS.values()]
    return {"about": sentence, "losses": sum(known, []), "features": possible(("x0", "x1"))}


def _loss(loss: losses.Loss) -> dict[str, Any]:
    return {
        "formula": loss.card.formula,
        "use": loss.card.use,
        "options": [
            {"name": name, "value": value, "range": str(loss.ranges.get(name, ""))}
            for name, value in numeric_options(loss).items()
        ],
    }
