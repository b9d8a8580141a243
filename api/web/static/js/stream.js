/** Server-sent events over fetch, which unlike EventSource can send a key and a question. */

import { pause } from "./patience.js";

const LAST = new Set(["done", "error"]);
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 15_000;
const PASSING = new Set([408, 425, 429]);

/**
 * The events of something that ends with `done` or `error`, through lost connections.
 *
 * `open()` gives the first response. `reopen(last)` gives one that goes on after the event with
 * the id `last`, or null as long as it is not known what to go on with. An event named `lost`
 * tells that a connection is being looked for, which goes on until `signal` is aborted, and one
 * named `found` that there is one again. Ends without a last event where the server says (204)
 * that all was told. Raises what can't be mended by trying again.
 */
export async function* follow(open, reopen, signal) {
  let connect = open;
  let last = "";
  for (let failures = 0; ; ) {
    try {
      const response = await connect();
      if (response.status === 204) return;
      if (failures) yield { event: "found", data: {} };
      for await (const event of read(response)) {
        failures = 0;
        last = event.id || last;
        yield event;
        if (LAST.has(event.event)) return;
      }
      throw new TypeError("the stream ended early");
    } catch (error) {
      const going = reopen(last);
      if (signal?.aborted || going === null || !passes(error)) throw error;
      connect = going;
      yield { event: "lost", data: { tries: ++failures } };
      await pause(Math.max(error.waitMs ?? 0, Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS)), signal);
    }
  }
}

/** Whether what failed may work the next time: no answer, a broken one, or a server that is busy. */
function passes(error) {
  if (error.name === "AbortError") return false;
  return !error.status || error.status >= 500 || PASSING.has(error.status);
}

/** The events in the body of a response: `{id, event, data}`, the data parsed as JSON. */
export async function* read(response) {
  let rest = "";
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split(/\r?\n\r?\n/);
      rest = blocks.pop();
      yield* blocks.map(parse).filter((event) => event !== null);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * One block of lines as an event; null for a comment that keeps the connection alive. Lines end
 * with \n alone: U+2028 and its like may stand in the data (hence the flag s).
 */
export function parse(block) {
  const found = { id: "", event: "message", data: [] };
  for (const line of block.split(/\r?\n/)) {
    const [, name, value] = line.match(/^(id|event|data): ?(.*)$/s) ?? [];
    if (name === "data") found.data.push(value);
    else if (name) found[name] = value;
  }
  return found.data.length ? { ...found, data: JSON.parse(found.data.join("\n")) } : null;
}
