/** Light, dark, or as the system has it: kept in this browser. */

import { button } from "./dom.js";
import { icon } from "./icons.js";
import { storage } from "./keeping.js";

const NAME = "scholium-theme";
const places = storage("localStorage");
const NEXT = { auto: "light", light: "dark", dark: "auto" };
const LABEL = { auto: "as the system", light: "light", dark: "dark" };

function chosen() {
  const kept = places.get(NAME);
  return Object.hasOwn(NEXT, kept) ? kept : "auto";
}

/** `first-theme.js` does the same before anything is drawn. */
export function applyTheme() {
  document.documentElement.dataset.theme = chosen();
}

/** The button that goes from one theme to the next. */
export function themeButton() {
  const node = button("", icon(chosen()), () => {
    places.set(NAME, NEXT[chosen()]);
    applyTheme();
    show();
  });
  const show = () => {
    const label = `Theme: ${LABEL[chosen()]}`;
    node.replaceChildren(icon(chosen()));
    node.title = label;
    node.setAttribute("aria-label", label);
  };
  show();
  return node;
}
