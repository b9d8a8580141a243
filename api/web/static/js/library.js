/** The papers of the library: looked for, chosen for the next question, added and removed. */

import * as api from "./api.js";
import { announce } from "./announce.js";
import { button, el, replace } from "./dom.js";
import { failure, skeleton } from "./failure.js";
import { icon } from "./icons.js";
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
      pause = setTimeout(() => this.load(), PAUSE_MS);
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
  async load(limit = Math.max(this.#items.length, PAGE)) {
    this.#asked?.abort();
    this.#asked = new AbortController();
    if (!this.#items.length) replace(this.#list, skeleton(6));
    try {
      this.#show(await api.papers({ ...this.#filters(), limit, offset: 0 }, this.#asked.signal));
    } catch (problem) {
      if (problem.name !== "AbortError") replace(this.#list, el("li", {}, failure(problem, () => this.load())));
    }
  }

  #filters() {
    const [year_from, year_to] = this.#years.map(yearOf);
    return { q: this.#search.value.trim(), year_from, year_to };
  }

  async #append() {
    try {
      const found = await api.papers({ ...this.#filters(), limit: PAGE, offset: this.#items.length });
      this.#show({ ...found, items: [...this.#items, ...found.items] });
    } catch (problem) {
      announce(problem.message);
    }
  }

  #show({ items, total }) {
    this.#items = items;
    const filtered = Object.values(this.#filters()).some(Boolean);
    this.#total.textContent = total ? count(total, "paper") : filtered ? "No paper fits." : "No papers yet: add some above.";
    this.#more.hidden = items.length >= total;
    replace(this.#list, items.map((paper) => this.#row(paper)));
  }

  #row(paper) {
    const box = el("input", {
      type: "checkbox",
      "data-paper": paper.id,
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
        { type: "button", class: "paper", onclick: () => this.#openPaper(paper.id) },
        el("span", { class: "paper-title" }, paper.title),
        el("span", { class: "quiet" }, [byline(paper), count(paper.pages, "page")].filter(Boolean).join(" · ")),
      ),
    );
  }

  #tick() {
    for (const box of this.#list.querySelectorAll("input")) box.checked = this.#scope.papers.has(box.dataset.paper);
  }
}
