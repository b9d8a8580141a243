/** What is out of reach while something lies over it: on a phone, the drawer and the panel do. */

import { byId } from "./dom.js";

const NARROW = matchMedia("(max-width: 60rem)");
const open = { drawer: false, panel: false };

/** Tells that the drawer or the panel was opened or closed. */
export function cover(name, isOpen) {
  open[name] = isOpen;
  apply();
}

/** Whether the page is so narrow that they cover the rest. */
export const isNarrow = () => NARROW.matches;

/** `act` is called whenever that changes. */
export const whenWidthChanges = (act) => NARROW.addEventListener("change", act);

function apply() {
  byId("main").inert = NARROW.matches && (open.drawer || open.panel);
  byId("sidebar").inert = NARROW.matches && !open.drawer;
}

whenWidthChanges(apply);
