/** A change of the library while it is made: how far it is, and what became of each file. */

import * as api from "./api.js";
import { button, el, replace } from "./dom.js";
import { failure } from "./failure.js";
import { icon } from "./icons.js";
import { follow } from "./stream.js";
import { count } from "./wording.js";

const STAGES = { reading: "Reading", embedding: "Embedding", indexing: "Indexing" };
const RESULTS = { stored: "added", replaced: "new version", unchanged: "already there", failed: "failed", cancelled: "cancelled", waiting: "waiting" };

/** One job. `follow()` resolves when it is over. */
export class JobView {
  #job;
  #text = el("p", {});
  #bar = el("progress", { "aria-label": "Progress" });
  #files = el("ul", { class: "job-files" });

  constructor(job) {
    this.#job = job;
    this.node = el("div", { class: "job" }, this.#text, this.#bar, this.#files);
    this.#draw({});
  }

  /** How it ended, in a line. */
  get summary() {
    const { kind, state, files } = this.#job;
    if (kind === "remove") return state === "done" ? "Removed" : "Not removed";
    const bad = files.filter(({ status }) => status === "failed").length;
    const good = files.filter(({ status }) => ["stored", "replaced", "unchanged"].includes(status)).length;
    return [good && `${count(good, "paper")} in the library`, bad && `${bad} failed`].filter(Boolean).join(", ") || state;
  }

  async follow() {
    const events = (last) => () => api.jobEvents(this.#job.id, last);
    try {
      for await (const { event, data } of follow(events(""), events)) this.#take(event, data);
    } catch (problem) {
      replace(this.node, failure(problem));
    }
  }

  #take(event, data) {
    if (event === "status") this.#job = { ...data, files: this.#job.files };
    if (event === "file") this.#job.files[data.position] = data;
    if (event === "done") this.#job = data;
    this.#draw(event === "progress" ? data : {});
  }

  #draw(progress) {
    const { state, problem } = this.#job;
    const over = !["queued", "running"].includes(state);
    this.node.dataset.state = state;
    this.#bar.hidden = over;
    const done = progress.stage === "embedding" && progress.chunks ? progress.embedded / progress.chunks : null;
    if (done === null) this.#bar.removeAttribute("value");
    else this.#bar.value = done;
    replace(this.#text, over ? this.summary : this.#now(progress), over && button("Dismiss", icon("close"), () => this.node.remove()));
    replace(this.#files, this.#job.files.map(fileRow), problem && el("li", {}, failure(problem)));
  }

  #now({ stage, files, done }) {
    if (this.#job.state === "queued") return "Waiting for its turn";
    if (this.#job.kind === "remove") return "Removing";
    return stage ? `${STAGES[stage]}${files > 1 ? `, ${done} of ${files} files done` : ""}` : "Reading";
  }
}

function fileRow({ name, status, title, pages, chunks, reason }) {
  const size = pages ? `${count(pages, "page")}, ${count(chunks, "passage")}` : null;
  return el(
    "li",
    { "data-status": status },
    icon(status === "failed" ? "warning" : "done"),
    el("span", {}, el("strong", {}, title || name), " ", el("span", { class: "quiet" }, [RESULTS[status], size].filter(Boolean).join(" · ")),
      reason && el("span", { class: "reason" }, reason)),
  );
}
