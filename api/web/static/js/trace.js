/** Why these passages: the trace of a search in a dialog. */

import { openDialog } from "./dialogs.js";
import { el } from "./dom.js";
import { tracePicture } from "./trace-picture.js";
import { stageTimes, stepList, traceTable, transformList } from "./trace-table.js";

/** Opens it. `openHit(chunkId)` shows a passage in the page view. */
export function openTrace({ trace, evidence, citations, searched, request }, openHit) {
  const cited = new Set(citations.map((each) => each.chunk_id));
  const hits = trace.hits.map((hit) => ({ ...hit, passage: evidence.find((each) => each.chunk_id === hit.chunk_id), cited: cited.has(hit.chunk_id) }));
  const show = (chunkId) => {
    dialog.close();
    openHit(chunkId);
  };
  const dialog = openDialog(
    "Why these passages",
    [
      searched && searched !== request.question && el("p", {}, "Searched for: ", el("q", {}, searched)),
      el("p", { class: "quiet" }, "From the forms of the question to the passages that the answer was made from. Point at a passage to follow it; choose it to read it. Filled marks are cited."),
      el("div", { class: "picture-frame", tabindex: 0, role: "group", "aria-label": "Picture of the search" }, tracePicture(trace.variants, hits, show)),
      el("details", { class: "trace-details" }, el("summary", {}, "The same as a table"), traceTable(hits)),
      trace.steps?.length > 0 && el("section", { class: "trace-steps" }, el("h3", {}, "What was asked on the way to the answer"), stepList(trace.steps)),
      el("div", { class: "trace-columns" },
        el("section", {}, el("h3", {}, "Forms of the question"), variantList(trace.variants)),
        el("section", {}, el("h3", {}, "What each step did"), transformList(trace.transforms)),
        el("section", {}, el("h3", {}, "Time"), stageTimes(trace.stages))),
    ],
    "dialog-wide",
  );
}

function variantList(variants) {
  return el("dl", { class: "variants" }, variants.map(({ name, text }) => [el("dt", {}, name), el("dd", {}, text)]));
}
