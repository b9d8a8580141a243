/** Where questions are written. */

import { button, byId, el, replace } from "./dom.js";
import { icon } from "./icons.js";
import { pinChips } from "./pins.js";
import { scopeChips, scopeForm } from "./scope.js";

/** `chat` is asked and stopped; `scope` limits it. Returns the field for the text. */
export function composer({ chat, scope, pins, openLibrary, about }) {
  const text = el("textarea", { id: "question", rows: 1, maxlength: 4000, placeholder: "Ask the papers …", "aria-label": "Question" });
  const send = el("button", { type: "submit", class: "send", title: "Ask", "aria-label": "Ask" }, icon("ask"));
  const stop = el("button", { type: "button", class: "send stop", title: "Stop", "aria-label": "Stop", hidden: true, onclick: () => chat.stop() }, icon("stop"));
  const limits = scopeForm(scope, openLibrary);
  const limit = button("Limit the question", icon("filter"), () => toggle(limits.hidden), { "aria-expanded": "false", "aria-controls": limits.id });
  const toggle = (on) => {
    limits.hidden = !on;
    limit.setAttribute("aria-expanded", on);
  };
  const form = el("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); ask(); } },
    limits, scopeChips(scope), pinChips({ pins, scope, threadId: () => chat.threadId }), el("div", { class: "composer-row" }, limit, text, send, stop));
  const ask = () => {
    const question = text.value.trim();
    if (!question || chat.running) return;
    text.value = "";
    fit(text);
    toggle(false);
    chat.ask(question);
  };
  text.addEventListener("input", () => fit(text));
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    ask();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && !limits.hidden) {
      event.stopPropagation();
      toggle(false);
      limit.focus();
    }
  });
  chat.addEventListener("busy", () => {
    const had = document.activeElement === stop || document.activeElement === send;
    [send.hidden, stop.hidden] = [Boolean(chat.running), !chat.running];
    if (had) text.focus();
  });
  replace(byId("composer"), form, about);
  return text;
}

/** As high as its text, up to the height that the style sheet allows. */
function fit(text) {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
}
