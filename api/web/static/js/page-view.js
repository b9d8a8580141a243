/** A page of a paper beside the answer, with the words that are cited marked, and the quote below. */

import { hasKey } from "./access.js";
import * as api from "./api.js";
import { announce } from "./announce.js";
import { placeLink } from "./citations.js";
import { button, el, replace } from "./dom.js";
import { icon } from "./icons.js";
import { copy, saveFrom } from "./saving.js";
import { Sheet } from "./sheet.js";
import { pagesOf, placeName, shortTitle } from "./wording.js";

/**
 * One place at a time. A place has `paper`, `page`, `boxes`, `quote`, and where it is known a
 * `section`; the places that one can go on to are, say, the citations of an answer.
 */
export class PageView {
  #panel;
  #openPaper;
  #node = el("div", { class: "page-view" });
  #sheet = new Sheet();
  #position = el("span", { class: "position" });
  #before = button("Page before", icon("previous"), () => this.#turnTo(this.#page - 1));
  #after = button("Page after", icon("next"), () => this.#turnTo(this.#page + 1));
  #places = [];
  #index = 0;
  #page = null;
  #pages = null;
  #shown = null;
  #back = null;
  #onMove = () => {};

  constructor(panel, openPaper) {
    this.#panel = panel;
    this.#openPaper = openPaper;
    this.#node.addEventListener("keydown", (event) => this.#keys(event));
  }

  get isOpen() {
    return this.#panel.shows(this.#node);
  }

  /** Opens places[index]; `back` leads to where it was opened, `onMove` is told where it goes. */
  async open(places, index = 0, { back = null, onMove = () => {} } = {}) {
    [this.#places, this.#back, this.#onMove] = [places, back, onMove];
    await this.#go(index);
  }

  get #place() {
    return this.#places[this.#index];
  }

  async #go(index) {
    this.#index = index;
    this.#page = pagesOf(this.#place)[0] ?? null;
    this.#pages = null;
    this.#showPanel();
    this.#onMove(index);
    this.#draw();
    const place = this.#place;
    const paper = await api.paper(place.paper.id).catch(() => null);
    if (this.#place !== place || !paper) return;
    this.#pages = paper.pages;
    this.#showPosition();
  }

  /** The panel is told once a paper, so that walking through citations leaves the focus alone. */
  #showPanel() {
    const { paper } = this.#place;
    if (this.isOpen && this.#shown === paper.id) return;
    this.#panel.show(shortTitle(paper.title, 70), this.#node, { back: this.#back, onClose: () => this.#closed() });
    this.#shown = paper.id;
  }

  #closed() {
    this.#onMove(null);
    this.#sheet.forget();
  }

  #draw() {
    const hasPage = this.#page !== null;
    replace(this.#node, hasPage && this.#toolbar(), hasPage && this.#sheet.node, this.#quote());
    if (hasPage) this.#turnTo(this.#page);
  }

  #toolbar() {
    const link = button("Copy a link to this place", icon("link"), async () => {
      await copy(new URL(placeLink({ ...this.#place, page: this.#page }), location.href).href);
      announce("Link copied");
      link.classList.add("did");
      setTimeout(() => link.classList.remove("did"), 1500);
    });
    return el(
      "div",
      { class: "toolbar", role: "group", "aria-label": "The page" },
      el("div", { class: "group" }, this.#before, this.#position, this.#after),
      el("div", { class: "group" },
        button("Smaller", icon("zoomOut"), () => this.#sheet.zoom(-1)),
        button("Larger", icon("zoomIn"), () => this.#sheet.zoom(1))),
      el("div", { class: "group" }, link, pdfButton(this.#place.paper)),
    );
  }

  #quote() {
    const { quote, section, paper } = this.#place;
    const where = section && [placeName(this.#place), section.number && section.title].filter(Boolean).join(" · ");
    return el(
      "figure",
      { class: "quote" },
      quote && el("blockquote", {}, quote),
      el(
        "figcaption",
        {},
        where && el("span", { class: "quote-place" }, where),
        el("button", { type: "button", class: "link", onclick: () => this.#openPaper(paper.id) }, "Sections of this paper"),
        this.#places.length > 1 && this.#walk(),
      ),
    );
  }

  #walk() {
    const last = this.#places.length - 1;
    return el(
      "span",
      { class: "group walk" },
      button("Citation before", icon("previous"), () => this.#go(this.#index - 1), { disabled: this.#index === 0 }),
      `${this.#index + 1} of ${last + 1}`,
      button("Citation after", icon("next"), () => this.#go(this.#index + 1), { disabled: this.#index === last }),
    );
  }

  #turnTo(page) {
    this.#page = page;
    this.#showPosition();
    this.#sheet.load(this.#place, page);
  }

  #showPosition() {
    this.#position.textContent = `Page ${this.#page}${this.#pages ? ` of ${this.#pages}` : ""}`;
    this.#before.disabled = this.#page <= 1;
    this.#after.disabled = this.#pages !== null && this.#page >= this.#pages;
    announce(this.#position.textContent);
  }

  #keys(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && this.#places[this.#index + step] && !(event.target === this.#sheet.node && this.#sheet.isWide)) {
      event.preventDefault();
      this.#go(this.#index + step);
      this.#sheet.node.focus();
    } else if (event.key === "+" || event.key === "-") this.#sheet.zoom(event.key === "+" ? 1 : -1);
  }
}

/** Opens the file; with a key it is saved instead, since a link can't show one. */
export function pdfButton(paper, text = null) {
  return button("Open PDF", icon("file"), () => openPdf(paper), { text });
}

async function openPdf(paper) {
  if (!hasKey()) window.open(api.pdfPath(paper.id), "_blank", "noopener");
  else await saveFrom(api.pdfPath(paper.id), `${paper.id}.pdf`).catch((problem) => announce(problem.message));
}
