/** The panel beside the conversation: a page, the library, a paper. On a phone it covers everything. */

import { button, byId, el, replace } from "./dom.js";
import { icon } from "./icons.js";

const NARROW = matchMedia("(max-width: 60rem)");

export class Panel {
  #node = byId("panel");
  #onClose = null;
  #opener = null;

  constructor() {
    NARROW.addEventListener("change", () => this.#confine());
  }

  /** Whether `content` is what it shows. */
  shows(content) {
    return !this.#node.hidden && this.#node.contains(content);
  }

  get isOpen() {
    return !this.#node.hidden;
  }

  /** Shows `content` under `title`; `back`, where there is one, leads to what was there before. */
  show(title, content, { back = null, onClose = null } = {}) {
    if (this.#node.hidden) this.#opener = document.activeElement;
    this.#onClose?.();
    this.#onClose = onClose;
    const head = el(
      "header",
      { class: "panel-head" },
      back && button("Back", icon("back"), back),
      el("h2", { tabindex: -1 }, title),
      button("Close", icon("close"), () => this.close()),
    );
    replace(this.#node, head, content);
    this.#node.hidden = false;
    this.#node.setAttribute("aria-label", title);
    document.body.classList.add("has-panel");
    this.#confine();
    if (NARROW.matches) head.querySelector("h2").focus();
  }

  close() {
    if (this.#node.hidden) return;
    this.#node.hidden = true;
    document.body.classList.remove("has-panel");
    this.#confine();
    this.#onClose?.();
    this.#onClose = null;
    if (this.#opener?.isConnected) this.#opener.focus();
  }

  /** Keeps the focus in a panel that covers the rest. */
  #confine() {
    const covered = NARROW.matches && !this.#node.hidden;
    byId("main").inert = covered;
    byId("sidebar").inert = covered;
  }
}
