/** Asks people for the key of the server. */

import { keepKey } from "./access.js";
import { prompt } from "./dialogs.js";

export const KEY_HINT = "Whoever runs this server gives keys, with `scholium keys create`. It is kept until this tab is closed.";
const NO_KEY = "No key has such characters: they look like sch_….";

let asked = null;

/** Whether somebody gave what can be a key. However many ask for it, one dialog is shown. */
export function askForKey(hint = KEY_HINT) {
  asked ??= untilGiven(hint).finally(() => (asked = null));
  return asked;
}

async function untilGiven(hint) {
  for (let said = hint; ; said = NO_KEY) {
    const key = await prompt("A key is needed", "Key", "", "Go on", { type: "password", hint: said });
    if (!key) return false;
    if (keepKey(key)) return true;
  }
}
