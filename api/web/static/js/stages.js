/** How far an answer is. */

import { STAGES } from "./answer-state.js";
import { button, el } from "./dom.js";
import { icon } from "./icons.js";
import { tryNow } from "./patience.js";
import { count } from "./wording.js";

const NAMES = { queued: "Queued", searching: "Searching", writing: "Writing", checking: "Checking citations" };

/** The name of the stage that an answer is at. */
export function stageName(state) {
  if (state.lost) return "Connection lost, looking for it";
  if (state.stage !== "reading") return NAMES[state.stage];
  return state.step ? `Asking again: ${state.step.kind}, round ${state.step.round}` : `Reading ${count(state.evidence.length, "passage")}`;
}

/** How an answer ended, in a line; nothing for a failure, whose box says it. */
export function outcome(state) {
  if (state.state === "failed") return "";
  if (state.state === "cancelled") return "Stopped";
  if (state.abstained) return "Not found in these papers";
  return `Answered with ${count(state.citations.length, "citation")}`;
}

/** A line that the connection is lost, with a way not to wait. */
export function lostNote() {
  return el("p", { class: "note lost-note" }, icon("warning"), el("span", {}, "The connection is lost. The answer goes on; it is shown as soon as the server can be reached."),
    button("Try now", icon("retry"), tryNow, { text: "Try now" }));
}

/** All stages, with the one that it is at. */
export function stageList(state) {
  const now = STAGES.indexOf(state.stage);
  return el(
    "ol",
    { class: state.lost ? "stages lost" : "stages" },
    STAGES.slice(1).map((stage, index) => {
      const at = index + 1 - Math.max(now, 1);
      const name = at === 0 ? stageName(now === 0 || state.lost ? state : { ...state, stage }) : stageName({ ...state, stage, lost: false });
      const shown = stage === "reading" && at > 0 ? "Reading" : name;
      return el("li", { class: at < 0 ? "past" : at === 0 ? "now" : "coming", "aria-current": at === 0 ? "step" : null }, shown);
    }),
  );
}
