/** The papers that the open thread is pinned to: its questions go to these alone, unless they are limited to others. */

import * as api from "./api.js";
import { say } from "./announce.js";
import { button, el, replace } from "./dom.js";
import { icon } from "./icons.js";
import { shortTitle } from "./wording.js";

/** Papers by id, that tell by `change` events what they have become. */
export class Pins extends EventTarget {
  papers = new Map();

  get ids() {
    return [...this.papers.keys()];
  }

  put(papers) {
    this.papers = new Map(papers.map((paper) => [paper.id, paper]));
    this.dispatchEvent(new Event("change"));
  }

  /** Those of a thread as the server has it; one that is gone from the library is shown by its id. */
  async load(ids, stillWanted) {
    if (!ids.length) return;
    const found = await Promise.all(ids.map((id) => api.paper(id).catch(() => ({ id, title: id }))));
    if (stillWanted()) this.put(found);
  }
}

/** The pins as chips, and what pins the papers that the next question is limited to. */
export function pinChips({ pins, scope, threadId }) {
  const list = el("ul", { class: "scope-chips pins", "aria-label": "The thread is pinned to" });
  const change = async (papers) => {
    const before = [...pins.papers.values()];
    pins.put(papers);
    if (!threadId()) return true; // it begins with the next question, pinned like this
    try {
      await api.pinThread(threadId(), pins.ids);
      return true;
    } catch (problem) {
      pins.put(before);
      say(problem.message);
      return false;
    }
  };
  const unpin = (paper) => change([...pins.papers.values()].filter(({ id }) => id !== paper.id));
  const pin = async () => {
    if (await change([...scope.papers.values()])) scope.onlyPapers([]);
  };
  const chip = (paper) => {
    const title = shortTitle(paper.title || paper.id);
    return el("li", {}, icon("pin"), el("span", { title: paper.title }, title), button(`Unpin ${title}`, icon("close"), () => unpin(paper)));
  };
  const show = () => {
    const chips = [...pins.papers.values()].map(chip);
    if (scope.papers.size) {
      const which = scope.papers.size === 1 ? "this paper" : "these papers";
      chips.push(el("li", { class: "pin" }, button(`Pin the thread to ${which}`, icon("pin"), pin, { text: `Pin the thread to ${which}` })));
    }
    replace(list, chips);
    list.hidden = !chips.length;
  };
  for (const each of [pins, scope]) each.addEventListener("change", show);
  show();
  return list;
}
