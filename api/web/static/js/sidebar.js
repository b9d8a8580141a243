/** The side of the page with the threads; on a phone a drawer. */

import { button, byId, el, replace } from "./dom.js";
import { icon } from "./icons.js";
import { showKeys } from "./shortcuts.js";
import { themeButton } from "./theme.js";

const NARROW = matchMedia("(max-width: 60rem)");

/** Fills the sidebar; `begin()` starts a new thread. Returns what opens and closes the drawer. */
export function sidebar({ threads, begin, openLibrary }) {
  const node = byId("sidebar");
  const menu = byId("menu");
  const set = (open) => {
    node.classList.toggle("open", open);
    menu.setAttribute("aria-expanded", open);
    byId("main").inert = open && NARROW.matches;
    node.inert = NARROW.matches && !open;
    if (open) node.querySelector("button").focus();
  };
  const close = () => node.classList.contains("open") && (set(false), menu.focus());
  replace(
    node,
    el("div", { class: "brand" }, icon("brand"), el("span", {}, "Scholium"), button("Close the menu", icon("close"), close, { class: "icon-button drawer-only" })),
    button("New thread", icon("plus"), () => (close(), begin()), { text: "New thread", class: "button new-thread" }),
    el("h2", { class: "side-title" }, "Threads"),
    threads,
    el("div", { class: "side-foot" },
      button("Library", icon("library"), () => (close(), openLibrary()), { text: "Library" }),
      button("Keys", icon("keyboard"), showKeys),
      themeButton()),
  );
  menu.addEventListener("click", () => set(true));
  NARROW.addEventListener("change", () => set(false));
  byId("scrim").addEventListener("click", close);
  set(false);
  return { close };
}
