/** Elements without markup: whatever a server sends goes in as text. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An HTML element. `on…` are listeners; attributes that are null, undefined or false are left out,
 * but for `aria-…`, where false is a value.
 */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An element of an SVG picture. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name.startsWith("aria-")) node.setAttribute(name, value);
    else if (value === false) continue;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...present(children));
  return node;
}

function present(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Puts `children` in place of what `node` has. */
export function replace(node, ...children) {
  node.replaceChildren(...present(children));
}

/** The same, for children that are made anew: the focus goes on to the one with the same `data-key`. */
export function redraw(node, ...children) {
  const key = node.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  replace(node, ...children);
  if (key) node.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

/** A button with an icon; `label` is what it is called, shown as a tooltip unless `text` is. */
export function button(label, glyph, onclick, { text = null, ...attributes } = {}) {
  return el(
    "button",
    {
      type: "button",
      class: text ? "button" : "icon-button",
      title: text ? null : label,
      "aria-label": text === label ? null : label,
      onclick,
      ...attributes,
    },
    glyph,
    text && el("span", {}, text),
  );
}

/** The element of the page with this id. */
export function byId(id) {
  return document.getElementById(id);
}
