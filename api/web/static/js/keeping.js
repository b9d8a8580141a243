/** Storage of the browser, and memory where it lets nothing be kept. */

/** `name` is "localStorage" or "sessionStorage"; what they raise where they are blocked ends here. */
export function storage(name) {
  const memory = new Map();
  const within = (work, otherwise) => {
    try {
      return work(window[name]);
    } catch {
      return otherwise();
    }
  };
  return {
    get: (key) => within((kept) => kept.getItem(key), () => memory.get(key) ?? null),
    set: (key, value) => within((kept) => kept.setItem(key, value), () => void memory.set(key, value)),
    remove: (key) => within((kept) => kept.removeItem(key), () => void memory.delete(key)),
  };
}
