/* What the doctor saw in a recorded run: the instruments over the epochs. It looked after some
epochs only: at the others the nearest look is read.

Offers instrumentCharts.
Uses arrays.js: decode. */
"use strict";

const INSTRUMENTS = [ // title, lines as [name in a Look, name on the chart], scale, level lines
  { title: "Sharpness, log scale", logarithmic: true,
    lines: [["sharpness", "sharpness"], ["stability_limit", "limit"]] },
  { title: "Overshoot of a step", lines: [["overshoot", "step"]],
    levels: { bottom: 0, "as high": 1 } },
  { title: "Gradient noise scale, log scale", logarithmic: true,
    lines: [["noise_scale", "noise"]] },
];

/** The charts of looks as views/training_page.py describes them, each an element with
`show(epoch)`. `chart` makes one over the epochs from {title, logarithmic, series}. */
function instrumentCharts(looks, chart) {
  return INSTRUMENTS.flatMap(({ title, logarithmic, lines, levels = {} }) => {
    const known = lines.map(([name, shown]) => ({ name: shown, x: looks.epochs,
      y: decode(looks.numbers[name]).values })).filter(({ y }) => y.some(Number.isFinite));
    const level = ([name, y]) => ({ name, x: looks.epochs, y: looks.epochs.map(() => y) });
    const series = [...known, ...Object.entries(levels).map(level)];
    return known.length ? [chart({ title, logarithmic, series })] : [];
  });
}
