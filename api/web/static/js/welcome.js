/** What stands where there is no conversation yet. */

import { button, el } from "./dom.js";
import { icon } from "./icons.js";
import { count, shortTitle } from "./wording.js";

/** Questions that most papers answer; made of the papers of the library where there are some. */
export function exampleQuestions([paper, other]) {
  return [
    { question: paper ? `How does the method of “${shortTitle(paper.title, 60)}” work?` : "How does the method work?", papers: paper ? [paper] : [] },
    { question: "Which data were the experiments made on?", papers: other ? [other] : [] },
    { question: "What limits or open problems do the authors name?", papers: [] },
  ];
}

/** The start: a library that holds papers gets questions to ask, an empty one an invitation. */
export function welcome({ known, papers, ask, upload, openLibrary }) {
  if (known && papers.total === 0) return invitation(upload);
  return el(
    "section",
    { class: "welcome" },
    el("h2", {}, "Ask your papers"),
    el("p", { class: "lead" }, "Answers say where in the papers they stand: section, page and words. What nothing supports is marked."),
    el("ul", { class: "examples", "aria-label": "Examples" }, exampleQuestions(papers.items).map((each) =>
      el("li", {}, el("button", { type: "button", class: "example", onclick: () => ask(each) }, each.question)))),
    known && el("p", { class: "quiet" }, el("button", { type: "button", class: "link", onclick: openLibrary }, count(papers.total, "paper")), " in this library."),
  );
}

function invitation(upload) {
  return el(
    "section",
    { class: "welcome" },
    el("h2", {}, "No papers yet"),
    el("p", { class: "lead" }, "Add some, then ask them. Answers say where they stand: section, page and words."),
    el("div", { class: "drop-zone large" }, icon("file"), el("p", {}, "Drop PDF or Markdown files here"),
      button("Choose files", icon("upload"), upload, { text: "Choose files", class: "button button-main" })),
  );
}
