/** Whether an answer was any good. */

import * as api from "./api.js";
import { announce, say } from "./announce.js";
import { button, el } from "./dom.js";
import { icon } from "./icons.js";

/** Thumbs, and room for a word about it once one was given. */
export function feedbackForm(answer) {
  let rating = answer.feedback?.rating ?? null;
  const comment = el("input", { type: "text", "aria-label": "What was good or wrong (optional)", placeholder: "What was good or wrong? (optional)", value: answer.feedback?.comment ?? null, maxlength: 2000 });
  const said = el("form", { class: "comment", hidden: true, onsubmit: (event) => { event.preventDefault(); send(rating, true); } },
    comment, el("button", { type: "submit", class: "button" }, "Send"));
  const thumbs = [["good", "Good answer"], ["bad", "Bad answer"]].map(([value, label]) =>
    button(label, icon(value), () => send(value, false), { "aria-pressed": rating === value, "data-rating": value }));
  const send = async (value, last) => {
    try {
      await api.rate(answer.id, { rating: value, comment: comment.value.trim() });
    } catch (problem) {
      say(problem.message);
      return;
    }
    rating = value;
    for (const each of thumbs) each.setAttribute("aria-pressed", each.dataset.rating === value);
    said.hidden = last;
    announce("Thank you");
    if (!last) comment.focus();
  };
  return [el("span", { class: "thumbs" }, thumbs), said];
}
