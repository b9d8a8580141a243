/** Tells screen readers what happens elsewhere on the page. */

import { byId } from "./dom.js";

/** Says `text` politely, once; never called for single tokens. */
export function announce(text) {
  byId("status").textContent = text;
}
