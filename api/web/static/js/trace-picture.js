/** The trace as a picture: where each hit stood in each list, and after each step. */

import { svg } from "./dom.js";
import { hitName } from "./trace-table.js";

const X = { variant: 0, variantEnd: 148, list: 190, listEnd: 440, fused: 540, reranked: 640, final: 740, end: 1090 };
const TOP = 46;
const ROW = 32;
const LIST = 40;

/** An SVG of the variants, the lists, and the paths of `hits`; `open(chunkId)` is for a chosen one. */
export function tracePicture(variants, hits, open) {
  const lists = listsOf(variants, hits);
  const height = TOP + Math.max(hits.length * ROW, lists.length * LIST) + 8;
  const deepest = Math.max(...hits.flatMap((hit) => Object.values(hit.ranks)), 2);
  const listY = spread(lists.length, height);
  const hitY = spread(hits.length, height);
  const places = { lists, listY, hitY, deepest, fused: order(hits, "fused_rank"), reranked: order(hits, "reranked") };
  return svg(
    "svg",
    { class: "trace-picture", viewBox: `0 0 ${X.end} ${height}`, role: "group", "aria-label": `How ${hits.length} passages came to be chosen` },
    heads(),
    variantNodes(variants, lists, listY),
    lists.map((name, index) => axis(name, listY(index), deepest)),
    hits.map((hit, index) => hitPath(hit, index, places, open)),
  );
}

/** The lists in the order of the variants, then by index: "dense/original", "bm25/original", … */
function listsOf(variants, hits) {
  const names = [...new Set(hits.flatMap((hit) => Object.keys(hit.ranks)))];
  const at = (name) => variants.findIndex((variant) => variant.name === variantOf(name));
  return names.sort((a, b) => at(a) - at(b) || b.localeCompare(a));
}

const variantOf = (list) => list.slice(list.indexOf("/") + 1);
const indexOf = (list) => list.slice(0, list.indexOf("/"));

const spread = (number, height) => (index) => TOP + ((height - TOP - 8) * (index + 0.5)) / Math.max(number, 1);

/** Each hit's place among the hits by one of its ranks: between them other passages were left out. */
function order(hits, rank) {
  const sorted = [...hits].sort((a, b) => a[rank] - b[rank]);
  return new Map(sorted.map((hit, index) => [hit.chunk_id, index]));
}

function heads() {
  const middle = (X.list + X.listEnd) / 2;
  const all = [["Question", X.variant, "start"], ["Rank in each list", middle, "middle"], ["Fused", X.fused, "middle"], ["Reranked", X.reranked, "middle"], ["Final", X.final, "middle"], ["Passage", X.final + 30, "start"]];
  return all.map(([text, x, anchor]) => svg("text", { class: "head", x, y: 16, "text-anchor": anchor }, text));
}

function variantNodes(variants, lists, listY) {
  return variants.map(({ name, text }) => {
    const own = lists.flatMap((list, index) => (variantOf(list) === name ? [listY(index)] : []));
    if (!own.length) return null;
    const y = own.reduce((sum, each) => sum + each, 0) / own.length;
    return svg(
      "g",
      { class: "variant" },
      own.map((to) => svg("path", { class: "feed", d: curve(X.variantEnd, y, X.list - 12, to) })),
      svg("text", { x: X.variant, y: y - 2 }, name),
      svg("text", { class: "small", x: X.variant, y: y + 12 }, shortened(text, 26)),
      svg("title", {}, text),
    );
  });
}

/** A list as an axis on which rank 1 is at the right, nearest to what comes next. */
function axis(name, y, deepest) {
  return svg(
    "g",
    { class: "axis" },
    svg("line", { x1: X.list, y1: y, x2: X.listEnd, y2: y }),
    svg("text", { class: "small", x: X.list, y: y - 7 }, indexOf(name)),
    svg("text", { class: "small", x: X.list, y: y + 13, "text-anchor": "start" }, deepest),
    svg("text", { class: "small", x: X.listEnd, y: y + 13, "text-anchor": "end" }, "1"),
  );
}

/** By the logarithm of the rank: the difference of 1 and 2 says more than that of 51 and 52. */
function rankX(rank, deepest) {
  return X.listEnd - ((X.listEnd - X.list) * Math.log(rank)) / Math.log(deepest);
}

function hitPath(hit, index, { lists, listY, hitY, deepest, fused, reranked }, open) {
  const [fusedY, rerankedY, finalY] = [hitY(fused.get(hit.chunk_id)), hitY(reranked.get(hit.chunk_id)), hitY(index)];
  const starts = lists.flatMap((list, at) => (list in hit.ranks ? [[rankX(hit.ranks[list], deepest), listY(at)]] : []));
  const choose = () => open(hit.chunk_id);
  return svg(
    "g",
    { class: hit.cited ? "hit cited" : "hit", onclick: choose },
    svg("title", {}, `${hitName(hit)}; ${ranksInWords(hit)}`),
    starts.map(([x, y]) => svg("path", { class: "way", d: curve(x, y, X.fused - 13, fusedY) })),
    svg("path", { class: "way", d: curve(X.fused + 13, fusedY, X.reranked - 13, rerankedY) }),
    svg("path", { class: "way", d: curve(X.reranked + 13, rerankedY, X.final - 13, finalY) }),
    starts.map(([x, y]) => svg("circle", { cx: x, cy: y, r: 4 })),
    stop(X.fused, fusedY, hit.fused_rank),
    stop(X.reranked, rerankedY, hit.reranked),
    stop(X.final, finalY, hit.final_rank),
    passage(hit, finalY, choose),
  );
}

/** What can be chosen with the keyboard: the name of the passage at the end of its path. */
function passage(hit, y, choose) {
  const onkeydown = (event) => ["Enter", " "].includes(event.key) && (event.preventDefault(), choose());
  return svg(
    "g",
    { class: "passage", role: "button", tabindex: 0, "aria-description": ranksInWords(hit), onkeydown },
    svg("rect", { class: "target", x: X.final + 18, y: y - ROW / 2 + 2, width: X.end - X.final - 20, height: ROW - 4, rx: 4 }),
    svg("text", { class: "name", x: X.final + 30, y: y + 4 }, shortened(hitName(hit), 48)),
  );
}

function ranksInWords(hit) {
  const lists = Object.entries(hit.ranks).map(([list, rank]) => `${list} ${rank}`);
  const folded = hit.duplicates.length ? `; ${hit.duplicates.length} with the same words folded into it` : "";
  return `ranks: ${lists.join(", ")}, fused ${hit.fused_rank}, reranked ${hit.reranked}${folded}${hit.cited ? "; cited" : ""}`;
}

function stop(x, y, rank) {
  return svg("g", { class: "stop" }, svg("circle", { cx: x, cy: y, r: 11 }), svg("text", { class: "small", x, y: y + 4, "text-anchor": "middle" }, rank));
}

function curve(x0, y0, x1, y1) {
  const middle = (x0 + x1) / 2;
  return `M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}`;
}

function shortened(text, most) {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
