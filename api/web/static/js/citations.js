/** Citations as chips in the text and as a list of sources below it. */

import { el } from "./dom.js";
import { byline, pageName, placeName, sectionName, shortTitle } from "./wording.js";

/** The address of a place in this page: the paper, the page, and what is marked there. */
export function placeLink({ paper, page, boxes }) {
  const first = page ?? boxes[0]?.page;
  const there = boxes.filter((box) => box.page === first).map((box) => `highlight=${box.x0},${box.y0},${box.x1},${box.y1}`);
  const path = `#/papers/${encodeURIComponent(paper.id)}`;
  return first ? `${path}/pages/${first}${there.length ? `?${there.join("&")}` : ""}` : path;
}

/**
 * Makes chips of the markers in `prose`. A marker may stand for several quotes: its first place
 * in the text opens the first of them, the second the next. `open(index)` opens citations[index].
 */
export function makeChips(prose, citations, open) {
  const seen = new Map();
  for (const anchor of prose.querySelectorAll("a.citation")) {
    const marker = anchor.dataset.marker;
    const indices = citations.flatMap((citation, index) => (citation.marker === marker ? [index] : []));
    if (!indices.length) continue;
    const turn = seen.get(marker) ?? 0;
    seen.set(marker, turn + 1);
    const index = indices[Math.min(turn, indices.length - 1)];
    dress(anchor, citations[index], index, open);
  }
}

function dress(anchor, citation, index, open) {
  anchor.href = placeLink(citation);
  anchor.dataset.index = index;
  anchor.title = citation.quote;
  anchor.setAttribute("aria-label", `Citation ${placeName(citation)}, ${citation.paper.title}`);
  const name = el("span", { class: "chip-section" }, sectionName(citation.section));
  anchor.replaceChildren(name, pageName(citation) ? ` ${pageName(citation)}` : "");
  anchor.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open(index);
  });
}

/** The sources of an answer: a paper, then its quotes. */
export function sourceList(citations, open, openPaper) {
  const papers = new Map(citations.map(({ paper }) => [paper.id, paper]));
  return el(
    "div",
    { class: "sources" },
    [...papers.values()].map((paper) => [
      el(
        "h3",
        {},
        el("button", { type: "button", class: "paper-name", title: paper.title, onclick: () => openPaper(paper.id) }, shortTitle(paper.title, 80)),
        el("span", { class: "quiet" }, byline(paper)),
      ),
      el("ol", {}, citations.map((each, index) => each.paper.id === paper.id && source(each, index, open))),
    ]),
  );
}

function source(citation, index, open) {
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", class: "source", "data-index": index, onclick: () => open(index) },
      el("span", { class: "source-place" }, placeName(citation)),
      el("q", {}, citation.quote),
    ),
  );
}

/** Arrow keys go from one chip of an answer to the next, and open it where one is open. */
export function walkChips(prose, open, isOpen) {
  prose.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const chips = [...prose.querySelectorAll("a.citation[data-index]")];
    const next = chips[chips.indexOf(document.activeElement) + step];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !chips.includes(document.activeElement) || !next) return;
    event.preventDefault();
    next.focus();
    if (isOpen()) open(Number(next.dataset.index));
  });
}
