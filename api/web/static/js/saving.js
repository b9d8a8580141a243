/** Takes things out of the page: to the clipboard, to a file, to another tab. */

import { call } from "./api.js";
import { el } from "./dom.js";

/** Copies text. Pages that did not come over TLS have no clipboard but for the old way. */
export async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = el("textarea", { class: "visually-hidden", "aria-hidden": "true" });
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

/** Saves `content`, text or a Blob, as a file. */
export function save(content, name, type) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Saves what is at `path`, which a link could not fetch for want of the key. */
export async function saveFrom(path, name) {
  const blob = await (await call(path)).blob();
  save(blob, name, blob.type);
}
