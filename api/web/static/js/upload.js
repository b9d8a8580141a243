/** Adding files to the library: sent with their progress, then read by a job that is followed. */

import * as api from "./api.js";
import { announce, say } from "./announce.js";
import { button, el, replace } from "./dom.js";
import { listenForDrops } from "./drops.js";
import { failure } from "./failure.js";
import { icon } from "./icons.js";
import { JobView } from "./job.js";
import { mayBeTaken, sendFiles } from "./sending.js";
import { fileSize } from "./wording.js";

const RECENT = 20;

/**
 * A place to drop files on or to choose them. `info()` has the limits; `begins()` and `changed()` are
 * called before and after the library changes.
 */
export class Uploads {
  #info;
  #begins;
  #changed;
  #followed = new Set();
  #jobs = el("div", { class: "jobs" });
  #hint = el("small", { class: "quiet" });
  #input = el("input", { type: "file", multiple: true, class: "visually-hidden", tabindex: -1, "aria-label": "Files to add" });

  constructor({ info, begins, changed }) {
    this.#info = info;
    this.#begins = begins;
    this.#changed = changed;
    this.#input.addEventListener("change", () => {
      this.send([...this.#input.files]);
      this.#input.value = "";
    });
    this.node = el(
      "div",
      { class: "uploads" },
      el("div", { class: "drop-zone" }, icon("upload"), el("span", {}, "Drop files here or ", el("button", { type: "button", class: "link", onclick: () => this.choose() }, "choose them")), this.#hint, this.#input),
      this.#jobs,
    );
  }

  /** Opens the browser's file picker. */
  choose() {
    this.#input.accept = this.#info().uploads.types.join(",");
    this.#input.click();
  }

  /** Says what may be uploaded. */
  showLimits() {
    const { types, max_mb, max_files } = this.#info().uploads;
    this.#hint.textContent = `${types.join(", ")} · up to ${max_files} files and ${max_mb} MB at once`;
  }

  /** Sends files, unless they break a limit that the server would refuse after the whole way. */
  async send(files) {
    if (!files.length) return;
    this.#begins();
    const way = new AbortController();
    const bar = el("progress", { max: 1, value: 0, "aria-label": "Sent" });
    const cancel = button("Cancel", icon("close"), () => way.abort());
    const row = el("div", { class: "job" }, el("p", {}, el("span", {}, `Sending ${files.length === 1 ? files[0].name : `${files.length} files`}, ${fileSize(total(files))}`), cancel), bar);
    this.#jobs.prepend(row);
    try {
      this.#check(files);
      this.follow(await sendFiles(files, (share) => (bar.value = share), way.signal), row);
    } catch (problem) {
      if (way.signal.aborted) return row.remove();
      const again = () => (row.remove(), this.send(files));
      replace(row, failure(problem, mayBeTaken(problem) ? again : null), button("Dismiss", icon("close"), () => row.remove()));
    }
  }

  #check(files) {
    const { types, max_mb, max_files } = this.#info().uploads;
    const other = files.find(({ name }) => types.length && !types.some((type) => name.toLowerCase().endsWith(type)));
    if (other) throw refused("Not a file of this kind", `${other.name}: ${types.join(", ")} can be read.`);
    if (max_mb && total(files) > max_mb * 2 ** 20) throw refused("Too large", `${fileSize(total(files))}; ${max_mb} MB at once are allowed.`);
    if (max_files && files.length > max_files) throw refused("Too many files", `${files.length} files; ${max_files} at once are allowed.`);
  }

  /** Shows a job until it is done, in place of `row` or above the others. */
  async follow(job, row = null) {
    this.#followed.add(job.id);
    const view = new JobView(job);
    if (row) row.replaceWith(view.node);
    else this.#jobs.prepend(view.node);
    await view.follow();
    announce(view.summary);
    this.#changed();
  }

  /** Follows the jobs that were begun before the page was loaded, where the key lets it see them. */
  async recall() {
    const { items } = await api.jobs(RECENT).catch(() => ({ items: [] }));
    const open = items.filter(({ id, state }) => ["queued", "running"].includes(state) && !this.#followed.has(id));
    for (const job of open.reverse()) this.follow(job);
  }

  /** Takes files that are dropped anywhere on the page. */
  takeDrops() {
    listenForDrops((files, folders) => {
      if (folders.length) say(`“${folders[0]}” is a folder: drop the files in it.`);
      this.send(files);
    });
  }
}

const total = (files) => files.reduce((sum, file) => sum + file.size, 0);

const refused = (title, detail) => new api.Problem({ code: "refused", title, detail });
