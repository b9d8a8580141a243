/** The HTML of an answer or a table, made and sanitised by the server, and what is marked in it. */

import { el } from "./dom.js";

const NOT_SUPPORTED = /\s*\[unsupported\]/g;
const FORMULA = /\$\$.+?\$\$|\$[^$\n]+\$|\\\(.+?\\\)|\\\[.+?\\\]/gs;
const TELLING = 8; // letters: fewer, left of a formula, may be those of any sentence

/** An element with such HTML: the only place where a string becomes markup. */
export function rendered(html) {
  const node = el("div", { class: "prose" });
  node.innerHTML = html;
  return node;
}

/**
 * Marks the sentences that no citation supports; of one with formulas, what stands around them.
 * Returns those that were not found in the text.
 */
export function markUnsupported(node, sentences) {
  for (const text of textsIn(node)) text.data = text.data.replace(NOT_SUPPORTED, "");
  return sentences.filter((sentence) => {
    const range = find(node, letters(sentence)) ?? find(node, aroundFormulas(sentence));
    if (range) wrap(range);
    return range === null;
  });
}

/**
 * Text as the model writes it, before anything is checked: quotes in markers are left out, and
 * what may become a marker, unless the text `isOver`.
 */
export function draft(text, isOver = false) {
  const marker = /\[\s*(\d+(?:\s*:\s*"[^"]*")?(?:\s*[;,]\s*\d+(?:\s*:\s*"[^"]*")?)*)\s*\]/g;
  const shown = text.replace(marker, (_, inside) => `\u0000${inside.replace(/:\s*"[^"]*"/g, "")}\u0000`);
  return (isOver ? shown : shown.replace(/\s*\[(\s*\d[^\]\u0000]*|\s*)$/, ""))
    .split("\u0000")
    .map((part, index) => (index % 2 ? el("sup", { class: "draft-marker" }, part) : part));
}

function textsIn(node) {
  const found = [];
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest("a.citation, math")) found.push(walker.currentNode);
  }
  return found;
}

/** The letters and digits of a text, which markup leaves as they are. */
export function letters(text) {
  return text.replace(/[^\p{L}\p{N}]/gu, "");
}

function aroundFormulas(sentence) {
  const left = letters(sentence.replace(FORMULA, " "));
  return left.length < TELLING ? "" : left;
}

/** The pieces of text nodes that hold `needle`, letters alone compared, since markup took the rest. */
function find(node, needle) {
  const at = [];
  let all = "";
  for (const text of textsIn(node)) {
    for (const { 0: letter, index } of text.data.matchAll(/[\p{L}\p{N}]/gu)) {
      all += letter;
      for (let unit = 0; unit < letter.length; unit++) at.push([text, index + unit]);
    }
  }
  const start = needle ? all.indexOf(needle) : -1;
  return start < 0 ? null : at.slice(start, start + needle.length);
}

function wrap(places) {
  for (const text of new Set(places.map(([each]) => each))) {
    const offsets = places.filter(([each]) => each === text).map(([, offset]) => offset);
    const piece = text.splitText(offsets[0]);
    const rest = piece.data.slice(offsets.at(-1) - offsets[0] + 1).match(/^[.!?)”"’]*/)[0].length;
    piece.splitText(offsets.at(-1) - offsets[0] + 1 + rest);
    const mark = el("mark", { class: "unsupported", title: "No citation supports this" });
    piece.replaceWith(mark);
    mark.append(piece);
    if (text === places.at(-1)[0]) mark.after(el("span", { class: "visually-hidden" }, " (no citation supports this)"));
  }
}
