/** A change of the library while it is made: how far it is, and what became of each file. */

import * as api from "./api.js";
import { say } from "./announce.js";
import { button, el, replace } from "./dom.js";
import { failure } from "./failure.js";
import { icon } from "./icons.js";
import { follow } from "./stream.js";
import { count } from "./wording.js";

const STAGES = { reading: "Reading", embedding: "Embedding", indexing: "Indexing" };
const RESULTS = { stored: "added", replaced: "new version", unchanged: "already there", failed: "failed", cancelled: "cancelled", waiting: "waiting" };

const ICONS = { stored: "done", replaced: "done", unchanged: "done", failed: "warning", cancelled: "stop", waiting: "done" };

/** One job. `follow()` resolves when it is over. */
export class JobView {
  #job;
  #line = el("span");
  #stop = button("Cancel", icon("close"), () => this.#cancel());
  #text = el("p", {}, this.#line, this.#stop);
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
      if (!this.#isOver) this.#take("done", await api.job(this.#job.id)); // all was told, to somebody else
    } catch (problem) {
      replace(this.node, failure(problem, () => this.#again()), this.#dismiss());
    }
  }

  #again() {
    replace(this.node, this.#text, this.#bar, this.#files);
    return this.follow();
  }

  get #isOver() {
    return !["queued", "running"].includes(this.#job.state);
  }

  #dismiss() {
    return button("Dismiss", icon("close"), () => this.node.remove());
  }

  async #cancel() {
    try {
      await api.cancelJob(this.#job.id);
      say("It ends with the paper that is being read.");
    } catch (problem) {
      say(problem.message);
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
    const over = this.#isOver;
    this.node.dataset.state = state;
    this.#bar.hidden = over;
    const done = progress.stage === "embedding" && progress.chunks ? progress.embedded / progress.chunks : null;
    if (done === null) this.#bar.removeAttribute("value");
    else this.#bar.value = done;
    this.#line.textContent = over ? this.summary : this.#now(progress);
    this.#stop.hidden = over;
    if (over) replace(this.#text, this.#line, this.#dismiss());
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
    icon(ICONS[status]),
    el("span", {}, el("strong", {}, title || name), " ", el("span", { class: "quiet" }, [RESULTS[status], size].filter(Boolean).join(" · ")),
      reason && el("span", { class: "reason" }, reason)),
  );
}
