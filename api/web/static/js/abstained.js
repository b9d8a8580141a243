/** What stands in place of an answer: what was looked for in vain, and the nearest things found. */

import { el } from "./dom.js";
import { letters, rendered } from "./markup.js";
import { placeName, shortTitle } from "./wording.js";

const NEAREST = 3;
const HEADING = /^Not found[^:.]*: (\p{L})/u; // stands above the text

/** `openHit(index)` shows a passage of the evidence; `askAll()` asks the same of all papers. */
export function abstained({ html, evidence, request, searched }, openHit, askAll) {
  const { said, quotes } = told(html);
  const limited = request.papers?.length || request.sections?.length || request.year_from || request.year_to;
  const nearest = nearestOf(evidence, quotes);
  return el(
    "div",
    { class: "abstained" },
    el("h3", {}, "Not found in these papers"),
    said,
    searched && searched !== request.question && el("p", {}, "Searched for: ", el("q", {}, searched)),
    el("p", {}, limited ? "The question was limited; without the limits there may be more." : "Other words, or a narrower question, may find it."),
    limited && el("button", { type: "button", class: "button", onclick: askAll }, "Ask all papers"),
    nearest.length > 0 && el("h4", {}, "The nearest passages"),
    el("ul", { class: "nearest" }, nearest.map((each) => el("li", {}, passage(evidence[each.index], each, openHit)))),
  );
}

function passage(hit, { index, quote }, openHit) {
  return el(
    "button",
    { type: "button", class: "source", onclick: () => openHit(index) },
    el("span", { class: "source-place" }, placeName(hit)),
    el("span", {}, shortTitle(hit.paper.title, 70), quote && el("q", {}, quote)),
  );
}

/** The text without the list of what is nearest, whose places are to be chosen below; and what that quotes. */
function told(html) {
  const said = rendered(html);
  const lists = [...said.querySelectorAll("p + ul")].filter(({ previousElementSibling: head }) => head.textContent.trim().endsWith(":"));
  const items = lists.flatMap((list) => [...list.querySelectorAll("li")]);
  const quotes = items.map((item) => item.textContent.match(/“(.+)”/s)?.[1]).filter(Boolean);
  for (const list of lists) {
    list.previousElementSibling.remove();
    list.remove();
  }
  const first = said.querySelector("p")?.firstChild;
  if (first?.data) first.data = first.data.replace(HEADING, (_, letter) => letter.toUpperCase());
  return { said, quotes };
}

/** The passages that are quoted, and then the first others; of bibliographies only for want of those. */
function nearestOf(evidence, quotes) {
  const found = quotes.map((quote) => ({ quote, index: evidence.findIndex(({ text }) => letters(text).includes(letters(quote))) }));
  const quoted = found.filter(({ index }) => index >= 0);
  const others = [...evidence.keys()].filter((index) => !quoted.some((each) => each.index === index));
  const texts = others.filter((index) => evidence[index].section.role !== "references");
  const rest = quoted.length || texts.length ? texts : others;
  return [...quoted, ...rest.map((index) => ({ index, quote: "" }))].slice(0, NEAREST);
}
