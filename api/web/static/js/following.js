/** An answer that is being made, followed from the question on and through lost connections. */

import * as api from "./api.js";
import { follow } from "./stream.js";

export class Following {
  #id;
  #take;
  #over = new AbortController();
  #left = false;
  #stopping = false;

  /** `take(event)` is told each event; `broken` is one that following it failed. */
  constructor(id, take) {
    this.#id = id;
    this.#take = take;
  }

  /** Resolves when there is nothing more to come. `open(signal)` gives the first response. */
  async run(open) {
    const { signal } = this.#over;
    const reopen = (last) => this.#id && (() => api.answerEvents(this.#id, last, signal));
    try {
      for await (const event of follow(() => this.#opened(open), reopen, signal)) this.#tell(event);
    } catch (problem) {
      this.#tell({ event: "broken", data: problem });
    }
  }

  /** Stops the answer, as soon as it is known which it is. */
  async stop() {
    this.#stopping = true;
    if (this.#id) await api.stopAnswer(this.#id);
  }

  /** Goes away; the answer is made nevertheless, so a question that is on its way gets there. */
  leave() {
    this.#left = true;
    if (this.#id) this.#over.abort();
  }

  async #opened(open) {
    const response = await open(this.#over.signal);
    this.#learn(api.answerIdOf(response));
    return response;
  }

  #tell(event) {
    this.#learn(event.data.answer_id);
    if (!this.#left) this.#take(event);
  }

  #learn(id) {
    if (!id || this.#id) return;
    this.#id = id;
    if (this.#stopping) this.stop().catch(() => {}); // the answer comes, and says that it was not stopped
    if (this.#left) this.#over.abort();
    else this.#take({ event: "known", data: { id } });
  }
}
