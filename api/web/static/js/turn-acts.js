/** What can be done from within an answer. */

/** `ask(question, fields)` asks anew, `again(turn)` where something failed. */
export function turnActs({ pages, scope, openPaper, ask, again }) {
  return {
    openPaper,
    again,
    openCitation: (turn, index) => pages.open(turn.state.citations, index, { onMove: (at) => turn.markOpen(at) }),
    openHit: (turn, index) => pages.open(hits(turn.state), index),
    openHitOf: (answer) => (chunkId) => {
      const places = hits(answer);
      const index = places.findIndex((hit) => hit.chunk_id === chunkId);
      if (index >= 0) pages.open(places, index); // what was left out, or is part of another, has no place
    },
    isPageOpen: () => pages.isOpen,
    againWith: ({ question, ...fields }) => ask(question, limitsOf(fields)),
    askWithoutLimits: (turn) => {
      scope.clear();
      ask(turn.state.request.question, { papers: [] }); // all of them, whatever the thread is pinned to
    },
  };
}

/** The limits that a question was asked with. */
export function limitsOf({ papers, sections, year_from, year_to }) {
  const limits = Object.entries({ papers, sections, year_from, year_to });
  return Object.fromEntries(limits.filter(([, value]) => value !== null && value !== undefined && value.length !== 0));
}

function hits(answer) {
  return answer.evidence.map((hit) => ({ ...hit, page: hit.pages[0] ?? null, quote: hit.text }));
}
