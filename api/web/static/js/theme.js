/** Light, dark, or as the system has it: kept in this browser. */

import { button } from "./dom.js";
import { icon } from "./icons.js";

const NAME = "scholium-theme";
const NEXT = { auto: "light", light: "dark", dark: "auto" };
const LABEL = { auto: "as the system", light: "light", dark: "dark" };

function chosen() {
  const kept = localStorage.getItem(NAME);
  return kept in NEXT ? kept : "auto";
}

/** Applied before anything is drawn, so that a page never flashes. */
export function applyTheme() {
  document.documentElement.dataset.theme = chosen();
}

/** The button that goes from one theme to the next. */
export function themeButton() {
  const node = button("", icon(chosen()), () => {
    localStorage.setItem(NAME, NEXT[chosen()]);
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
