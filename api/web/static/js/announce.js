/** Tells people what happens elsewhere on the page. */

import { byId } from "./dom.js";

const SHOWN_MS = 6000;
let timer = 0;

/** Says `text` to screen readers, politely, once; never called for single tokens. */
export function announce(text) {
  byId("status").textContent = text;
}

/** Says `text` to everybody, for a while. */
export function say(text) {
  announce(text);
  const toast = byId("toast");
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => (toast.hidden = true), SHOWN_MS);
}
