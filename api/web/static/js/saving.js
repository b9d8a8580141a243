/** Takes things out of the page: to the clipboard, to a file, to another tab. */

import { call } from "./api.js";
import { el } from "./dom.js";

/**
 * Copies text, or a promise of it: some browsers let a page copy only while the press of a button
 * is handled, so the promise is handed on and not waited for. Pages that did not come over TLS
 * have no clipboard but for the old way. Raises where none works.
 */
export async function copy(text) {
  if (!navigator.clipboard) return copyOldWay(await text);
  const blob = Promise.resolve(text).then((said) => new Blob([said], { type: "text/plain" }));
  try {
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  } catch {
    await navigator.clipboard.writeText(await text);
  }
}

function copyOldWay(text) {
  const field = el("textarea", { class: "visually-hidden", "aria-hidden": "true" });
  field.value = text;
  const before = document.activeElement;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus();
  if (!done) throw new Error("this browser does not let pages copy");
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
