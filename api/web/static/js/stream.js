/** Server-sent events over fetch, which unlike EventSource can send a key and a question. */

const LAST = new Set(["done", "error"]);
const TRIES = 12;
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 5000;

/**
 * The events of something that ends with `done` or `error`, through lost connections.
 *
 * `open()` gives the first response. `reopen(last)` gives one that goes on after the event with
 * the id `last`; it returns null as long as it is not known what to go on with. An event named
 * `lost` tells that a connection is being looked for. Raises what the last try raised.
 */
export async function* follow(open, reopen) {
  let connect = open;
  let last = "";
  for (let failures = 0; ; ) {
    try {
      for await (const event of read(await connect())) {
        failures = 0;
        last = event.id || last;
        yield event;
        if (LAST.has(event.event)) return;
      }
      throw new TypeError("the stream ended early");
    } catch (error) {
      const gone = error.status && error.code !== "away" && error.status < 500;
      const going = reopen(last);
      if (gone || going === null || ++failures > TRIES) throw error;
      connect = going;
      yield { event: "lost", data: { tries: failures } };
      await new Promise((resolve) => setTimeout(resolve, Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS)));
    }
  }
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

/** One block of lines as an event; null for a comment that keeps the connection alive. */
export function parse(block) {
  const found = { id: "", event: "message", data: [] };
  for (const line of block.split(/\r?\n/)) {
    const [, name, value] = line.match(/^(id|event|data): ?(.*)$/) ?? [];
    if (name === "data") found.data.push(value);
    else if (name) found[name] = value;
  }
  return found.data.length ? { ...found, data: JSON.parse(found.data.join("\n")) } : null;
}
