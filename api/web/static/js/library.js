/** The papers of the library: looked for, chosen for the next question, added and removed. */

import * as api from "./api.js";
import { say } from "./announce.js";
import { button, el, redraw, replace } from "./dom.js";
import { failure, skeleton } from "./failure.js";
import { icon } from "./icons.js";
import { firstOf, joined } from "./paging.js";
import { yearInput, yearOf } from "./scope.js";
import { byline, count } from "./wording.js";

const PAGE = 50;
const PAUSE_MS = 200;

/** The list in the panel. `uploads` is what stands above it; `openPaper(id)` goes on to one. */
export class LibraryView {
  #panel;
  #scope;
  #openPaper;
  #items = [];
  #asked = null;
  #search = el("input", { type: "search", placeholder: "Title, author or id", "aria-label": "Search the library" });
  #years = [yearInput("from"), yearInput("to")];
  #list = el("ul", { class: "papers" });
  #total = el("p", { class: "quiet total" });
  #more = button("Show more", null, () => this.#append(), { text: "Show more", hidden: true });

  constructor({ panel, scope, uploads, openPaper }) {
    this.#panel = panel;
    this.#scope = scope;
    this.#openPaper = openPaper;
    let pause;
    const soon = () => {
      clearTimeout(pause);
      pause = setTimeout(() => this.load(PAGE), PAUSE_MS);
    };
    for (const field of [this.#search, ...this.#years]) field.addEventListener("input", soon);
    scope.addEventListener("change", () => this.#tick());
    this.node = el(
      "div",
      { class: "library" },
      uploads,
      el("div", { class: "search", role: "search" }, this.#search, this.#years[0], "–", this.#years[1]),
      this.#total,
      this.#list,
      this.#more,
    );
  }

  open() {
    this.#panel.show("Library", this.node);
    this.load();
  }

  get isOpen() {
    return this.#panel.shows(this.node);
  }

  /** Asks for the papers anew, as many as were shown. */
  load(wanted = Math.max(this.#items.length, PAGE)) {
    if (!this.#items.length) replace(this.#list, skeleton(6));
    return this.#ask((page) => firstOf(wanted, page));
  }

  #append() {
    return this.#ask(async (page) => {
      const { items, total } = await page(PAGE, this.#items.length);
      return { items: joined(this.#items, items), total };
    });
  }

  /** Shows what `found(page)` gives, unless something else is asked for meanwhile. */
  async #ask(found) {
    this.#asked?.abort();
    const { signal } = (this.#asked = new AbortController());
    const filters = this.#filters();
    try {
      this.#show(await found((limit, offset) => api.papers({ ...filters, limit, offset }, signal)), filters);
    } catch (problem) {
      if (problem.name === "AbortError") return;
      if (this.#items.length) say(problem.message);
      else replace(this.#list, el("li", {}, failure(problem, () => this.load())));
    }
  }

  #filters() {
    let [year_from, year_to] = this.#years.map(yearOf);
    if (year_from && year_to && year_from > year_to) [year_from, year_to] = [year_to, year_from];
    return { q: this.#search.value.trim(), year_from, year_to };
  }

  #show({ items, total }, filters) {
    this.#items = items;
    const filtered = Object.values(filters).some(Boolean);
    this.#total.textContent = total ? count(total, "paper") : filtered ? "No paper fits." : "No papers yet: add some above.";
    this.#more.hidden = items.length >= total;
    redraw(this.#list, items.map((paper) => this.#row(paper)));
  }

  #row(paper) {
    const box = el("input", {
      type: "checkbox",
      "data-paper": paper.id,
      "data-key": `tick ${paper.id}`,
      checked: this.#scope.papers.has(paper.id),
      title: "Ask only the papers that are ticked",
      "aria-label": `Ask only ${paper.title}`,
      onchange: () => this.#scope.togglePaper(paper, box.checked),
    });
    return el(
      "li",
      {},
      box,
      el(
        "button",
        { type: "button", class: "paper", "data-key": `open ${paper.id}`, onclick: () => this.#openPaper(paper.id) },
        el("span", { class: "paper-title" }, paper.title),
        el("span", { class: "quiet" }, [byline(paper), paper.pages > 0 && count(paper.pages, "page")].filter(Boolean).join(" · ")),
      ),
    );
  }

  #tick() {
    for (const box of this.#list.querySelectorAll("input")) box.checked = this.#scope.papers.has(box.dataset.paper);
  }
}
