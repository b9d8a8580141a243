/** Adding files to the library: sent with their progress, then read by a job that is followed. */

import * as api from "./api.js";
import { authorization } from "./access.js";
import { announce } from "./announce.js";
import { button, el, replace } from "./dom.js";
import { failure } from "./failure.js";
import { icon } from "./icons.js";
import { JobView } from "./job.js";
import { fileSize } from "./wording.js";

/**
 * A place to drop files on or to choose them. `info()` has the limits; `begins()` and `changed()` are
 * called before and after the library changes.
 */
export class Uploads {
  #info;
  #begins;
  #changed;
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
    const { types } = this.#info().uploads;
    this.#input.accept = types.join(",");
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
    const bar = el("progress", { max: 1, value: 0, "aria-label": "Sent" });
    const row = el("div", { class: "job" }, el("p", {}, `Sending ${files.length === 1 ? files[0].name : `${files.length} files`}, ${fileSize(total(files))}`), bar);
    this.#jobs.prepend(row);
    try {
      this.#check(files);
      const job = await post(files, (share) => (bar.value = share));
      this.follow(job, row);
    } catch (problem) {
      const away = button("Dismiss", icon("close"), () => row.remove());
      replace(row, failure(problem, () => { row.remove(); this.send(files); }), away);
    }
  }

  #check(files) {
    const { max_mb, max_files } = this.#info().uploads;
    if (total(files) > max_mb * 2 ** 20) throw new api.Problem({ title: "Too large", detail: `${fileSize(total(files))}; ${max_mb} MB at once are allowed.` });
    if (files.length > max_files) throw new api.Problem({ title: "Too many files", detail: `${files.length} files; ${max_files} at once are allowed.` });
  }

  /** Shows a job until it is done, in place of `row` or above the others. */
  async follow(job, row = null) {
    const view = new JobView(job);
    if (row) row.replaceWith(view.node);
    else this.#jobs.prepend(view.node);
    await view.follow();
    announce(view.summary);
    this.#changed();
  }

  /** Takes files that are dropped anywhere on the page. */
  takeDrops() {
    const files = (event) => event.dataTransfer?.types.includes("Files");
    document.addEventListener("dragover", (event) => {
      if (!files(event)) return;
      event.preventDefault();
      document.body.classList.add("dropping");
    });
    document.addEventListener("dragleave", (event) => event.relatedTarget === null && document.body.classList.remove("dropping"));
    document.addEventListener("drop", (event) => {
      document.body.classList.remove("dropping");
      if (!files(event)) return;
      event.preventDefault();
      this.send([...event.dataTransfer.files]);
    });
  }
}

const total = (files) => files.reduce((sum, file) => sum + file.size, 0);

/** Sends the files by XMLHttpRequest, since fetch can't tell how much has gone out. */
function post(files, progress) {
  const form = new FormData();
  for (const file of files) form.append("files", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/v1/papers");
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onerror = () => reject(api.away());
    request.onload = () => (request.status === 202 ? resolve(JSON.parse(request.responseText)) : reject(problemIn(request)));
    request.send(form);
  });
}

function problemIn(request) {
  try {
    return new api.Problem({ ...JSON.parse(request.responseText), status: request.status });
  } catch {
    return new api.Problem({ status: request.status, title: request.statusText });
  }
}
