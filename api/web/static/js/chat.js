/** The conversation: asks, follows the answers that are being made, opens threads. */

import * as api from "./api.js";
import { advanced, begun } from "./answer-state.js";
import { announce, say } from "./announce.js";
import { Turn } from "./answer.js";
import { byId, replace } from "./dom.js";
import { failure, skeleton } from "./failure.js";
import { Following } from "./following.js";
import { outcome, stageName } from "./stages.js";
import { limitsOf, turnActs } from "./turn-acts.js";

const NEAR_END_PX = 80;

/**
 * Tells by `busy` events whether an answer is being made, by `thread` events which thread is open,
 * by `changed` events that the list of threads has.
 */
export class Chat extends EventTarget {
  #root = byId("conversation");
  #scope;
  #pins;
  #acts;
  #turns = [];
  #welcome;
  #visit = 0;
  #loading = null;
  #following = new Map();
  threadId = null;
  running = null;

  constructor({ pages, scope, pins, openPaper, welcome }) {
    super();
    this.#scope = scope;
    this.#pins = pins;
    this.#welcome = welcome;
    const ask = (question, fields) => this.ask(question, fields);
    this.#acts = turnActs({ pages, scope, openPaper, ask, again: (turn) => this.#again(turn) });
  }

  /** What the conversation is about: its first question. */
  get title() {
    return this.#turns[0]?.state.request.question ?? "";
  }

  /** Shows a thread, or none: then the next question begins one. */
  async open(threadId) {
    if (threadId && threadId === this.threadId) return;
    this.#become(threadId);
    if (!threadId) return replace(this.#root, this.#welcome());
    replace(this.#root, skeleton(8));
    const loading = this.#load(threadId, this.#visit);
    this.#loading = loading;
    await loading;
    if (this.#loading === loading) this.#loading = null;
  }

  async #load(threadId, visit) {
    try {
      const { answers, papers } = await api.thread(threadId);
      if (this.#visit !== visit) return;
      this.#fill(answers);
      await this.#pins.load(papers, () => this.#visit === visit);
    } catch (problem) {
      if (this.#visit !== visit) return;
      const again = () => ((this.threadId = null), this.open(threadId));
      replace(this.#root, failure(problem, problem.code === "unknown-thread" ? null : again));
    }
  }

  /** Draws the start anew, once there is more to say on it. */
  refresh() {
    if (!this.#turns.length && !this.threadId) replace(this.#root, this.#welcome());
  }

  #fill(answers) {
    this.#turns = answers.map((answer) => new Turn(answer.request, this.#acts, answer));
    replace(this.#root, this.#turns.length ? this.#turns.map(({ node }) => node) : this.#welcome());
    for (const turn of this.#turns) if (turn.state.state === "running") this.#resume(turn);
    this.#turns.at(-1)?.node.scrollIntoView();
    this.dispatchEvent(new Event("thread"));
  }

  #become(threadId) {
    this.#visit++;
    this.#loading = null;
    this.threadId = threadId;
    for (const following of this.#following.values()) following.leave();
    this.#following.clear();
    this.#turns = [];
    this.#pins.put([]);
    this.#setRunning(null);
    this.dispatchEvent(new Event("thread"));
  }

  /** Asks, in the open thread or in a new one. */
  async ask(question, fields = this.#scope.fields) {
    while (this.#loading) await this.#loading;
    if (this.running) return say("An answer is being written: wait for it, or stop it.");
    const turn = new Turn({ question, ...fields }, this.#acts);
    if (!this.#turns.length) replace(this.#root);
    this.#turns.push(turn);
    this.#root.append(turn.node);
    turn.node.scrollIntoView({ block: "start" });
    await this.#follow(turn, (signal) => this.#start(turn, signal));
  }

  async #start(turn, signal) {
    const id = this.threadId ?? (await api.createThread(this.#pins.ids)).id;
    if (!this.threadId && this.#turns.includes(turn)) {
      this.threadId = id;
      this.dispatchEvent(new Event("thread"));
    }
    return api.ask({ ...turn.state.request, thread_id: id }, signal);
  }

  #resume(turn) {
    return this.#follow(turn, (signal) => api.answerEvents(turn.state.id, "", signal));
  }

  async #follow(turn, open) {
    const following = new Following(turn.state.id, (event) => this.#step(turn, event));
    this.#following.set(turn, following);
    this.#setRunning(turn);
    await following.run(open);
    if (this.#following.get(turn) === following) this.#following.delete(turn);
    if (this.running === turn) this.#setRunning(null);
    this.dispatchEvent(new Event("changed"));
  }

  #step(turn, event) {
    const before = spoken(turn.state);
    this.#update(turn, advanced(turn.state, event));
    const now = spoken(turn.state);
    if (now && now !== before) announce(now);
    if (event.event === "known") this.dispatchEvent(new Event("changed"));
  }

  #update(turn, state) {
    const { scrollHeight, scrollTop, clientHeight } = this.#root;
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    turn.update(state);
    if (atEnd && state.draft) requestAnimationFrame(() => (this.#root.scrollTop = this.#root.scrollHeight));
  }

  #setRunning(turn) {
    this.running = turn;
    this.dispatchEvent(new Event("busy"));
  }

  /** Stops the answer that is being made. */
  async stop() {
    if (!this.running) return;
    announce("Stopping");
    await this.#following.get(this.running).stop().catch((problem) => say(problem.message));
  }

  /** Goes on with an answer whose connection broke; one that failed itself is asked for anew. */
  #again(turn) {
    if (this.running) return say("An answer is being written: wait for it, or stop it.");
    const { request, id, thread_id, resumable } = turn.state;
    if (resumable) {
      turn.update(begun(request, { id, thread_id }));
      return this.#resume(turn);
    }
    turn.node.remove();
    this.#turns = this.#turns.filter((each) => each !== turn);
    const { question, ...fields } = request;
    return this.ask(question, limitsOf(fields));
  }
}

/** What screen readers are told of a state; a failure is an alert and tells of itself. */
function spoken(state) {
  return state.state === "running" ? stageName(state) : outcome(state);
}
