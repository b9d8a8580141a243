/** Keys that work anywhere on the page. */

import { openDialog } from "./dialogs.js";
import { el } from "./dom.js";

const KEYS = [
  ["/", "Write a question"],
  ["Enter or Ctrl Enter", "Ask it"],
  ["Shift Enter", "A new line"],
  ["Esc", "Close what is open; stop an answer"],
  ["← →", "From citation to citation, in an answer or beside it"],
  ["+ −", "Larger and smaller, on a page"],
  ["?", "These keys"],
];

/** `focusQuestion()`, and `escape()` for what Esc means outside of a dialog. */
export function listen({ focusQuestion, escape }) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (event.isComposing) return;
    if (event.key === "Escape") return isSearching(event.target) ? null : escape();
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const act = { "/": focusQuestion, "?": showKeys }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** Escape empties a field that is searched with, before it means anything else. */
function isSearching(target) {
  return target.matches("input[type=search]") && target.value !== "";
}

/** The list of keys. */
export function showKeys() {
  openDialog("Keys", el("dl", { class: "keys" }, KEYS.map(([key, text]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, text)])), "dialog-small");
}
