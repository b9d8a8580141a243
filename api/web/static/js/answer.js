/** One question and its answer, from the first stage to the sources and what can be done with them. */

import { abstained } from "./abstained.js";
import { begun } from "./answer-state.js";
import { answerActions } from "./answer-actions.js";
import { makeChips, sourceList, walkChips } from "./citations.js";
import { el, replace } from "./dom.js";
import { failure, skeleton } from "./failure.js";
import { icon } from "./icons.js";
import { draft, markUnsupported, rendered } from "./markup.js";
import { lostNote, stageList } from "./stages.js";
import { count, yearsName } from "./wording.js";

/** A turn of a conversation. `acts` is what it can ask of the page: see `chat.js`. */
export class Turn {
  #acts;
  #body = el("div", { class: "answer-body" });
  #frame = 0;
  #isOld;

  constructor(request, acts, answer = {}) {
    this.#acts = acts;
    this.state = begun(request, answer);
    this.#isOld = this.state.state !== "running";
    this.node = el(
      "article",
      { class: "turn", "aria-label": request.question },
      el("h2", { class: "question", tabindex: -1 }, request.question),
      limits(request),
      this.#body,
    );
    this.#draw();
  }

  /**
   * Draws the state. While it is written at most once a frame, as tokens come faster than anyone
   * sees; its end at once, as a page that nobody sees has no frames.
   */
  update(state) {
    this.state = state;
    if (state.state === "running") this.#frame ||= requestAnimationFrame(() => this.#draw());
    else queueMicrotask(() => this.#draw()); // later: an error in drawing is none of the stream
  }

  /** Marks what is open beside the answer: citations[index], or nothing for null. */
  markOpen(index) {
    for (const each of this.node.querySelectorAll("[data-index]")) {
      const on = index !== null && Number(each.dataset.index) === index;
      each.classList.toggle("open", on);
      if (on) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    }
  }

  #draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const { state } = this.state;
    const running = state === "running";
    this.#body.setAttribute("aria-busy", running);
    this.node.dataset.state = state;
    if (running) this.#drawRunning();
    else this.#drawFinished();
  }

  #drawRunning() {
    const text = this.state.draft;
    replace(
      this.#body,
      stageList(this.state),
      this.state.lost && lostNote(),
      text ? el("div", { class: "prose draft" }, paragraphs(text)) : skeleton(),
    );
  }

  #drawFinished() {
    const answer = this.state;
    replace(
      this.#body,
      answer.state === "cancelled" && el("p", { class: "note" }, icon("stop"), answer.html || answer.draft ? "Stopped. This is what there was." : "Stopped before anything was written."),
      answer.note && el("p", { class: "note" }, icon("warning"), answer.note),
      answer.problem && failure(answer.problem, () => this.#acts.again(this), { old: this.#isOld }),
      answer.abstained ? this.#abstained() : this.#text(),
      answer.id && answerActions(answer, this.#acts),
    );
  }

  #abstained() {
    return abstained(this.state, (index) => this.#acts.openHit(this, index), () => this.#acts.askWithoutLimits(this));
  }

  #text() {
    const { html, citations, unsupported, draft: unchecked } = this.state;
    if (!html) return unchecked && el("div", { class: "prose draft" }, paragraphs(unchecked, true));
    const open = (index) => this.#acts.openCitation(this, index);
    const prose = rendered(html);
    makeChips(prose, citations, open);
    walkChips(prose, open, this.#acts.isPageOpen);
    const elsewhere = markUnsupported(prose, unsupported);
    return [
      prose,
      unsupported.length > 0 && warning(unsupported.length, elsewhere),
      citations.length > 0 && sourceList(citations, open, this.#acts.openPaper),
    ];
  }
}

function limits({ papers = [], sections = [], year_from, year_to }) {
  const said = [
    papers?.length > 0 && `in ${count(papers.length, "paper")}`,
    ...(sections ?? []),
    (year_from || year_to) && yearsName(year_from, year_to),
  ].filter(Boolean);
  return said.length > 0 && el("p", { class: "limits" }, `Only ${said.join(" · ")}`);
}

function paragraphs(text, isOver = false) {
  return text.split(/\n{2,}/).map((each) => el("p", {}, draft(each, isOver)));
}

/** Says how many sentences are marked, and names those that are `elsewhere`. */
function warning(number, elsewhere) {
  const marked = number - elsewhere.length;
  return el(
    "div",
    { class: "note" },
    icon("warning"),
    el("div", {},
      marked > 0 && el("p", {}, `${count(marked, "sentence")} that no citation supports ${marked === 1 ? "is" : "are"} marked.`),
      elsewhere.length > 0 && el("p", {}, "No citation supports:"),
      elsewhere.length > 0 && el("ul", {}, elsewhere.map((sentence) => el("li", {}, sentence)))),
  );
}
