/** The API key, if the server wants one. It lasts as long as the tab. */

import { storage } from "./keeping.js";

const NAME = "scholium-key";
const kept = storage("sessionStorage");

/** The headers that show the key. */
export function authorization() {
  const key = kept.get(NAME);
  return key ? { Authorization: `Bearer ${key}` } : {};
}

export function hasKey() {
  return kept.get(NAME) !== null;
}

/**
 * Keeps what somebody gave as a key, without the words around it. Returns whether it can be one:
 * other characters than these no header takes.
 */
export function keepKey(given) {
  const key = given.trim().replace(/^(Authorization:\s*)?Bearer\s+/i, "");
  if (!/^[\x21-\x7e]+$/.test(key)) return false;
  kept.set(NAME, key);
  return true;
}

export function forgetKey() {
  kept.remove(NAME);
}
