/** How far an answer is. */

import { STAGES } from "./answer-state.js";
import { el } from "./dom.js";
import { count } from "./wording.js";

const NAMES = { queued: "Queued", searching: "Searching", writing: "Writing", checking: "Checking citations" };

/** The name of the stage that an answer is at. */
export function stageName(state) {
  if (state.lost) return "Connection lost, looking for it";
  return state.stage === "reading" ? `Reading ${count(state.evidence.length, "passage")}` : NAMES[state.stage];
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
