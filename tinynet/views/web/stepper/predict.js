/* Predict, then reveal: before a step of the backward pass shows its product and its sum, the
reader types them. What is asked and what is said of an answer are functions of the numbers alone;
Predictor keeps the count and holds the form.

Offers Predictor, questions.
Uses elements.js: element, button; arrays.js: indexText, numberIn. */
"use strict";

const DIGITS = 3;

/** What a backward step asks: the product, and where there was a gradient already, the sum.

`arrays` holds incoming, local, product, contribution, before and after, or null for each. */
function questions(arrays, name) {
  const place = telling(arrays.contribution), at = elementText(arrays.contribution, place);
  const value = (array) => (array && array.values.length > place ? array.values[place] : null);
  const product = {
    label: `What does ${name}${at} get by this arrow?`, right: arrays.contribution.values[place],
    mistakes: [
      ["transposed", transposed(arrays.contribution, place)],
      ["unsummed", arrays.product === arrays.contribution ? null : value(arrays.product)],
      ["forgot", value(arrays.local)], ["only", value(arrays.incoming)],
    ],
  };
  if (!arrays.before) return [product];
  const sum = {
    label: `And what has ${name}${at} received in all?`, right: arrays.after.values[place],
    mistakes: [["unadded", product.right], ["earlier", arrays.before.values[place]]],
  };
  return [product, sum];
}

const WORDS = {
  sign: "The size is right, the sign is not.",
  forgot: "That is the slope alone: multiply it by g, the gradient that arrives.",
  only: "That is g alone: multiply it by the slope.",
  transposed: "That number stands at the transposed place: look which index is the row.",
  unsummed: "That is one of several products: sum over what was repeated.",
  unadded: "That is the new part alone: add what had arrived before.",
  earlier: "That is what had arrived before: add the new part.",
};

/** Whether a text is the number asked for, to three digits, and what is said of it. */
function judged({ right, mistakes }, text) {
  const number = numberIn(text);
  if (Number.isNaN(number)) {
    return { right: null, words: "Type a number, such as 0.25 or −1.5." };
  }
  if (close(number, right)) return { right: true, words: "" };
  const known = [["sign", -right], ...mistakes].filter(([, value]) => value !== null);
  const found = known.find(([, value]) => !close(value, right) && close(number, value));
  return { right: false, words: found ? WORDS[found[0]] : "No. Look at g and at the slope again." };
}

/** Do two numbers differ by at most one in the third digit? */
function close(number, right) {
  if (!Number.isFinite(right) || right === 0) return Object.is(number + 0, right + 0);
  const first = Math.floor(Math.log10(Math.abs(right))); // the power of ten of the first digit
  return Math.abs(number - right) <= 1.01 * 10 ** (first + 1 - DIGITS);
}

/** The place of the largest number, which tells most. */
function telling({ values }) {
  return values.reduce((best, v, i) => (Math.abs(v) > Math.abs(values[best]) ? i : best), 0);
}

/** "[1, 0]" behind a name, nothing for a single number. */
function elementText(array, place) {
  return array.values.length > 1 ? indexText(array, place) : "";
}

/** The number at the transposed place of a matrix, if there is one. */
function transposed({ shape, values, columns, rows }, place) {
  const row = Math.floor(place / columns), column = place % columns;
  const inside = shape.length === 2 && column < rows && row < columns && row !== column;
  return inside ? values[column * columns + row] : null;
}

// --- the form -------------------------------------------------------------------------------

class Predictor {
  /** `turned` is called when the switch is, `revealed` when an answer is known. */
  constructor(turned, revealed) {
    Object.assign(this, { on: false, known: new Map(), asked: 0, first: 0, turned, revealed });
    this.count = element("output", { class: "faint", "aria-live": "polite" });
    this.toggle = button("Predict", null, () => this.turn(), { "aria-pressed": "false",
      title: "hide the products and sums of the backward pass, and type them" });
    this.element = element("span", { class: "predict" }, this.count, this.toggle);
  }

  turn() {
    this.on = !this.on;
    this.toggle.setAttribute("aria-pressed", String(this.on));
    this.tell();
    this.turned();
  }

  /** How many of the questions of a step are answered: all, where nothing is asked. */
  answered(key) {
    return this.on ? this.known.get(key) ?? 0 : Infinity;
  }

  /** One more question of a step is answered. */
  reveal(key, atFirst) {
    this.known.set(key, this.answered(key) + 1);
    this.asked += 1;
    this.first += atFirst;
    this.tell();
    this.revealed();
  }

  tell() {
    this.count.value = this.on && this.asked
      ? `${this.first} of ${this.asked} at the first try` : "";
  }

  /** The form that asks a question of a step. */
  form(key, question) {
    let tries = 0;
    const input = element("input", { type: "text", inputmode: "decimal", autocomplete: "off" });
    const said = element("p", { role: "status" });
    const submit = (event) => {
      event.preventDefault();
      const { right, words } = judged(question, input.value);
      tries += right !== null;
      if (right) this.reveal(key, tries === 1);
      else said.textContent = words;
      input.select();
    };
    return element("form", { class: "question", submit },
      element("label", {}, `${question.label} `, input),
      element("span", {}, element("button", { class: "main" }, "Check"),
        button("Show it", null, () => this.reveal(key, false))), said);
  }
}
