/* The network at each epoch of the training replay.

Offers networkView.
Uses elements.js: element; arrays.js: frameOf, most, peakOf; network.js: networkPicture,
decodedNetwork. */
"use strict";

const NETWORK_SEEN = [ // what a thumbnail is: of pixels, of groups, over a plane or along a line
  "Each picture in the first layer is the weights of a unit, one for each pixel: it answers most to"
    + " an image that is bright where they are orange. Behind it, a bar for each class is the mean"
    + " of what the unit answers to it.",
  "Each picture is what a unit answers, on average, to each class or from low targets to high ones:"
    + " a bar up is above 0.",
  "Each picture is what a unit answers over the data: blue below 0, orange above.",
];

/** The picture of a network over all frames: its element, and `show(place)` for one of them. */
function networkView(packed) {
  const picture = networkPicture(), whole = decodedNetwork(packed);
  const seen = NETWORK_SEEN[packed.image ? 0 : packed.groups ? 1 : 2];
  const note = element("p", { class: "faint" }, `${seen} A line is a weight: wide where it is large`
    + " (on one scale for all epochs), dashed and blue below 0. Choose a unit to read it.");
  const peak = most(whole.weights.map(peakOf));
  const show = (place) => {
    const at = (arrays) => arrays.map((array) => ofFrame(array, place));
    picture.show({ ...whole, peak, seen: at(whole.seen), weights: at(whole.weights),
      biases: at(whole.biases) });
  };
  return { element: element("div", {}, picture.element, note), show };
}

/** The part of an array that is of one frame, or of all where there is but one. */
function ofFrame(array, place) {
  const { shape, columns } = array, values = frameOf(array, Math.min(place, shape[0] - 1));
  return { values, shape: shape.slice(1), columns, rows: columns ? values.length / columns : 0 };
}
