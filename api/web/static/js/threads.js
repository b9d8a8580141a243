/** The list of threads. */

import * as api from "./api.js";
import { say } from "./announce.js";
import { confirm, prompt } from "./dialogs.js";
import { button, el, redraw, replace } from "./dom.js";
import { failure, skeleton } from "./failure.js";
import { icon } from "./icons.js";
import { firstOf } from "./paging.js";

const PAGE = 50;

/** `opened()` says which thread is open; `go(id)` opens one, or none. */
export function threadList({ opened, go }) {
  const list = el("ul", { class: "threads" });
  const more = el("button", { type: "button", class: "link", hidden: true, onclick: () => load(PAGE) }, "Older threads");
  const node = el("div", { class: "thread-list" }, list, more);
  let items = [];
  let asked = null;

  const load = async (step = 0) => {
    asked?.abort();
    const { signal } = (asked = new AbortController());
    const wanted = Math.max(items.length, PAGE) + step;
    if (!items.length) replace(list, skeleton(3));
    try {
      const found = await firstOf(wanted, (limit, offset) => api.threads(limit, offset, signal));
      items = found.items;
      more.hidden = found.total <= items.length;
      show();
    } catch (problem) {
      if (problem.name !== "AbortError") tell(problem);
    }
  };
  const tell = (problem) => {
    if (items.length) return say(problem.message); // what is there may still be opened
    replace(list, el("li", {}, problem.code === "forbidden" ? "This key can't list threads." : failure(problem, () => load())));
  };
  const show = () => redraw(list, items.length ? items.map(row) : el("li", { class: "quiet" }, "No threads yet."));
  const row = (thread) =>
    el(
      "li",
      { class: thread.id === opened() ? "open" : null },
      el("a", { href: `#/threads/${encodeURIComponent(thread.id)}`, title: thread.title, "data-key": `open ${thread.id}`, "aria-current": thread.id === opened() ? "page" : null }, nameOf(thread)),
      button(`Rename ${nameOf(thread)}`, icon("rename"), () => rename(thread), { "data-key": `rename ${thread.id}` }),
      button(`Delete ${nameOf(thread)}`, icon("remove"), () => remove(thread), { "data-key": `delete ${thread.id}` }),
    );
  const rename = async (thread) => {
    const title = await prompt("Rename the thread", "Title", thread.title, "Rename");
    if (title) await change(() => api.renameThread(thread.id, title));
  };
  const remove = async (thread) => {
    const sure = await confirm("Delete this thread?", `“${nameOf(thread)}” and its answers are deleted for good.`, "Delete");
    if (!sure) return;
    if ((await change(() => api.deleteThread(thread.id))) && thread.id === opened()) go(null);
  };
  const change = async (work) => {
    try {
      await work();
    } catch (problem) {
      say(problem.message);
      return false;
    }
    await load();
    return true;
  };
  return { node, load, show };
}

const nameOf = (thread) => thread.title || "New thread";
