/** The list of threads. */

import * as api from "./api.js";
import { confirm, prompt } from "./dialogs.js";
import { button, el, replace } from "./dom.js";
import { failure, skeleton } from "./failure.js";
import { icon } from "./icons.js";

const PAGE = 50;

/** `opened()` says which thread is open; `go(id)` opens one, or none. */
export function threadList({ opened, go }) {
  const list = el("ul", { class: "threads" });
  const more = el("button", { type: "button", class: "link", hidden: true, onclick: () => load(PAGE) }, "Older threads");
  const node = el("div", { class: "thread-list" }, list, more);
  let items = [];

  const load = async (step = 0) => {
    const wanted = Math.max(items.length, PAGE) + step;
    if (!items.length) replace(list, skeleton(3));
    try {
      const found = await api.threads(wanted, 0);
      items = found.items;
      more.hidden = found.total <= items.length;
      show();
    } catch (problem) {
      replace(list, el("li", {}, problem.code === "forbidden" ? "This key can't list threads." : failure(problem, () => load())));
    }
  };
  const show = () => replace(list, items.length ? items.map(row) : el("li", { class: "quiet" }, "No threads yet."));
  const row = (thread) =>
    el(
      "li",
      { class: thread.id === opened() ? "open" : null },
      el("a", { href: `#/threads/${encodeURIComponent(thread.id)}`, title: thread.title, "aria-current": thread.id === opened() ? "page" : null }, thread.title || "New thread"),
      button(`Rename ${thread.title}`, icon("rename"), () => rename(thread)),
      button(`Delete ${thread.title}`, icon("remove"), () => remove(thread)),
    );
  const rename = async (thread) => {
    const title = await prompt("Rename the thread", "Title", thread.title, "Rename");
    if (title) await change(() => api.renameThread(thread.id, title));
  };
  const remove = async (thread) => {
    const sure = await confirm("Delete this thread?", `“${thread.title || "New thread"}” and its answers are deleted for good.`, "Delete");
    if (!sure) return;
    await change(() => api.deleteThread(thread.id));
    if (thread.id === opened()) go(null);
  };
  const change = async (work) => {
    try {
      await work();
      await load();
    } catch (problem) {
      list.prepend(el("li", {}, failure(problem)));
    }
  };
  return { node, load, show };
}
