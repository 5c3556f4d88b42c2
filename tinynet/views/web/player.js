/* The player: walks through places, by hand or by a timer, forward or back.

Offers Player, keepsKey.
Uses elements.js: element, button, arrows. */
"use strict";

const PLAY = { "1": "Play ▶", "-1": "◀ Rewind" }; // by how far a step goes

class Player {
  /** `at()` gives the place now and the last one, `go(place)` shows another.

  `unit` is what a place is called, and `label` the slider; `pace` has the milliseconds of a step by
  name, and `status` is not read out while it plays: nobody could listen to every sentence. */
  constructor({ unit, label, pace, at, go, status }) {
    Object.assign(this, { pace, at, go, status, by: 0 });
    const jump = (text, spoken, by) => button(text, spoken, () => this.move(at().place + by));
    this.first = jump("|←", `first ${unit}`, -Infinity);
    this.back = jump("←", `one ${unit} back`, -1);
    this.next = jump("→", `one ${unit} on`, 1);
    this.last = jump("→|", `last ${unit}`, Infinity);
    this.backwards = button("", null, () => this.play(-1), { title: "play backwards" });
    this.forwards = button("", null, () => this.play(1), { class: "main" });
    this.speed = element("select", { "aria-label": "pace" },
      Object.keys(pace).map((name) => element("option", { selected: name === "normal" }, name)));
    this.slider = element("input", { type: "range", min: 0, "aria-label": label,
      input: () => this.move(Number(this.slider.value)) });
    this.tell();
  }

  /** To a place, by hand: that ends the playing. */
  move(place) {
    this.stop();
    this.to(place);
  }

  to(place) {
    this.go(Math.min(Math.max(place, 0), this.at().last));
  }

  /** Play on, or back where `by` is −1, to the end; or stop. At its end it starts anew. */
  play(by) {
    const was = this.by;
    this.stop();
    if (was === by) return;
    this.by = by;
    if (this.ended()) this.to(by > 0 ? 0 : Infinity);
    this.wait();
    this.tell();
  }

  wait() {
    this.timer = setTimeout(() => {
      this.to(this.at().place + this.by);
      if (this.ended()) this.stop();
      else this.wait();
    }, this.pace[this.speed.value]);
  }

  stop() {
    clearTimeout(this.timer);
    this.by = 0;
    this.tell();
  }

  ended() {
    const { place, last } = this.at();
    return place === (this.by > 0 ? last : 0);
  }

  /** What the buttons do now. */
  tell() {
    this.forwards.textContent = this.by > 0 ? "Pause" : PLAY["1"];
    this.backwards.textContent = this.by < 0 ? "Pause" : PLAY["-1"];
    this.status.setAttribute("aria-live", this.by ? "off" : "polite");
  }

  /** Show where it is, and say it: `spoken`. A button without use keeps the focus that it has. */
  show(spoken) {
    const { place, last } = this.at();
    Object.assign(this.slider, { max: last, value: place });
    this.slider.setAttribute("aria-valuetext", spoken);
    const idle = (buttons, is) => buttons.forEach((b) => b.setAttribute("aria-disabled", is));
    idle([this.first, this.back], place === 0);
    idle([this.next, this.last], place === last);
  }

  /** Actions for `onKey`. */
  keys({ shiftKey }) {
    const { place, last } = this.at();
    return { ...arrows(place, last + 1, (other) => this.move(other)),
      " ": () => this.play(shiftKey ? -1 : 1) };
  }
}

/** Has the element that hears a key a use of its own for it? The arrows move a slider as a page. */
function keepsKey({ target, key }) {
  const own = target.closest?.("button, select, dialog, input:not([type=range])");
  return Boolean(own) && (key === " " || !own.matches("button"));
}
