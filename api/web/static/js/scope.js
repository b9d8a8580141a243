/** What the next question is limited to: papers, roles of sections, years. */

import { button, el, replace } from "./dom.js";
import { icon } from "./icons.js";
import { ROLES, shortTitle, yearsName } from "./wording.js";

/** A scope that tells by `change` events what was put into it. */
export class Scope extends EventTarget {
  papers = new Map();
  sections = new Set();
  yearFrom = null;
  yearTo = null;

  /** The fields of a question that this scope sets. */
  get fields() {
    const fields = {};
    if (this.papers.size) fields.papers = [...this.papers.keys()];
    if (this.sections.size) fields.sections = [...this.sections];
    if (this.yearFrom) fields.year_from = this.yearFrom;
    if (this.yearTo) fields.year_to = this.yearTo;
    return fields;
  }

  togglePaper(paper, on = !this.papers.has(paper.id)) {
    if (on) this.papers.set(paper.id, paper);
    else this.papers.delete(paper.id);
    this.changed();
  }

  onlyPapers(papers) {
    this.papers = new Map(papers.map((paper) => [paper.id, paper]));
    this.changed();
  }

  toggleSection(role, on = !this.sections.has(role)) {
    if (on) this.sections.add(role);
    else this.sections.delete(role);
    this.changed();
  }

  /** Years in the wrong order are put into the right one. */
  setYears(from, to) {
    [this.yearFrom, this.yearTo] = from && to && from > to ? [to, from] : [from, to];
    this.changed();
  }

  clear() {
    this.papers.clear();
    this.sections.clear();
    this.setYears(null, null);
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** The limits as chips, each of which can be taken away. */
export function scopeChips(scope) {
  const list = el("ul", { class: "scope-chips", "aria-label": "The question is limited to" });
  const chip = (text, remove) =>
    el("li", {}, el("span", { title: text }, text), button(`Remove the limit ${text}`, icon("close"), remove));
  const show = () => {
    const chips = [
      ...[...scope.papers.values()].map((each) => chip(shortTitle(each.title), () => scope.togglePaper(each, false))),
      ...[...scope.sections].map((role) => chip(role, () => scope.toggleSection(role, false))),
    ];
    if (scope.yearFrom || scope.yearTo) {
      chips.push(chip(yearsName(scope.yearFrom, scope.yearTo), () => scope.setYears(null, null)));
    }
    replace(list, chips);
    list.hidden = !chips.length;
  };
  scope.addEventListener("change", show);
  show();
  return list;
}

/** Where sections and years are chosen. */
export function scopeForm(scope, openLibrary) {
  const roles = ROLES.map((role) => {
    const box = el("input", { type: "checkbox", onchange: () => scope.toggleSection(role, box.checked) });
    return { role, box, node: el("label", { class: "toggle-chip" }, box, el("span", {}, role)) };
  });
  const [from, to] = [yearInput("from"), yearInput("to")];
  const years = () => scope.setYears(yearOf(from), yearOf(to));
  from.addEventListener("change", years);
  to.addEventListener("change", years);
  scope.addEventListener("change", () => {
    for (const { role, box } of roles) box.checked = scope.sections.has(role);
    [from.value, to.value] = [scope.yearFrom ?? "", scope.yearTo ?? ""];
  });
  return el(
    "div",
    { class: "scope-form", id: "scope-form", hidden: true },
    el("fieldset", {}, el("legend", {}, "Only in sections of this kind"), el("div", { class: "toggle-chips" }, roles.map(({ node }) => node))),
    el("fieldset", { class: "years" }, el("legend", {}, "Only papers of the years"), from, " to ", to),
    button("Choose papers", icon("library"), openLibrary, { text: "Choose papers" }),
  );
}

/** A field for a year. */
export function yearInput(which) {
  return el("input", { type: "number", class: "year", min: 1900, max: 2100, placeholder: which, "aria-label": `Year ${which}` });
}

/** The year in a field, or null. */
export function yearOf(input) {
  return input.value && input.checkValidity() ? Number(input.value) : null;
}
