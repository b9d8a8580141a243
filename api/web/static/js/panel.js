/** The panel beside the conversation: a page, the library, a paper. On a phone it covers everything. */

import { cover, isNarrow } from "./covers.js";
import { button, byId, el, replace } from "./dom.js";
import { icon } from "./icons.js";

export class Panel {
  #node = byId("panel");
  #onClose = null;
  #opener = null;

  /** Whether `content` is what it shows. */
  shows(content) {
    return !this.#node.hidden && this.#node.contains(content);
  }

  get isOpen() {
    return !this.#node.hidden;
  }

  /** Shows `content` under `title`; `back`, where there is one, leads to what was there before. */
  show(title, content, { back = null, onClose = null } = {}) {
    const from = document.activeElement;
    const within = this.#node.contains(from);
    const byKeyboard = from?.matches("button:focus-visible, a:focus-visible");
    if (!within) this.#opener = from;
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
    cover("panel", true);
    // Elsewhere the focus stays; but whoever came by keyboard has the panel to walk through now.
    if (isNarrow() || within || byKeyboard) head.querySelector("h2").focus();
  }

  /** `act` is called for keys that are pressed anywhere in it. */
  onKeys(act) {
    this.#node.addEventListener("keydown", act);
  }

  close() {
    if (this.#node.hidden) return;
    const within = isNarrow() || this.#node.contains(document.activeElement);
    this.#node.hidden = true;
    document.body.classList.remove("has-panel");
    cover("panel", false);
    this.#onClose?.();
    this.#onClose = null;
    if (within) (this.#opener?.isConnected ? this.#opener : byId("question"))?.focus();
  }
}
