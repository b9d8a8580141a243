/**
 * <scholium-chat>: ask a library of papers from any page. One file without imports, so that one
 * <script src="https://HOST/widget.js"></script> is all that a page needs. docs/web.md has its
 * attributes, CSS variables and events.
 */
(() => {
  "use strict";

  // A module has no currentScript: there the first script of this name is taken.
  const script = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
  const HOME = script?.src ? new URL(script.src).origin : location.origin;
  const LAST = ["done", "error"];
  const TRIES = 12;
  const FIRST_WAIT_MS = 400;
  const LONGEST_WAIT_MS = 5000;
  const SCALE = 2;
  const STAGES = { queued: "Queued …", searching: "Searching …", writing: "Writing …", restarted: "Beginning anew …" };

  const STYLE = `
    :host {
      --accent: var(--scholium-accent, light-dark(#96301f, #f09b86));
      --on-accent: var(--scholium-on-accent, light-dark(#ffffff, #2a0d07));
      --background: var(--scholium-background, light-dark(#ffffff, #201f1c));
      --text: var(--scholium-text, light-dark(#1e1c19, #ebe8e2));
      --quiet: var(--scholium-quiet, light-dark(#67625a, #a39d92));
      --rule: var(--scholium-rule, light-dark(#d9d4cb, #3d3933));
      --radius: var(--scholium-radius, 10px);
      display: block; color-scheme: light dark; color: var(--text);
      font: 1rem/1.5 var(--scholium-font, system-ui, sans-serif);
    }
    :host([theme="light"]) { color-scheme: light; }
    :host([theme="dark"]) { color-scheme: dark; }
    :host([hidden]), [hidden] { display: none !important; }
    *, ::before { box-sizing: border-box; }
    h2, h3, p, ul, blockquote { margin: 0; padding: 0; }
    button, textarea { font: inherit; color: inherit; }
    button { cursor: pointer; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    .launcher { padding: .6em 1em; border: 0; border-radius: var(--radius); background: var(--accent); color: var(--on-accent); font-weight: 600; }
    .box { display: flex; flex-direction: column; max-height: var(--scholium-height, 36rem); overflow: hidden; border: 1px solid var(--rule); border-radius: var(--radius); background: var(--background); }
    header { display: flex; align-items: center; gap: .4em; padding: .6em .6em .6em 1em; border-bottom: 1px solid var(--rule); }
    header h2 { flex: 1; min-width: 0; font-size: 1em; overflow-wrap: anywhere; }
    .plain { padding: .25em .6em; border: 1px solid transparent; border-radius: 6px; background: none; font-size: .8125em; color: var(--quiet); }
    .plain:hover { border-color: var(--rule); color: var(--text); }
    .plain:disabled { opacity: .4; cursor: default; }
    .answers { flex: 1; min-height: 0; overflow-y: auto; padding: 0 1em; }
    .turn { padding: 1em 0; }
    .turn + .turn { border-top: 1px solid var(--rule); }
    .turn h3 { font-size: 1em; overflow-wrap: anywhere; white-space: pre-wrap; padding-bottom: .4em; }
    .text { overflow-wrap: anywhere; }
    .text > * + * { margin-top: .6em; }
    .text ul, .text ol { padding-left: 1.3em; margin-bottom: 0; }
    .text pre, .text table, math[display="block"] { display: block; overflow-x: auto; }
    .text math[display="block"] { display: block math; }
    .text td, .text th { padding: .2em .6em; border-bottom: 1px solid var(--rule); text-align: left; }
    .chip { display: inline-block; max-width: 14em; overflow: hidden; text-overflow: ellipsis; vertical-align: middle; white-space: nowrap; padding: .05em .45em; border: 1px solid var(--accent); border-radius: 5px; background: none; color: var(--accent); font-size: .75em; text-decoration: none; }
    .chip:hover { background: var(--accent); color: var(--on-accent); }
    .quiet { color: var(--quiet); font-size: .8125em; }
    .unsupported { font-size: .75em; font-style: italic; color: var(--quiet); }
    .failure { padding: .6em .8em; border: 1px solid var(--accent); border-radius: 6px; font-size: .875em; overflow-wrap: anywhere; }
    form { display: flex; align-items: flex-end; gap: .5em; padding: .6em; border-top: 1px solid var(--rule); }
    textarea { flex: 1; min-width: 0; max-height: 9em; resize: none; padding: .45em .6em; border: 1px solid var(--quiet); border-radius: 6px; background: transparent; }
    textarea::placeholder { color: var(--quiet); opacity: 1; }
    .send { padding: .45em .9em; border: 1px solid var(--accent); border-radius: 6px; background: var(--accent); color: var(--on-accent); font-weight: 600; }
    dialog { width: min(52rem, 96vw); max-height: 94dvh; padding: 0; border: 1px solid var(--rule); border-radius: var(--radius); background: var(--background); color: var(--text); }
    dialog[open] { display: flex; flex-direction: column; }
    dialog::backdrop { background: rgb(20 15 10 / 50%); }
    .sheet { flex: 1; min-height: 12rem; overflow: auto; background: color-mix(in srgb, var(--text) 8%, var(--background)); padding: .6em; }
    .sheet img { display: block; width: 100%; background: #fff; }
    blockquote { padding: .8em 1em .2em; }
    .place { padding: 0 1em .8em; }
    .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    .bars { display: block; height: .7em; margin-top: .6em; border-radius: 4px; background: var(--rule); }
    @media (prefers-reduced-motion: no-preference) { .bars { animation: breathe 1.5s infinite; } @keyframes breathe { 50% { opacity: .4; } } }
  `;

  /** An element; `on…` are listeners, strings among the children are text. */
  function el(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat().filter((child) => child !== null && child !== false && child !== undefined));
    return node;
  }

  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  function placeName({ section, page, boxes }) {
    const pages = boxes.length ? [...new Set(boxes.map((box) => box.page))].sort((a, b) => a - b) : [page].filter(Boolean);
    const name = section.number ? `§${section.number}` : section.title;
    if (!pages.length) return name;
    return `${name} ${pages.length > 1 ? `pp. ${pages[0]}–${pages.at(-1)}` : `p. ${pages[0]}`}`;
  }

  /** The text of a model as it comes, without the quotes in its markers. */
  function draft(text) {
    return text.replace(/\[\s*\d+\s*:\s*"[^"]*"(?:\s*[;,]\s*\d+\s*:\s*"[^"]*")*\s*\]/g, "").replace(/\[[^\]]*$/, "");
  }

  /** The server of a library, called from a page of another origin. */
  class Library {
    constructor(host, key) {
      this.host = host.replace(/\/+$/, "");
      this.key = key;
    }

    async call(path, { json, headers = {}, ...init } = {}) {
      if (this.key) headers = { ...headers, Authorization: `Bearer ${this.key}` };
      if (json) {
        init = { method: "POST", ...init, body: JSON.stringify(json) };
        headers = { ...headers, "Content-Type": "application/json" };
      }
      let response;
      try {
        response = await fetch(this.host + path, { ...init, headers });
      } catch {
        throw Object.assign(new Error(await this.#whyNot()), { code: "away" });
      }
      if (response.ok) return response;
      const problem = await response.json().catch(() => ({}));
      throw Object.assign(new Error(problem.detail || problem.title || `The library answered ${response.status}.`), { code: problem.code, status: response.status });
    }

    /** A browser does not say why a call failed: whether this file can be loaded tells one reason from the other. */
    async #whyNot() {
      const alive = await fetch(`${this.host}/widget.js`, { mode: "no-cors", cache: "no-store" }).then(() => true, () => false);
      return alive
        ? `${this.host} does not let pages of ${location.origin} ask it. Whoever runs it can add "${location.origin}" to serve.origins.`
        : `No answer from ${this.host}. It may not be running, or this page's Content-Security-Policy does not allow it in connect-src.`;
    }

    /** The events of `request`, through lost connections. */
    async *ask(request) {
      const headers = { Accept: "text/event-stream" };
      let open = () => this.call("/v1/ask", { json: request, headers });
      let [id, last] = [null, ""];
      for (let failures = 0; ; ) {
        try {
          for await (const event of this.#events(await open())) {
            failures = 0;
            id = event.data.answer_id ?? id;
            last = event.id || last;
            yield event;
            if (LAST.includes(event.event)) return;
          }
          throw new Error("The connection was lost.");
        } catch (error) {
          const refused = error.status && error.status < 500;
          if (refused || !id || ++failures > TRIES) throw error;
          open = () => this.call(`/v1/answers/${id}/events`, { headers: { ...headers, ...(last && { "Last-Event-ID": last }) } });
          await wait(Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS));
        }
      }
    }

    async *#events(response) {
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      try {
        for (let rest = ""; ; ) {
          const { value, done } = await reader.read();
          if (done) return;
          const blocks = (rest + value).split(/\r?\n\r?\n/);
          rest = blocks.pop();
          for (const block of blocks) {
            const fields = Object.fromEntries(block.split(/\r?\n/).map((line) => line.match(/^(\w+): ?(.*)$/)?.slice(1)).filter(Boolean));
            if (fields.data) yield { ...fields, data: JSON.parse(fields.data) };
          }
        }
      } finally {
        reader.cancel().catch(() => {});
      }
    }
  }

  /** A page of a paper in a dialog, with the quoted words marked. */
  class PageDialog {
    #url = null;
    #asked = 0;

    constructor() {
      this.title = el("h2");
      this.sheet = el("div", { class: "sheet", part: "page", tabindex: 0, role: "group", "aria-label": "Page" });
      this.quote = el("blockquote", { part: "quote" });
      this.place = el("p", { class: "place quiet" });
      this.before = el("button", { type: "button", class: "plain", "aria-label": "Page before", onclick: () => this.#turn(-1) }, "‹");
      this.after = el("button", { type: "button", class: "plain", "aria-label": "Page after", onclick: () => this.#turn(1) }, "›");
      this.number = el("span", { class: "quiet" });
      this.node = el(
        "dialog",
        { part: "dialog", onclose: () => this.#forget() },
        el("header", {}, this.title, this.before, this.number, this.after, el("button", { type: "button", class: "plain", onclick: () => this.node.close() }, "Close")),
        this.sheet,
        this.quote,
        this.place,
      );
      this.node.addEventListener("click", (event) => event.target === this.node && this.node.close());
    }

    async open(library, citation) {
      Object.assign(this, { library, citation, pages: null, page: citation.page ?? citation.boxes[0]?.page ?? null });
      this.title.textContent = citation.paper.title;
      this.node.setAttribute("aria-label", citation.paper.title);
      this.quote.textContent = citation.quote;
      this.place.textContent = [placeName(citation), citation.section.number && citation.section.title].filter(Boolean).join(" · ");
      for (const each of [this.sheet, this.before, this.number, this.after]) each.hidden = this.page === null;
      this.node.showModal();
      if (this.page === null) return;
      this.#load();
      const paper = await library.call(`/v1/papers/${encodeURIComponent(citation.paper.id)}`).then((found) => found.json()).catch(() => null);
      this.pages = paper?.pages ?? null;
      this.#showNumber();
    }

    #turn(step) {
      this.page += step;
      this.#load();
    }

    #showNumber() {
      this.number.textContent = `p. ${this.page}${this.pages ? ` of ${this.pages}` : ""}`;
      this.before.disabled = this.page <= 1;
      this.after.disabled = this.pages !== null && this.page >= this.pages;
    }

    async #load() {
      this.#showNumber();
      const asked = ++this.#asked;
      const { paper, boxes, quote } = this.citation;
      const marked = boxes.filter((box) => box.page === this.page);
      const query = new URLSearchParams([["scale", SCALE], ...marked.map((box) => ["highlight", [box.x0, box.y0, box.x1, box.y1].join(",")])]);
      this.sheet.replaceChildren(el("span", { class: "bars" }));
      try {
        const response = await this.library.call(`/v1/papers/${encodeURIComponent(paper.id)}/pages/${this.page}.png?${query}`);
        const blob = await response.blob();
        if (asked !== this.#asked || !this.node.open) return;
        this.#forget();
        this.#url = URL.createObjectURL(blob);
        const name = `Page ${this.page} of ${paper.title}`;
        const image = el("img", { part: "image", src: this.#url, alt: marked.length ? `${name}, marked: ${quote}` : name });
        await image.decode();
        this.sheet.replaceChildren(image);
        if (marked.length) this.sheet.scrollTop = (marked[0].y0 * SCALE * image.clientHeight) / image.naturalHeight - this.sheet.clientHeight / 3;
      } catch (error) {
        this.sheet.replaceChildren(el("p", { class: "failure", role: "alert" }, error.message));
      }
    }

    #forget() {
      if (this.#url) URL.revokeObjectURL(this.#url);
      this.#url = null;
    }
  }

  /** One question and its answer. `open(citation)` shows a place. */
  class Turn {
    constructor(question, open) {
      this.open = open;
      this.draft = "";
      this.status = el("p", { class: "quiet", part: "status" }, STAGES.searching);
      this.text = el("div", { class: "text", part: "text" }, el("span", { class: "bars" }), el("span", { class: "bars" }));
      this.node = el("article", { class: "turn", part: "turn", "aria-label": question }, el("h3", { part: "question" }, question), this.status, this.text);
    }

    take({ event, data }) {
      if (event === "status") this.status.textContent = STAGES[data.stage] ?? "";
      if (data.stage === "restarted") this.draft = "";
      if (event === "evidence") this.status.textContent = `Reading ${data.hits.length} passages …`;
      if (event === "citation") this.status.textContent = "Checking citations …";
      if (event === "token") {
        this.draft += data.text;
        this.text.textContent = draft(this.draft);
      }
      if (event === "done") this.finish(data);
      if (event === "error") this.fail(new Error(data.detail || data.title));
    }

    finish(answer) {
      this.status.textContent = [answer.state === "cancelled" && "Stopped.", answer.note].filter(Boolean).join(" ");
      this.status.hidden = !this.status.textContent;
      if (answer.problem) return this.fail(new Error(answer.problem.detail || answer.problem.title));
      // Made and sanitised by the library's server, whose script this page runs anyway.
      if (answer.html) this.text.innerHTML = answer.html;
      else this.text.textContent = draft(this.draft);
      this.#chips(answer.citations);
      this.#unsupported();
    }

    fail(error) {
      this.status.hidden = true;
      this.text.replaceChildren(el("p", { class: "failure", part: "error", role: "alert" }, error.message));
    }

    #chips(citations) {
      const seen = {};
      for (const anchor of this.text.querySelectorAll("a.citation")) {
        const { marker } = anchor.dataset;
        const all = citations.filter((each) => each.marker === marker);
        const citation = all[Math.min((seen[marker] = (seen[marker] ?? -1) + 1), all.length - 1)];
        if (!citation) continue;
        anchor.replaceWith(
          el("button", { type: "button", class: "chip", part: "citation", title: `${citation.paper.title}: ${citation.quote}`, onclick: () => this.open(citation) }, placeName(citation)),
        );
      }
    }

    #unsupported() {
      const walker = document.createTreeWalker(this.text, NodeFilter.SHOW_TEXT);
      const found = [];
      while (walker.nextNode()) if (walker.currentNode.data.includes("[unsupported]")) found.push(walker.currentNode);
      for (const node of found) {
        const parts = node.data.split("[unsupported]").flatMap((part, index) => (index ? [el("span", { class: "unsupported", part: "unsupported" }, "(no citation supports this)"), part] : [part]));
        node.replaceWith(...parts);
      }
    }
  }

  class ScholiumChat extends HTMLElement {
    static observedAttributes = ["open", "title", "placeholder"];
    #built = false;
    #busy = false;

    connectedCallback() {
      if (!this.#built) this.#build();
      this.#built = true;
    }

    attributeChangedCallback() {
      if (this.#built) this.#name();
    }

    get #library() {
      return new Library(this.getAttribute("library") || HOME, this.getAttribute("key"));
    }

    get #limits() {
      const words = (name) => (this.getAttribute(name) ?? "").split(name === "papers" ? /[\s,]+/ : /\s*,\s*/).filter(Boolean);
      return { papers: words("papers"), sections: words("sections") };
    }

    /** A conversation belongs to what was asked: another library or other papers are another. */
    get #slot() {
      return `scholium-thread ${JSON.stringify([this.#library.host, this.#limits])}`;
    }

    #build() {
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      this.page = new PageDialog();
      this.heading = el("h2", { part: "title" });
      this.launcher = el("button", { type: "button", class: "launcher", part: "launcher", "aria-expanded": "false", onclick: () => this.toggleAttribute("open", true) });
      this.answers = el("div", { class: "answers", part: "answers", role: "region", "aria-label": "Answers", tabindex: 0, hidden: true });
      this.input = el("textarea", { part: "input", rows: 1, maxlength: 4000, onkeydown: (event) => this.#key(event) });
      this.send = el("button", { type: "submit", class: "send", part: "button" }, "Ask");
      this.again = el("button", { type: "button", class: "plain", part: "new", hidden: true, onclick: () => this.#forget() }, "New");
      this.spoken = el("p", { class: "hidden", role: "status", "aria-live": "polite" });
      const form = el("form", { part: "form", onsubmit: (event) => (event.preventDefault(), this.ask(this.input.value)) }, this.input, this.send);
      // An empty title keeps the browser from showing the element's own as a tooltip everywhere.
      this.box = el("section", { class: "box", part: "box", title: "" }, el("header", { part: "header" }, this.heading, this.again, el("button", { type: "button", class: "plain", part: "close", "aria-label": "Close", onclick: () => this.#close() }, "✕")), this.answers, form, this.spoken);
      root.append(this.launcher, this.box, this.page.node);
      this.#name();
      this.#recall();
    }

    #name() {
      const [title, open] = [this.getAttribute("title") || "Ask the papers", this.hasAttribute("open")];
      this.heading.textContent = this.launcher.textContent = title;
      this.box.setAttribute("aria-label", title);
      this.input.placeholder = this.getAttribute("placeholder") || "Your question …";
      this.input.setAttribute("aria-label", this.input.placeholder);
      this.box.hidden = !open;
      this.launcher.hidden = open;
    }

    #close() {
      this.toggleAttribute("open", false);
      this.launcher.focus();
    }

    #key(event) {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.ask(this.input.value);
    }

    /** Asks a question, as the form does; resolves once there is an answer or none is to be had. */
    async ask(question) {
      question = question.trim();
      if (!question || this.#busy) return;
      const turn = this.#add(question);
      this.input.value = "";
      this.#setBusy(true);
      try {
        const request = { question, ...this.#limits, thread_id: await this.#thread() };
        for await (const event of this.#library.ask(request)) {
          turn.take(event);
          if (event.event === "done") this.#tell("scholium-answer", event.data);
          if (LAST.includes(event.event)) this.spoken.textContent = event.event === "done" ? "Answered" : "The answer failed";
        }
      } catch (error) {
        if (error.code === "unknown-thread") sessionStorage.removeItem(this.#slot);
        turn.fail(error);
        this.#tell("scholium-error", { code: error.code, message: error.message });
      }
      this.#setBusy(false);
    }

    #tell(name, detail) {
      this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
    }

    #add(question) {
      const turn = new Turn(question, (citation) => this.page.open(this.#library, citation));
      this.answers.append(turn.node);
      this.answers.hidden = this.again.hidden = false;
      this.answers.scrollTop = this.answers.scrollHeight;
      return turn;
    }

    #setBusy(busy) {
      this.#busy = this.send.disabled = this.again.disabled = busy;
      this.answers.setAttribute("aria-busy", busy);
      if (busy) this.spoken.textContent = "Searching";
    }

    async #thread() {
      const kept = sessionStorage.getItem(this.#slot);
      if (kept) return kept;
      const { id } = await (await this.#library.call("/v1/threads", { json: {} })).json();
      sessionStorage.setItem(this.#slot, id);
      return id;
    }

    /** Shows what was asked before the page was loaded anew. */
    async #recall() {
      const id = sessionStorage.getItem(this.#slot);
      if (!id) return;
      try {
        const { answers } = await (await this.#library.call(`/v1/threads/${encodeURIComponent(id)}`)).json();
        for (const answer of answers) this.#add(answer.request.question).finish(answer);
      } catch (error) {
        if (error.code === "unknown-thread") sessionStorage.removeItem(this.#slot);
      }
    }

    #forget() {
      sessionStorage.removeItem(this.#slot);
      this.answers.replaceChildren();
      this.answers.hidden = this.again.hidden = true;
      this.input.focus();
    }
  }

  if (!customElements.get("scholium-chat")) customElements.define("scholium-chat", ScholiumChat);
})();
