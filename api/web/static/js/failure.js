/** How a failure looks: what failed, what to do, and a way to try again. */

import { button, el } from "./dom.js";
import { icon } from "./icons.js";

const TITLES = {
  away: "The server can't be reached",
  "rate-limited": "Too many questions just now",
  busy: "The server is busy",
  "over-budget": "The budget of this key is spent",
  forbidden: "This key may not do that",
  unauthorized: "A key is needed",
};

let useAnotherKey = () => {};

/** `use` is called where somebody wants to go on with another key. */
export function whenAnotherKey(use) {
  useAnotherKey = use;
}

/**
 * A box with the words of a Problem; `retry` is called where the person tries again. `old` ones
 * are not told to screen readers once more.
 */
export function failure(problem, retry = null, { old = false } = {}) {
  const key = ["unauthorized", "forbidden"].includes(problem.code);
  return el(
    "div",
    { class: "failure", role: old ? null : "alert" },
    icon("warning"),
    el(
      "div",
      {},
      el("strong", {}, TITLES[problem.code] || problem.title || "That did not work"),
      el("p", {}, problem.message || problem.detail),
      problem.errors?.length > 0 && el("ul", {}, problem.errors.map((each) => el("li", {}, `${each.field}: ${each.message}`))),
    ),
    key && button("Use another key", icon("key"), () => useAnotherKey(retry), { text: "Use another key" }),
    retry && button("Try again", icon("retry"), retry, { text: "Try again" }),
  );
}

/** Grey lines in place of what is being loaded. */
export function skeleton(lines = 3) {
  return el("div", { class: "skeleton", "aria-hidden": "true" }, Array.from({ length: lines }, () => el("span")));
}
