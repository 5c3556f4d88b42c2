"""A picture in a terminal: each character is two pixels, its upper and its lower half."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageFilter
from rich.segment import Segment, Segments
from rich.style import Style

ASPECT = 0.5  # the width of a character over its height


def picture(path: Path, width: int, height: int) -> Segments:
    """The picture of a file, in at most so many characters; its empty margin is cut off."""
    image = Image.open(path).convert("RGB")
    empty = Image.new("RGB", image.size, image.getpixel((0, 0)))
    image = image.crop(ImageChops.difference(image, empty).getbbox())
    scale = min(width / image.width, height / (image.height * ASPECT))
    columns, rows = max(int(image.width * scale), 1), max(int(image.height * scale * ASPECT), 1)
    image = image.filter(ImageFilter.MinFilter(2 * int(0.25 / scale) + 1))  # or thin lines fade
    pixels = np.asarray(image.resize((columns, 2 * rows), Image.Resampling.LANCZOS))
    segments = []
    for upper, lower in zip(pixels[::2], pixels[1::2], strict=True):
        for above, below in zip(upper, lower, strict=True):
            segments.append(Segment("▀", Style.parse(f"{_colour(above)} on {_colour(below)}")))
        segments.append(Segment.line())
    return Segments(segments)


def _colour(pixel: np.ndarray) -> str:
    return "#" + bytes(pixel).hex()
