// What changes by itself with time: the clock and the time that is left. Drawn in place, not by a new screen.

import { app, look } from "./app.js";
import { clockTime } from "./texts.js";

const elapsed = new Set();

/** Now, by the sandbox's clock. */
export const now = () => Date.now() + app.ahead;

/** Minutes and seconds until a time; never below zero. */
export function left(until) {
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - now()) / 1000));
  return { seconds, text: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` };
}

/** Brings every clock and countdown on the screen up to date. */
export function tick() {
  for (const clock of document.querySelectorAll("[data-clock]")) clock.textContent = clockTime(now());
  for (const element of document.querySelectorAll("[data-until]")) {
    const { seconds, text } = left(element.dataset.until);
    if (element.localName === "progress") element.value = seconds;
    else element.textContent = text;
    if (seconds === 0 && !elapsed.has(element.dataset.until)) {
      elapsed.add(element.dataset.until);
      setTimeout(look, 300);
    }
  }
}
