/** Waiting for a server that may come back any moment. */

const waiting = new Set();

/** Passes after `ms`, or as soon as there is reason to try at once. Raises AbortError by `signal`. */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const over = () => {
      clearTimeout(timer);
      waiting.delete(over);
      signal?.removeEventListener("abort", over);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(over, ms);
    waiting.add(over);
    signal?.addEventListener("abort", over);
  });
}

/** Ends every pause. */
export function tryNow() {
  for (const over of [...waiting]) over();
}

addEventListener("online", tryNow);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && tryNow());
