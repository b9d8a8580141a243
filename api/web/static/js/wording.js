/** How places, times and amounts read. Pure. */

/** Roles of sections, in the order of a paper, that a question can be limited to. */
export const ROLES = [
  "abstract", "introduction", "related work", "method", "data", "experiments",
  "results", "discussion", "conclusion", "appendix",
];

/** "§3.3", or a section's title where it has no number. */
export function sectionName(section) {
  return section.number ? `§${section.number}` : section.title;
}

/** The pages of a citation or a passage, ascending: those of its boxes, else the one that is named. */
export function pagesOf({ boxes = [], page = null, pages = [] }) {
  const found = new Set(boxes.map((box) => box.page));
  if (!found.size) for (const each of page === null ? pages : [page]) found.add(each);
  return [...found].sort((a, b) => a - b);
}

/** "p. 2", "pp. 2–3", or nothing. */
export function pageName(cited) {
  const pages = pagesOf(cited);
  if (!pages.length) return "";
  return pages.length === 1 ? `p. ${pages[0]}` : `pp. ${pages[0]}–${pages.at(-1)}`;
}

/** "§3.3 p. 2". */
export function placeName(cited) {
  return [sectionName(cited.section), pageName(cited)].filter(Boolean).join(" ");
}

/** "Vaswani et al. 2017". */
export function byline(paper) {
  const [first = "", ...others] = paper.authors;
  return [others.length > 1 ? `${first} et al.` : paper.authors.join(", "), paper.year].filter(Boolean).join(" ");
}

/** The title up to its colon, or so much of it as fits. */
export function shortTitle(title, most = 48) {
  const [head] = title.split(/: /);
  return head.length <= most ? head : `${head.slice(0, most).replace(/\s+\S*$/, "")} …`;
}

export function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** "openai/gpt-4o · 1,234 tokens · $0.0012", or nothing where no model was asked. */
export function usageName({ model = "", usage = {} }) {
  const { prompt_tokens: read = 0, completion_tokens: wrote = 0, cost_usd: cost = 0 } = usage;
  return [model, read + wrote > 0 && count(read + wrote, "token"), cost > 0 && `$${cost.toFixed(cost < 0.1 ? 4 : 2)}`].filter(Boolean).join(" · ");
}

export function milliseconds(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return ms >= 10 ? `${Math.round(ms)} ms` : `${ms.toFixed(1)} ms`;
}

export function fileSize(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** "2017–2020", "since 2017", "until 2020". */
export function yearsName(from, to) {
  if (from && to) return from === to ? `${from}` : `${from}–${to}`;
  return from ? `since ${from}` : `until ${to}`;
}
