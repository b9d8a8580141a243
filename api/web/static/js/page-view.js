/** A page of a paper as an image, with the words that are cited marked, and the quote below. */

import { hasKey } from "./access.js";
import * as api from "./api.js";
import { announce } from "./announce.js";
import { placeLink } from "./citations.js";
import { button, el, replace } from "./dom.js";
import { failure, skeleton } from "./failure.js";
import { icon } from "./icons.js";
import { copy, saveFrom } from "./saving.js";
import { pagesOf, placeName, shortTitle } from "./wording.js";

const SCALE = 2;
const ZOOMS = [1, 1.25, 1.5, 2, 3];

/**
 * One place at a time. A place has `paper`, `page`, `boxes`, `quote`, and where it is known a
 * `section`; `places` are those that one can go on to, as the citations of an answer.
 */
export class PageView {
  #panel;
  #openPaper;
  #node = el("div", { class: "page-view" });
  #places = [];
  #index = 0;
  #page = 1;
  #zoom = 0;
  #url = null;
  #turn = 0;
  #pages = null;

  constructor(panel, openPaper) {
    this.#panel = panel;
    this.#openPaper = openPaper;
    this.#node.addEventListener("keydown", (event) => this.#keys(event));
  }

  get isOpen() {
    return this.#panel.shows(this.#node);
  }

  /** Opens places[index]; `back` and `onMove(index)` are for whoever opened it. */
  async open(places, index = 0, { back = null, onMove = () => {} } = {}) {
    this.#places = places;
    this.onMove = onMove;
    this.back = back;
    this.#zoom = 0;
    await this.#go(index);
  }

  get #place() {
    return this.#places[this.#index];
  }

  async #go(index) {
    this.#index = index;
    const { paper } = this.#place;
    this.#page = pagesOf(this.#place)[0] ?? null;
    this.#pages = null;
    if (!this.isOpen || this.#title !== paper.id) {
      this.#panel.show(shortTitle(paper.title, 70), this.#node, { back: this.back, onClose: () => this.#closed() });
      this.#title = paper.id;
    }
    this.onMove(index);
    this.#draw();
    const detail = await api.paper(paper.id).catch(() => null);
    if (this.#place?.paper.id !== paper.id || !detail) return;
    this.#pages = detail.pages;
    this.#showPosition();
  }

  #title = null;

  #closed() {
    this.#title = null;
    this.onMove(null);
    this.#forget();
  }

  #draw() {
    const place = this.#place;
    this.position = el("span", { class: "position" });
    this.before = button("Page before", icon("previous"), () => this.#turnTo(this.#page - 1));
    this.after = button("Page after", icon("next"), () => this.#turnTo(this.#page + 1));
    this.sheet = el("div", { class: "sheet", tabindex: 0, role: "group", "aria-label": "Page" });
    replace(
      this.#node,
      this.#page !== null && this.#toolbar(),
      this.#page !== null && this.sheet,
      this.#quote(place),
    );
    if (this.#page === null) return;
    this.#showPosition();
    this.#load();
  }

  #toolbar() {
    const { paper } = this.#place;
    const link = button("Copy a link to this place", icon("link"), async () => {
      await copy(new URL(placeLink({ ...this.#place, page: this.#page }), location.href).href);
      announce("Link copied");
      link.classList.add("did");
      setTimeout(() => link.classList.remove("did"), 1500);
    });
    return el(
      "div",
      { class: "toolbar", role: "toolbar", "aria-label": "Page" },
      el("div", { class: "group" }, this.before, this.position, this.after),
      el("div", { class: "group" }, button("Smaller", icon("zoomOut"), () => this.#zoomTo(-1)), button("Larger", icon("zoomIn"), () => this.#zoomTo(1))),
      el("div", { class: "group" }, link, pdfButton(paper)),
    );
  }

  #quote(place) {
    const several = this.#places.length > 1;
    return el(
      "figure",
      { class: "quote" },
      place.quote && el("blockquote", {}, place.quote),
      el(
        "figcaption",
        {},
        place.section && el("span", { class: "quote-place" }, [placeName(place), place.section.number && place.section.title].filter(Boolean).join(" · ")),
        el("button", { type: "button", class: "link", onclick: () => this.#openPaper(place.paper.id) }, "Sections of this paper"),
        several &&
          el(
            "span",
            { class: "group walk" },
            button("Citation before", icon("previous"), () => this.#go(this.#index - 1), { disabled: this.#index === 0 }),
            `${this.#index + 1} of ${this.#places.length}`,
            button("Citation after", icon("next"), () => this.#go(this.#index + 1), { disabled: this.#index === this.#places.length - 1 }),
          ),
      ),
    );
  }

  #showPosition() {
    const of = this.#pages ? ` of ${this.#pages}` : "";
    this.position.textContent = `Page ${this.#page}${of}`;
    this.before.disabled = this.#page <= 1;
    this.after.disabled = this.#pages !== null && this.#page >= this.#pages;
  }

  #turnTo(page) {
    if (page < 1 || (this.#pages !== null && page > this.#pages)) return;
    this.#page = page;
    this.#showPosition();
    announce(this.position.textContent);
    this.#load();
  }

  #zoomTo(step) {
    const middle = (this.sheet.scrollTop + this.sheet.clientHeight / 2) / this.sheet.scrollHeight;
    this.#zoom = Math.min(Math.max(this.#zoom + step, 0), ZOOMS.length - 1);
    this.#resize();
    this.sheet.scrollTop = middle * this.sheet.scrollHeight - this.sheet.clientHeight / 2;
    announce(`${100 * ZOOMS[this.#zoom]} %`);
  }

  #resize() {
    const image = this.sheet.querySelector("img");
    if (image) image.style.width = `${100 * ZOOMS[this.#zoom]}%`;
  }

  async #load() {
    const turn = ++this.#turn;
    const { paper, boxes, quote } = this.#place;
    const marked = boxes.filter((box) => box.page === this.#page);
    replace(this.sheet, el("div", { class: "sheet-waits" }, skeleton(12)));
    try {
      const blob = await (await api.call(api.pagePath(paper.id, this.#page, marked, SCALE))).blob();
      if (turn !== this.#turn) return;
      await this.#show(blob, marked, quote);
    } catch (problem) {
      if (turn === this.#turn) replace(this.sheet, failure(problem, () => this.#load()));
    }
  }

  async #show(blob, marked, quote) {
    this.#forget();
    this.#url = URL.createObjectURL(blob);
    const name = `Page ${this.#page} of ${this.#place.paper.title}`;
    const image = el("img", { src: this.#url, alt: marked.length ? `${name}, marked: ${quote}` : name });
    await image.decode();
    replace(this.sheet, image);
    this.#resize();
    const top = marked.length ? (marked[0].y0 * SCALE * image.clientHeight) / image.naturalHeight : 0;
    this.sheet.scrollTop = Math.max(0, top - this.sheet.clientHeight / 3);
  }

  #forget() {
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = null;
  }

  #keys(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const free = this.sheet.scrollWidth <= this.sheet.clientWidth || event.target !== this.sheet;
    if (step && free && this.#places[this.#index + step]) {
      event.preventDefault();
      this.#go(this.#index + step).then(() => this.sheet.focus());
    } else if (event.key === "+" || event.key === "-") this.#zoomTo(event.key === "+" ? 1 : -1);
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
