/** One paper: what it is, its sections, and what can be done with it. */

import * as api from "./api.js";
import { say } from "./announce.js";
import { confirm } from "./dialogs.js";
import { button, el, replace } from "./dom.js";
import { failure, skeleton } from "./failure.js";
import { icon } from "./icons.js";
import { isPdf, openPdf } from "./pdf.js";
import { save } from "./saving.js";
import { count, shortTitle } from "./wording.js";

/** Shows a paper in the panel. `remove(paper)` removes it, `back` leads to the library. */
export class PaperDetail {
  #panel;
  #pages;
  #scope;
  #remove;
  #back;
  #node = el("div", { class: "paper-detail" });
  #wanted = null;
  #name = () => {};

  constructor({ panel, pages, scope, remove, back }) {
    this.#panel = panel;
    this.#pages = pages;
    this.#scope = scope;
    this.#remove = remove;
    this.#back = back;
    scope.addEventListener("change", () => this.#name());
  }

  async open(id) {
    this.#wanted = id;
    replace(this.#node, skeleton(8));
    this.#panel.show("Paper", this.#node, { back: this.#back });
    try {
      const paper = await api.paper(id);
      if (this.#wanted !== id || !this.#panel.shows(this.#node)) return;
      this.#draw(paper);
    } catch (problem) {
      if (this.#wanted === id) replace(this.#node, failure(problem, () => this.open(id)));
    }
  }

  #draw(paper) {
    replace(
      this.#node,
      el("h3", { class: "detail-title" }, paper.title),
      el("p", { class: "quiet" }, [paper.authors.join(", "), paper.year].filter(Boolean).join(" · ")),
      el("p", { class: "quiet" }, [paper.pages > 0 && count(paper.pages, "page"), count(paper.chunks, "passage"), paper.source].filter(Boolean).join(" · ")),
      this.#actions(paper),
      paper.abstract && el("details", { class: "abstract", open: true }, el("summary", {}, "Abstract"), el("p", {}, paper.abstract)),
      el("h4", {}, "Sections"),
      this.#tree(paper),
    );
  }

  #actions(paper) {
    const isOnly = () => this.#scope.papers.size === 1 && this.#scope.papers.has(paper.id);
    const choose = button("", icon("filter"), () => this.#scope.onlyPapers(isOnly() ? [] : [paper]), { text: " " });
    this.#name = () => (choose.querySelector("span").textContent = isOnly() ? "Ask all papers" : "Ask only this paper");
    this.#name();
    const bibtex = async () => save(await api.bibtex([paper.id]), `${paper.id}.bib`, "text/plain");
    return el(
      "div",
      { class: "actions" },
      choose,
      isPdf(paper) && button("Open PDF", icon("file"), () => openPdf(paper), { text: "Open PDF" }),
      button("BibTeX", icon("export"), () => bibtex().catch((problem) => say(problem.message)), { text: "BibTeX" }),
      button("Remove", icon("remove"), () => this.#confirmed(paper), { text: "Remove" }),
    );
  }

  async #confirmed(paper) {
    const text = `“${shortTitle(paper.title, 80)}” can't be asked any more. Answers that cite it stay.`;
    if (!(await confirm("Remove this paper from the library?", text, "Remove"))) return;
    this.#scope.togglePaper(paper, false);
    this.#remove(paper);
    this.#back();
  }

  #tree(paper) {
    const shallowest = Math.min(...paper.sections.map(({ level }) => level));
    return el("ol", { class: "section-tree" }, paper.sections.map((section) => {
      const item = el("li", {}, this.#section(paper, section));
      item.style.setProperty("--level", section.level - shallowest);
      return item;
    }));
  }

  #section(paper, section) {
    const name = [
      el("span", { class: "section-number" }, section.number),
      el("span", { class: "section-title" }, section.title),
      section.page && el("span", { class: "quiet" }, `p. ${section.page}`),
    ];
    if (!section.page) return el("span", { class: "section" }, name);
    const place = { paper, section, page: section.page, boxes: [], quote: "" };
    return el("button", { type: "button", class: "section", onclick: () => this.#pages.open([place], 0, { back: () => this.open(paper.id) }) }, name);
  }
}
