/** The trace in words and numbers. */

import { el } from "./dom.js";
import { milliseconds, placeName, shortTitle } from "./wording.js";

/** What the picture shows, for those who can't see it or want the numbers. */
export function traceTable(hits) {
  const lists = [...new Set(hits.flatMap((hit) => Object.keys(hit.ranks)))].sort();
  const heads = ["Final", "Passage", ...lists, "Fused", "Reranked", "Cited"];
  return el(
    "div",
    { class: "table-frame", tabindex: 0, role: "group", "aria-label": "Table of ranks" },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, hits.map((hit) =>
        el("tr", {},
          el("td", {}, hit.final_rank),
          el("th", { scope: "row" }, hitName(hit)),
          lists.map((list) => el("td", {}, hit.ranks[list] ?? "–")),
          el("td", {}, hit.fused_rank),
          el("td", {}, hit.reranked),
          el("td", {}, hit.cited ? "yes" : "")))),
    ),
  );
}

/** What a hit is called: its place and its paper. */
export function hitName({ passage, chunk_id: id }) {
  return passage ? `${placeName(passage)} · ${shortTitle(passage.paper.title, 36)}` : `${id} · left out, or in another`;
}

/** The query transforms, what became of them, and why. */
export function transformList(transforms) {
  return el("ul", { class: "transforms" }, transforms.map(({ name, status, ms, note, usage }) => {
    const tokens = usage.prompt_tokens + usage.completion_tokens;
    return el(
      "li",
      { "data-status": status },
      el("strong", {}, name),
      el("span", { class: "badge" }, status === "idle" ? "nothing to say" : status),
      el("span", { class: "quiet" }, [milliseconds(ms), tokens && `${tokens} tokens`].filter(Boolean).join(" · ")),
      note && el("p", {}, note),
    );
  }));
}

/** The steps of an active method, which searched again while it answered. */
export function stepList(steps) {
  return el("ol", { class: "steps" }, steps.map((step) => {
    const [asked, said] = step.kind === "conflict" ? ["The papers", "The model"] : ["Asked", "Said"];
    const tokens = step.usage.prompt_tokens + step.usage.completion_tokens;
    const facts = [`round ${step.round}`, milliseconds(step.ms), tokens && `${tokens} tokens`].filter(Boolean).join(" · ");
    return el(
      "li",
      {},
      el("strong", {}, step.kind), " ", el("span", { class: "quiet" }, facts),
      step.asked && el("p", {}, el("span", { class: "quiet" }, `${asked}: `), step.asked),
      step.said && el("p", {}, el("span", { class: "quiet" }, `${said}: `), step.said),
      step.note && el("p", { class: "quiet" }, step.note),
      step.found.length > 0 && [el("p", { class: "quiet" }, "Found:"), el("ul", {}, step.found.map(({ place }) => el("li", {}, place)))],
    );
  }));
}

/** How long each stage took; some ran side by side. */
export function stageTimes(stages) {
  const most = Math.max(...stages.map(({ ms }) => ms), 1);
  return el("dl", { class: "times" }, stages.map(({ name, ms }) => {
    const bar = el("span", { class: "bar" });
    bar.style.width = `${(100 * ms) / most}%`;
    return [el("dt", {}, name), el("dd", {}, el("span", { class: "bar-frame" }, bar), el("span", {}, milliseconds(ms)))];
  }));
}
