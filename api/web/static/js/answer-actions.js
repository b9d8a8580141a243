/** What can be done with an answer: copied, exported, looked into, asked again. */

import * as api from "./api.js";
import { announce, say } from "./announce.js";
import { button, el } from "./dom.js";
import { icon } from "./icons.js";
import { feedbackForm } from "./feedback.js";
import { copy, save } from "./saving.js";
import { openTrace } from "./trace.js";
import { usageName } from "./wording.js";

/** The row of buttons under an answer. */
export function answerActions(answer, acts) {
  const papers = [...new Set(answer.citations.map(({ paper }) => paper.id))];
  return el(
    "div",
    { class: "actions" },
    answer.html && act("Copy", "copy", () => copy(api.markdown(answer.id)), "Copied as Markdown"),
    papers.length > 0 &&
      act("BibTeX", "export", async () => save(await api.bibtex(papers), "references.bib", "text/plain"), "Saved"),
    answer.trace?.hits.length > 0 &&
      button("Why these passages", icon("trace"), () => openTrace(answer, acts.openHitOf(answer)), { text: "Why these passages" }),
    button("Ask again", icon("retry"), () => acts.againWith(answer.request)),
    answer.state === "done" && feedbackForm(answer),
    usageName(answer) && el("p", { class: "used quiet" }, usageName(answer)),
  );
}

/** A button whose text says for a moment what it did. */
function act(name, glyph, work, did) {
  const node = button(name, icon(glyph), async () => {
    const label = node.querySelector("span");
    try {
      await work();
      label.textContent = did;
    } catch (problem) {
      return say(problem.message);
    }
    announce(did);
    setTimeout(() => (label.textContent = name), 2500);
  }, { text: name });
  return node;
}
