/** Binds the parts of the page to one another. Each part knows only what it is given here. */

import { hasKey } from "./access.js";
import { say } from "./announce.js";
import * as api from "./api.js";
import { Chat } from "./chat.js";
import { composer } from "./composer.js";
import { button, byId, el, replace } from "./dom.js";
import { failure, whenAnotherKey } from "./failure.js";
import { icon } from "./icons.js";
import { askForKey, KEY_HINT } from "./key-dialog.js";
import { LibraryView } from "./library.js";
import { PageView } from "./page-view.js";
import { Panel } from "./panel.js";
import { PaperDetail } from "./paper-detail.js";
import { Pins } from "./pins.js";
import { parseRoute } from "./routes.js";
import { Scope } from "./scope.js";
import { listen } from "./shortcuts.js";
import { sidebar } from "./sidebar.js";
import { applyTheme } from "./theme.js";
import { threadList } from "./threads.js";
import { Uploads } from "./upload.js";
import { welcome } from "./welcome.js";

applyTheme();

let info = { uploads: { types: [], max_mb: 0, max_files: 0 }, model: null, keys_required: false };
let papers = { known: false, items: [], total: 0 };

const scope = new Scope();
const pins = new Pins();
const panel = new Panel();
const openPaper = (id) => detail.open(id);
const openLibrary = () => library.open();
const pages = new PageView(panel, openPaper);
const uploads = new Uploads({ info: () => info, begins: openLibrary, changed: libraryChanged });
const library = new LibraryView({ panel, scope, uploads: uploads.node, openPaper });
const detail = new PaperDetail({ panel, pages, scope, remove, back: openLibrary });
const chat = new Chat({ pages, scope, pins, openPaper, welcome: start });
const threads = threadList({ opened: () => chat.threadId, go: (id) => go(id ? `#/threads/${id}` : "#/") });
const about = el("p", { class: "about quiet" });
const question = composer({ chat, scope, pins, openLibrary, about });
const side = sidebar({ threads: threads.node, begin, openLibrary, changeKey: () => changeKey() });

function start() {
  return welcome({
    known: papers.known,
    papers,
    upload: () => uploads.choose(),
    openLibrary,
    ask: ({ question: text, papers: only }) => chat.ask(text, only.length ? { papers: only.map(({ id }) => id) } : {}),
  });
}

function begin() {
  go("#/");
  question.focus();
}

function go(hash) {
  if (location.hash === hash) follow();
  else location.hash = hash;
}

async function follow() {
  const route = parseRoute(location.hash);
  side.close();
  if (route.name === "thread") return chat.open(route.id);
  if (route.name === "start") return chat.open(null);
  if (!chat.threadId && !chat.running) await chat.open(null); // a paper is shown beside whatever is open
  if (route.name === "paper") openPaper(route.id);
  else await openPage(route);
}

async function openPage({ id, page, boxes }) {
  try {
    const paper = await api.paper(id);
    await pages.open([{ paper, page, boxes, quote: "", section: null }]);
  } catch (problem) {
    panel.show("Page", failure(problem, () => openPage({ id, page, boxes })));
  }
}

async function remove(paper) {
  try {
    uploads.follow(await api.removePaper(paper.id));
  } catch (problem) {
    say(problem.message);
  }
}

async function libraryChanged() {
  if (library.isOpen) library.load();
  await lookAround().catch((problem) => say(problem.message));
  if (!chat.running) chat.refresh();
}

/** Asks what there is: the limits, the model, the first papers. */
async function lookAround() {
  info = await api.info();
  if (info.keys_required && !hasKey()) {
    if (!(await askForKey())) throw new api.Problem({ code: "unauthorized", detail: KEY_HINT });
    info = await api.info();
  }
  side.showKey(info.keys_required);
  uploads.showLimits();
  replace(about, info.model ? `Written by ${info.model}; each citation is checked in the paper.` : "Quotes from the papers; no language model is configured.");
  papers = await api.papers({ limit: 2 }).then((found) => ({ ...found, known: true }), () => ({ known: false, items: [], total: 0 }));
}

async function changeKey(retry = null) {
  if (!(await askForKey())) return;
  await begun();
  retry?.();
}

api.whenUnauthorized(async (problem) => {
  const isGiven = await askForKey(problem.message);
  if (isGiven) lookAround().catch(() => {}); // there may be more to see than before
  return isGiven;
});
whenAnotherKey(changeKey);

chat.addEventListener("thread", () => {
  if (chat.threadId && parseRoute(location.hash).id !== chat.threadId) history.replaceState(null, "", `#/threads/${chat.threadId}`);
  threads.show();
});
chat.addEventListener("changed", () => threads.load());
for (const kind of ["thread", "busy"]) {
  chat.addEventListener(kind, () => (document.title = chat.title ? `${chat.title} · Scholium` : "Scholium"));
}

listen({
  focusQuestion: () => question.focus(),
  escape: () => (side.isOpen() ? side.close() : panel.isOpen ? panel.close() : chat.stop()),
});
replace(byId("menu"), icon("menu"));
replace(byId("open-library"), button("Library", icon("library"), openLibrary, { text: "Library" }));
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  question.focus();
});
addEventListener("hashchange", follow);
uploads.takeDrops();

async function begun() {
  try {
    await lookAround();
  } catch (problem) {
    return replace(byId("conversation"), failure(problem, begun));
  }
  threads.load();
  uploads.recall();
  if (!chat.running) await follow();
}

begun();
