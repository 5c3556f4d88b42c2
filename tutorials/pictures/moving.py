"""Draw the moving picture of the README again: python tutorials/pictures/moving.py

The neuron of `tinynet step --demo neuron`, stepped through on its page in Chromium.
"""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tinynet.views.graph import demos

WIDTH, HEIGHT = 1400, 560
SHOWN = 1.3  # seconds for each step; the last one three times as long
TARGET = Path(__file__).parent / "step.gif"


def screenshots():
    """The page of the neuron after each step."""
    graph = demos.neuron()
    steps = len(list(graph.steps()))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "step.html"
        graph.save_html(page_file)
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(page_file.as_uri())
        page.keyboard.press("0")  # all of the graph
        for _ in range(steps):
            page.wait_for_timeout(300)  # until what moves has arrived
            yield Image.open(io.BytesIO(page.screenshot()))
            page.keyboard.press("ArrowRight")
        browser.close()


def main():
    """Write the pictures as one that moves."""
    frames = [
        image.convert("RGB").resize((WIDTH * 2 // 3, HEIGHT * 2 // 3), Image.Resampling.LANCZOS)
        for image in screenshots()
    ]
    frames = [
        frame.quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        for frame in frames
    ]
    durations = [int(1000 * SHOWN)] * (len(frames) - 1) + [int(3000 * SHOWN)]
    frames[0].save(
        TARGET, save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=True
    )
    print(f"{TARGET}: {len(frames)} steps, {TARGET.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
