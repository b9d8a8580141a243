/** What is known of an answer while it is made. Pure: each event gives the next state. */

/** The stages in their order. `reading` begins with the evidence, `checking` with the first citation. */
export const STAGES = ["queued", "searching", "reading", "writing", "checking"];

/** A question that was just asked, or an answer that is still made. */
export function begun(request, answer = {}) {
  return {
    id: null, thread_id: null, stage: "queued", lost: false, draft: "", html: "", citations: [], evidence: [],
    unsupported: [], note: "", abstained: false, trace: null, searched: "", feedback: null, problem: null,
    resumable: false, step: null,
    ...answer,
    state: answer.state ?? "running",
    request,
  };
}

/** The state after an event of the stream. */
export function advanced(state, { event, data }) {
  const next = { ...state, lost: event === "lost" };
  switch (event) {
    case "status":
      return status(next, data);
    case "evidence":
      return { ...next, stage: "reading", evidence: data.hits, trace: data.trace, searched: data.searched };
    case "step":
      return { ...next, step: data };
    case "token":
      return { ...next, stage: "writing", draft: next.draft + data.text };
    case "citation":
      return { ...next, stage: "checking", citations: [...next.citations, data] };
    case "done":
      return { ...next, ...data, draft: data.html || data.state === "done" ? "" : next.draft };
    case "known":
      return { ...next, id: data.id };
    case "error":
      return { ...next, state: "failed", problem: data };
    case "broken": // the answer itself may be well
      return { ...next, state: "failed", problem: data, resumable: next.id !== null && data.code !== "unknown-answer" };
    default:
      return next;
  }
}

function status(state, { answer_id, thread_id, stage }) {
  const known = { ...state, id: answer_id, thread_id };
  if (stage === "restarted") {
    return { ...known, stage: "queued", draft: "", citations: [], evidence: [], trace: null, step: null };
  }
  const later = STAGES.indexOf(stage) > STAGES.indexOf(state.stage);
  return later && stage !== "writing" ? { ...known, stage } : known;
}
