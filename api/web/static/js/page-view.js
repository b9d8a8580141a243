/** A page of a paper beside the answer, with the words that are cited marked, and the quote below. */

import * as api from "./api.js";
import { announce, say } from "./announce.js";
import { placeLink } from "./citations.js";
import { button, el, replace } from "./dom.js";
import { icon } from "./icons.js";
import { rendered } from "./markup.js";
import { openPdf } from "./pdf.js";
import { copy } from "./saving.js";
import { Sheet } from "./sheet.js";
import { pagesOf, placeName, shortTitle } from "./wording.js";

/**
 * One place at a time. A place has `paper`, `page`, `boxes`, `quote`, and where it is known a
 * `section`; the places that one can go on to are, say, the citations of an answer. What it is
 * made of stays from one place to the next, and the focus with it.
 */
export class PageView {
  #panel;
  #openPaper;
  #sheet = new Sheet();
  #position = el("span", { class: "position" });
  #before = button("Page before", icon("previous"), () => this.#turnTo(this.#page - 1));
  #after = button("Page after", icon("next"), () => this.#turnTo(this.#page + 1));
  #link = button("Copy a link to this place", icon("link"), () => this.#copyLink());
  #file = button("Open PDF", icon("file"), () => openPdf(this.#place.paper));
  #toolbar = el(
    "div",
    { class: "toolbar", role: "group", "aria-label": "The page" },
    el("div", { class: "group" }, this.#before, this.#position, this.#after),
    el("div", { class: "group" },
      button("Smaller", icon("zoomOut"), () => this.#sheet.zoom(-1)),
      button("Larger", icon("zoomIn"), () => this.#sheet.zoom(1))),
    el("div", { class: "group" }, this.#link, this.#file),
  );
  #words = el("blockquote");
  #where = el("span", { class: "quote-place" });
  #number = el("span");
  #last = button("Citation before", icon("previous"), () => this.#go(this.#index - 1));
  #next = button("Citation after", icon("next"), () => this.#go(this.#index + 1));
  #walk = el("span", { class: "group walk" }, this.#last, this.#number, this.#next);
  #quote = el(
    "figure",
    { class: "quote" },
    this.#words,
    el("figcaption", {}, this.#where,
      el("button", { type: "button", class: "link", onclick: () => this.#openPaper(this.#place.paper.id) }, "Sections of this paper"),
      this.#walk),
  );
  #node = el("div", { class: "page-view" }, this.#toolbar, this.#sheet.node, this.#quote);
  #places = [];
  #index = 0;
  #page = null;
  #pages = null;
  #counts = new Map();
  #shown = null;
  #back = null;
  #onMove = () => {};

  constructor(panel, openPaper) {
    this.#panel = panel;
    this.#openPaper = openPaper;
    this.#panel.onKeys((event) => this.isOpen && this.#keys(event));
  }

  get isOpen() {
    return this.#panel.shows(this.#node);
  }

  /** Opens places[index]; `back` leads to where it was opened, `onMove` is told where it goes. */
  async open(places, index = 0, { back = null, onMove = () => {} } = {}) {
    this.#onMove(null);
    [this.#places, this.#back, this.#onMove] = [places, back, onMove];
    await this.#go(index);
  }

  get #place() {
    return this.#places[this.#index];
  }

  async #go(index) {
    this.#index = index;
    this.#page = pagesOf(this.#place)[0] ?? null;
    this.#pages = this.#counts.get(this.#place.paper.id) ?? null;
    this.#showPanel();
    this.#onMove(index);
    this.#draw();
    if (this.#page !== null && this.#pages === null) await this.#countPages(this.#place.paper.id);
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

  async #countPages(id) {
    const paper = await api.paper(id).catch(() => null);
    if (!paper) return;
    this.#counts.set(id, paper.pages);
    if (this.#place.paper.id !== id) return;
    this.#pages = paper.pages;
    this.#showPosition();
  }

  #draw() {
    const hasPage = this.#page !== null;
    this.#toolbar.hidden = this.#sheet.node.hidden = !hasPage;
    const { quote, html, section } = this.#place;
    replace(this.#words, html ? rendered(html) : quote);
    this.#words.querySelector("tr.cited")?.scrollIntoView({ block: "nearest" });
    this.#words.hidden = !quote;
    this.#where.textContent = section ? [placeName(this.#place), section.number && section.title].filter(Boolean).join(" · ") : "";
    this.#walk.hidden = this.#places.length < 2;
    this.#number.textContent = `${this.#index + 1} of ${this.#places.length}`;
    enable(this.#last, this.#index > 0, this.#next);
    enable(this.#next, this.#index < this.#places.length - 1, this.#last);
    if (hasPage) this.#turnTo(this.#page);
  }

  #turnTo(page) {
    this.#page = page;
    this.#showPosition();
    this.#sheet.load(this.#place, page);
  }

  #showPosition() {
    this.#position.textContent = `Page ${this.#page}${this.#pages ? ` of ${this.#pages}` : ""}`;
    enable(this.#before, this.#page > 1, this.#after);
    enable(this.#after, this.#pages === null || this.#page < this.#pages, this.#before);
    announce(this.#position.textContent);
  }

  async #copyLink() {
    try {
      await copy(new URL(placeLink({ ...this.#place, page: this.#page }), location.href).href);
      say("Link copied");
    } catch (problem) {
      say(`The link could not be copied: ${problem.message}`);
    }
  }

  #keys(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && this.#places[this.#index + step] && !(event.target === this.#sheet.node && this.#sheet.isWide)) {
      event.preventDefault();
      this.#go(this.#index + step);
    } else if (event.key === "+" || event.key === "-") this.#sheet.zoom(event.key === "+" ? 1 : -1);
  }
}

/** A button that can't be used loses the focus: `other` takes it. */
function enable(node, on, other) {
  const had = document.activeElement === node;
  node.disabled = !on;
  if (had && !on) other.focus();
}
