/** The image of a page: loaded with what is marked on it, scrolled to it, made larger. */

import * as api from "./api.js";
import { announce } from "./announce.js";
import { el, replace } from "./dom.js";
import { failure, skeleton } from "./failure.js";

const SCALE = 2;
const ZOOMS = [1, 1.25, 1.5, 2, 3];

/** One image at a time. It is fetched and not linked, so that a key can go along. */
export class Sheet {
  #zoom = 0;
  #url = null;
  #asked = null;
  node = el("div", { class: "sheet", tabindex: 0, role: "group", "aria-label": "Page" });

  /** Whether it is wider than its frame: then arrow keys scroll it. */
  get isWide() {
    return this.node.scrollWidth > this.node.clientWidth;
  }

  /** Shows `page` of the paper of a place, with the place's boxes on that page marked. */
  async load({ paper, boxes, quote }, page) {
    this.forget();
    const { signal } = (this.#asked = new AbortController());
    const marked = boxes.filter((box) => box.page === page);
    const name = `Page ${page} of ${paper.title}`;
    replace(this.node, el("div", { class: "sheet-waits" }, skeleton(12)));
    try {
      const response = await api.call(api.pagePath(paper.id, page, marked, SCALE), { signal });
      await this.#show(await response.blob(), marked, marked.length ? `${name}, marked: ${quote}` : name, signal);
    } catch (problem) {
      if (!signal.aborted) replace(this.node, failure(problem, () => this.load({ paper, boxes, quote }, page)));
    }
  }

  async #show(blob, marked, alt, signal) {
    signal.throwIfAborted();
    this.#url = URL.createObjectURL(blob);
    const image = el("img", { src: this.#url, alt });
    await image.decode();
    signal.throwIfAborted();
    replace(this.node, image);
    this.#resize();
    const top = marked.length ? (marked[0].y0 * SCALE * image.clientHeight) / image.naturalHeight : 0;
    this.node.scrollTop = Math.max(0, top - this.node.clientHeight / 3);
  }

  /** Larger by `step` steps, or smaller, about the middle of what is seen. */
  zoom(step) {
    const middle = (this.node.scrollTop + this.node.clientHeight / 2) / this.node.scrollHeight;
    this.#zoom = Math.min(Math.max(this.#zoom + step, 0), ZOOMS.length - 1);
    this.#resize();
    this.node.scrollTop = middle * this.node.scrollHeight - this.node.clientHeight / 2;
    announce(`${100 * ZOOMS[this.#zoom]} %`);
  }

  #resize() {
    const image = this.node.querySelector("img");
    if (image) image.style.width = `${100 * ZOOMS[this.#zoom]}%`;
  }

  /** Lets go of the image, and of one that is on its way. */
  forget() {
    this.#asked?.abort();
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = null;
  }
}
