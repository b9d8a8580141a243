/** Dialogs: the browser's own, which keep the focus inside and close with Escape. */

import { button, el } from "./dom.js";
import { icon } from "./icons.js";

/** Shows `content` under `title` until it is closed; `kind` is a class. */
export function openDialog(title, content, kind = "") {
  const dialog = el(
    "dialog",
    { class: `dialog ${kind}`, "aria-label": title },
    el(
      "header",
      { class: "dialog-head" },
      el("h2", {}, title),
      button("Close", icon("close"), () => dialog.close()),
    ),
    el("div", { class: "dialog-body" }, content),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  return shown(dialog);
}

function shown(dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks whether to do something that can't be undone; resolves to true or false. */
export function confirm(title, text, action) {
  return ask(title, el("p", {}, text), action, () => true).then(Boolean);
}

/** Asks for one line of text; resolves to it, or to null. */
export function prompt(title, label, value, action, { type = "text", hint = null } = {}) {
  const input = el("input", { type, value, required: true, autocomplete: "off", maxlength: 300 });
  const field = el("label", { class: "field" }, el("span", {}, label), input, hint && el("small", {}, hint));
  return ask(title, field, action, () => input.value.trim());
}

function ask(title, body, action, answer) {
  return new Promise((resolve) => {
    let given = null;
    const dialog = el("dialog", { class: "dialog dialog-small", "aria-label": title });
    const form = el(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          given = answer() || null;
          dialog.close();
        },
      },
      el("h2", {}, title),
      body,
      el(
        "div",
        { class: "dialog-actions" },
        el("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Cancel"),
        el("button", { type: "submit", class: "button button-main" }, action),
      ),
    );
    dialog.append(form);
    dialog.addEventListener("close", () => resolve(given));
    shown(dialog);
    dialog.querySelector("input")?.select();
  });
}
