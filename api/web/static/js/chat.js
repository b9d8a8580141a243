/** The conversation: asks, follows the answers that are being made, opens threads. */

import * as api from "./api.js";
import { advanced } from "./answer-state.js";
import { announce } from "./announce.js";
import { Turn } from "./answer.js";
import { byId, replace } from "./dom.js";
import { failure, skeleton } from "./failure.js";
import { stageName } from "./stages.js";
import { follow } from "./stream.js";
import { count } from "./wording.js";

/** Tells by `busy` events whether an answer is being made, by `thread` events which thread is open. */
export class Chat extends EventTarget {
  #root = byId("conversation");
  #pages;
  #scope;
  #openPaper;
  #turns = [];
  #welcome;
  threadId = null;
  running = null;

  constructor({ pages, scope, openPaper, welcome }) {
    super();
    this.#pages = pages;
    this.#scope = scope;
    this.#openPaper = openPaper;
    this.#welcome = welcome;
  }

  /** Shows a thread, or none: then the next question begins one. */
  async open(threadId) {
    if (threadId && threadId === this.threadId) return;
    this.#become(threadId);
    if (!threadId) return replace(this.#root, this.#welcome());
    replace(this.#root, skeleton(8));
    try {
      const { answers } = await api.thread(threadId);
      if (this.threadId === threadId) this.#fill(answers);
    } catch (problem) {
      replace(this.#root, failure(problem, problem.code === "unknown-thread" ? null : () => this.#reopen(threadId)));
    }
  }

  /** Draws the start anew, once there is more to say on it. */
  refresh() {
    if (!this.#turns.length) replace(this.#root, this.#welcome());
  }

  #reopen(threadId) {
    this.threadId = null;
    this.open(threadId);
  }

  #fill(answers) {
    this.#turns = answers.map((answer) => new Turn(answer.request, this.#acts, answer));
    replace(this.#root, this.#turns.length ? this.#turns.map(({ node }) => node) : this.#welcome());
    for (const turn of this.#turns) {
      if (turn.state.state === "running") this.#follow(turn, () => api.answerEvents(turn.state.id, ""));
    }
    this.#turns.at(-1)?.node.scrollIntoView();
  }

  #become(threadId) {
    this.threadId = threadId;
    this.#turns = [];
    this.#setRunning(null);
    this.dispatchEvent(new Event("thread"));
  }

  /** Asks, in the open thread or in a new one. */
  async ask(question, fields = this.#scope.fields) {
    if (this.running) return;
    const turn = new Turn({ question, ...fields }, this.#acts);
    if (!this.#turns.length) replace(this.#root);
    this.#turns.push(turn);
    this.#root.append(turn.node);
    turn.node.scrollIntoView({ block: "start" });
    await this.#follow(turn, () => this.#start(turn));
  }

  async #start(turn) {
    const id = this.threadId ?? (await api.createThread()).id;
    if (!this.threadId && this.#turns.includes(turn)) {
      this.threadId = id;
      this.dispatchEvent(new Event("thread"));
    }
    return api.ask({ ...turn.state.request, thread_id: id });
  }

  async #follow(turn, open) {
    this.#setRunning(turn);
    let said = "";
    const step = (event) => {
      this.#update(turn, advanced(turn.state, event));
      const stage = turn.state.state === "running" ? stageName(turn.state) : this.#outcome(turn.state);
      if (stage !== said) announce((said = stage));
    };
    const reopen = (last) => turn.state.id && (() => api.answerEvents(turn.state.id, last));
    try {
      for await (const event of follow(open, reopen)) step(event);
    } catch (problem) {
      const detail = problem.message ?? `${problem}`;
      step({ event: "error", data: problem.code ? problem : { code: "away", detail } });
    }
    if (this.running === turn) this.#setRunning(null);
    this.dispatchEvent(new Event("answered"));
  }

  #outcome(state) {
    if (state.state === "failed") return "The answer failed";
    if (state.abstained) return "Not found in these papers";
    return `Answered with ${count(state.citations.length, "citation")}`;
  }

  #update(turn, state) {
    const { scrollHeight, scrollTop, clientHeight } = this.#root;
    const atEnd = scrollHeight - scrollTop - clientHeight < 80;
    turn.update(state);
    if (atEnd && state.draft) requestAnimationFrame(() => (this.#root.scrollTop = this.#root.scrollHeight));
  }

  #setRunning(turn) {
    this.running = turn;
    this.dispatchEvent(new Event("busy"));
  }

  /** Stops the answer that is being made. */
  async stop() {
    const id = this.running?.state.id;
    if (id) await api.stopAnswer(id).catch((problem) => announce(problem.message));
  }

  get #acts() {
    return {
      openCitation: (turn, index) => this.#openPlaces(turn, turn.state.citations, index),
      openHit: (turn, index) => this.#openPlaces(turn, hits(turn.state), index),
      openHitOf: (answer) => (chunkId) => {
        const places = hits(answer);
        this.#pages.open(places, places.findIndex((hit) => hit.chunk_id === chunkId));
      },
      isPageOpen: () => this.#pages.isOpen,
      openPaper: this.#openPaper,
      again: (turn) => this.#replaceTurn(turn),
      againWith: ({ question, ...fields }) => this.ask(question, limitsOf(fields)),
      askWithoutLimits: (turn) => {
        this.#scope.clear();
        this.ask(turn.state.request.question, {});
      },
    };
  }

  #openPlaces(turn, places, index) {
    const cited = places === turn.state.citations;
    for (const each of this.#turns) each.markOpen(null);
    this.#pages.open(places, index, { onMove: (at) => cited && turn.markOpen(at) });
  }

  #replaceTurn(turn) {
    if (this.running) return;
    turn.node.remove();
    this.#turns = this.#turns.filter((each) => each !== turn);
    const { question, ...fields } = turn.state.request;
    this.ask(question, limitsOf(fields));
  }
}

function hits(answer) {
  return answer.evidence.map((hit) => ({ ...hit, page: hit.pages[0] ?? null, quote: hit.text }));
}

function limitsOf({ papers, sections, year_from, year_to }) {
  return Object.fromEntries(
    Object.entries({ papers, sections, year_from, year_to }).filter(([, value]) => value !== null && value !== undefined && value.length !== 0),
  );
}
