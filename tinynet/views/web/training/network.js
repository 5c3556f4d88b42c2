/* The network at each epoch of the training replay.

Offers networkView.
Uses arrays.js: frameOf, most, peakOf; network.js: networkPicture,
decodedNetwork. */
"use strict";

/** The picture of a network over all frames: its element, and `show(place)` for one of them. */
function networkView(packed) {
  const { element, show } = networkPicture(), whole = decodedNetwork(packed);
  const peak = most(whole.weights.map(peakOf));
  return { element, show: (place) => {
    const [seen, weights, biases] = [whole.seen, whole.weights, whole.biases]
      .map((arrays) => arrays.map((array) => ofFrame(array, place)));
    show({ ...whole, peak, seen, weights, biases });
  } };
}

/** The part of an array that is of one frame, or of all where there is but one. */
function ofFrame(array, place) {
  const { shape, columns } = array, values = frameOf(array, Math.min(place, shape[0] - 1));
  return { values, shape: shape.slice(1), columns, rows: columns ? values.length / columns : 0 };
}
