/**
 * <scholium-chat>: ask a library of papers from any page. One file without imports, so that one
 * <script src="https://HOST/widget.js"></script> is all that a page needs. docs/web.md has its
 * attributes, CSS variables and events.
 */
(() => {
  "use strict";

  // Where this file is from, path and all. A module is not told: there `library` must be given.
  const HOME = document.currentScript?.src ? new URL(".", document.currentScript.src).href : "";
  const LAST = ["done", "error"];
  const PASSING = [408, 425, 429];
  const FIRST_WAIT_MS = 400;
  const LONGEST_WAIT_MS = 15000;
  const SCALE = 2;
  const STAGES = { queued: "Queued …", searching: "Searching …", writing: "Writing …", restarted: "Beginning anew …" };
  const NEVER = "its address must begin with https:// or http://";

  // What an answer may consist of, as the server's sanitiser has it (api/web/sanitise.py).
  const TEXT_TAGS = new Set("a blockquote br code del em h1 h2 h3 h4 h5 h6 hr li mark ol p pre s strong table tbody td th thead tr ul".split(" "));
  const MATH_TAGS = new Set("math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover".split(" "));
  // No height, depth or offset, and hardly a negative length: what is elsewhere can be laid over the page.
  const MATH_ATTRIBUTES = new Set("accent accentunder columnalign columnlines columnspacing display displaystyle fence form largeop linethickness lspace mathvariant maxsize minsize movablelimits notation rowlines rowspacing rspace scriptlevel separator stretchy symmetric width".split(" "));
  const MATH_WORD = /^[a-z-]{1,40}$/;
  const LENGTH = /^([+-]?)([0-9]{0,2}(?:\.[0-9]{1,5})?)(e[mx]|p[tx]|%)?$/;
  const MOST_BACK = { px: 32, pt: 24, ex: 4 }; // else 2 (em)
  const HTML = "http://www.w3.org/1999/xhtml";
  const MATHML = "http://www.w3.org/1998/Math/MathML";

  const STYLE = `
    :host {
      --accent: var(--scholium-accent, light-dark(#96301f, #f09b86));
      --on-accent: var(--scholium-on-accent, light-dark(#ffffff, #2a0d07));
      --background: var(--scholium-background, light-dark(#ffffff, #201f1c));
      --text: var(--scholium-text, light-dark(#1e1c19, #ebe8e2));
      --quiet: var(--scholium-quiet, light-dark(#67625a, #a39d92));
      --rule: var(--scholium-rule, light-dark(#d9d4cb, #3d3933));
      --radius: var(--scholium-radius, 10px);
      all: initial; display: block; color-scheme: light dark; color: var(--text);
      font: 1rem/1.5 var(--scholium-font, system-ui, sans-serif);
    }
    @supports not (color: light-dark(#000, #fff)) {
      :host {
        --accent: var(--scholium-accent, #96301f); --on-accent: var(--scholium-on-accent, #fff); --background: var(--scholium-background, #fff);
        --text: var(--scholium-text, #1e1c19); --quiet: var(--scholium-quiet, #67625a); --rule: var(--scholium-rule, #d9d4cb);
      }
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
    .text pre, .text table { display: block; overflow-x: auto; }
    .text table { border-collapse: collapse; }
    .text math[display="block"] { display: block math; overflow-x: auto; overflow-y: hidden; margin: .2em 0; padding: .4em 0; }
    .text td, .text th { overflow-wrap: break-word; padding: .2em .6em; border-bottom: 1px solid var(--rule); text-align: left; }
    .chip { display: inline-block; max-width: 14em; overflow: hidden; text-overflow: ellipsis; vertical-align: middle; white-space: nowrap; padding: .05em .45em; border: 1px solid var(--accent); border-radius: 5px; background: none; color: var(--accent); font-size: .75em; text-decoration: none; }
    .chip:hover { background: var(--accent); color: var(--on-accent); }
    .quiet { color: var(--quiet); font-size: .8125em; }
    .unsupported { font-size: .75em; font-style: italic; color: var(--quiet); }
    .failure { padding: .6em .8em; border: 1px solid var(--accent); border-radius: 6px; font-size: .875em; overflow-wrap: anywhere; }
    form { display: flex; align-items: flex-end; gap: .5em; padding: .6em; border-top: 1px solid var(--rule); }
    @media (pointer: coarse) { textarea { font-size: max(1em, 16px); } }
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

  /** Passes after `ms`, or once the browser is online again. Raises by `signal`. */
  function wait(ms, signal) {
    return new Promise((resolve, reject) => {
      const over = () => {
        clearTimeout(timer);
        removeEventListener("online", over);
        signal.removeEventListener("abort", over);
        if (signal.aborted) reject(signal.reason);
        else resolve();
      };
      const timer = setTimeout(over, ms);
      addEventListener("online", over);
      signal.addEventListener("abort", over);
    });
  }

  /** Storage of this tab, or memory where the browser lets pages keep nothing. */
  const memory = new Map();
  const kept = {
    get(name) {
      try { return sessionStorage.getItem(name); } catch { return memory.get(name) ?? null; }
    },
    set(name, value) {
      try { sessionStorage.setItem(name, value); } catch { memory.set(name, value); }
    },
    remove(name) {
      try { sessionStorage.removeItem(name); } catch { memory.delete(name); }
    },
  };

  /**
   * The nodes of an answer's HTML that are listed above, made anew. The library may be another
   * server than the one that this script is from: what it sends is no reason to trust it in
   * somebody else's page. A parsed document runs and loads nothing.
   */
  function copied(html) {
    const from = new DOMParser().parseFromString(html, "text/html").body;
    return [...from.childNodes].map(copy).filter(Boolean);
  }

  const isLevel = (word) => /^[0-3]$/.test(word);

  function isHarmless(word) {
    const [whole, sign, size, unit] = word.match(LENGTH) ?? [null];
    if (whole === null) return MATH_WORD.test(word);
    return sign !== "-" || Number(size) <= (MOST_BACK[unit] ?? 2);
  }

  function copy(node) {
    if (node.nodeType === Node.TEXT_NODE) return document.createTextNode(node.data);
    const [space, tag] = [node.namespaceURI, node.localName];
    const known = (space === HTML && TEXT_TAGS.has(tag)) || (space === MATHML && MATH_TAGS.has(tag));
    if (node.nodeType !== Node.ELEMENT_NODE || !known) return null;
    const made = document.createElementNS(space, tag);
    for (const { name, value } of node.attributes) {
      if (space === MATHML && MATH_ATTRIBUTES.has(name) && value.split(/\s+/).every(name === "scriptlevel" ? isLevel : isHarmless)) made.setAttribute(name, value);
    }
    if (tag === "ol" && /^\d{1,9}$/.test(node.getAttribute("start"))) made.start = node.getAttribute("start");
    if (tag === "a" && node.className === "citation") Object.assign(made, { className: "citation" }).dataset.marker = node.dataset.marker ?? "";
    made.append(...[...node.childNodes].map(copy).filter(Boolean));
    return made;
  }

  function placeName({ section, page, boxes }) {
    const pages = boxes.length ? [...new Set(boxes.map((box) => box.page))].sort((a, b) => a - b) : [page].filter(Boolean);
    const name = section.number ? `§${section.number}` : section.title;
    if (!pages.length) return name;
    return `${name} ${pages.length > 1 ? `pp. ${pages[0]}–${pages.at(-1)}` : `p. ${pages[0]}`}`;
  }

  /** The text of a model as it comes, without the quotes in its markers. */
  function draft(text) {
    return text.replace(/\[\s*\d+\s*:\s*"[^"]*"(?:\s*[;,]\s*\d+\s*:\s*"[^"]*")*\s*\]/g, "").replace(/\[(\s*\d[^\]]*|\s*)$/, "");
  }

  /** The server of a library, called from a page of another origin. It is given the key: it must be trusted with that. */
  class Library {
    constructor(address, key) {
      this.key = key;
      const url = URL.canParse(address, location.href) ? new URL(address, location.href) : null;
      this.host = url && /^https?:$/.test(url.protocol) ? url.origin + url.pathname.replace(/\/+$/, "") : null;
      this.address = address;
    }

    async call(path, { json, headers = {}, signal, ...init } = {}) {
      if (!this.host) throw new Error(this.address ? `"${this.address}" is no library: ${NEVER}.` : "This widget does not know its library: give it the attribute library.");
      if (this.key) headers = { ...headers, Authorization: `Bearer ${this.key}` };
      if (json) {
        init = { method: "POST", ...init, body: JSON.stringify(json) };
        headers = { ...headers, "Content-Type": "application/json" };
      }
      let response;
      try {
        response = await fetch(this.host + path, { ...init, headers, signal });
      } catch (error) {
        if (signal?.aborted) throw error;
        throw Object.assign(new Error(await this.#whyNot()), { code: "away" });
      }
      if (response.ok) return response;
      const problem = await response.json().catch(() => ({}));
      const waitMs = 1000 * Number(response.headers.get("Retry-After") ?? 0) || 0;
      throw Object.assign(new Error(problem.detail || problem.title || `The library answered ${response.status}.`), { code: problem.code, status: response.status, waitMs });
    }

    async json(path, options) {
      return (await this.call(path, options)).json();
    }

    /** A browser does not say why a call failed: whether this file can be loaded tells one reason from the other. */
    async #whyNot() {
      const alive = await fetch(`${this.host}/widget.js`, { mode: "no-cors", cache: "no-store" }).then(() => true, () => false);
      return alive
        ? `${this.host} does not let pages of ${location.origin} ask it. Whoever runs it can add "${location.origin}" to serve.origins.`
        : `No answer from ${this.host}. It may not be running, or this page's Content-Security-Policy does not allow it in connect-src.`;
    }

    /**
     * The events of a `request`, or of the answer `id`, through lost connections, until `signal` is
     * aborted. An event named `known` tells the id, one named `lost` that the connection is.
     */
    async *events(request, id, signal) {
      const headers = { Accept: "text/event-stream" };
      for (let [failures, last] = [0, ""]; ; ) {
        try {
          const response = id
            ? await this.call(`/v1/answers/${encodeURIComponent(id)}/events`, { headers: { ...headers, ...(last && { "Last-Event-ID": last }) }, signal })
            : await this.call("/v1/ask", { json: request, headers, signal });
          id ??= response.headers.get("Location")?.match(/\/v1\/answers\/([^/]+)\/events$/)?.[1];
          if (id) yield { event: "known", data: { id } };
          for await (const event of this.#read(response)) {
            failures = 0;
            last = event.id || last;
            yield event;
            if (LAST.includes(event.event)) return;
          }
          throw new Error("The connection was lost.");
        } catch (error) {
          const passes = !error.status || error.status >= 500 || PASSING.includes(error.status);
          if (signal.aborted || !id || !passes) throw error;
          yield { event: "lost", data: {} };
          await wait(Math.max(error.waitMs ?? 0, Math.min(FIRST_WAIT_MS * 2 ** failures++, LONGEST_WAIT_MS)), signal);
        }
      }
    }

    async *#read(response) {
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      try {
        for (let rest = ""; ; ) {
          const { value, done } = await reader.read();
          if (done) return;
          const blocks = (rest + value).split(/\r?\n\r?\n/);
          rest = blocks.pop();
          for (const block of blocks) {
            const found = { id: "", event: "message", data: [] };
            for (const line of block.split(/\r?\n/)) {
              const [, name, text] = line.match(/^(id|event|data): ?(.*)$/s) ?? []; // a line may hold U+2028
              if (name === "data") found.data.push(text);
              else if (name) found[name] = text;
            }
            if (found.data.length) yield { ...found, data: JSON.parse(found.data.join("\n")) };
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
    #asked = null;

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
        { part: "dialog", onclose: () => this.forget() },
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
      const paper = await library.json(`/v1/papers/${encodeURIComponent(citation.paper.id)}`).catch(() => null);
      if (this.citation !== citation) return;
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
      this.forget();
      const { signal } = (this.#asked = new AbortController());
      const { paper, boxes, quote } = this.citation;
      const marked = boxes.filter((box) => box.page === this.page);
      const query = new URLSearchParams([["scale", SCALE], ...marked.map((box) => ["highlight", [box.x0, box.y0, box.x1, box.y1].join(",")])]);
      this.sheet.replaceChildren(el("span", { class: "bars" }));
      try {
        const response = await this.library.call(`/v1/papers/${encodeURIComponent(paper.id)}/pages/${this.page}.png?${query}`, { signal });
        const blob = await response.blob();
        signal.throwIfAborted();
        this.#url = URL.createObjectURL(blob);
        const name = `Page ${this.page} of ${paper.title}`;
        const image = el("img", { part: "image", src: this.#url, alt: marked.length ? `${name}, marked: ${quote}` : name });
        await image.decode();
        signal.throwIfAborted();
        this.sheet.replaceChildren(image);
        if (marked.length) this.sheet.scrollTop = (marked[0].y0 * SCALE * image.clientHeight) / image.naturalHeight - this.sheet.clientHeight / 3;
      } catch (error) {
        if (!signal.aborted) this.sheet.replaceChildren(el("p", { class: "failure", role: "alert" }, error.message));
      }
    }

    /** Lets go of the image, and of one that is on its way. */
    forget() {
      this.#asked?.abort();
      if (this.#url) URL.revokeObjectURL(this.#url);
      this.#url = null;
    }
  }

  /** One question and its answer. `open(citation)` shows a place. */
  class Turn {
    constructor(question, open) {
      this.question = question;
      this.open = open;
      this.id = null;
      this.draft = "";
      this.status = el("p", { class: "quiet", part: "status" });
      this.text = el("div", { class: "text", part: "text" });
      this.node = el("article", { class: "turn", part: "turn", "aria-label": question }, el("h3", { part: "question" }, question), this.status, this.text);
      this.wait();
    }

    wait() {
      this.draft = "";
      this.status.hidden = false;
      this.status.textContent = STAGES.searching;
      this.text.replaceChildren(el("span", { class: "bars" }), el("span", { class: "bars" }));
    }

    take({ event, data }) {
      if (event === "known") this.id = data.id;
      if (event === "lost") this.status.textContent = "Connection lost, looking for it …";
      if (event === "status") this.status.textContent = STAGES[data.stage] ?? "";
      if (data.stage === "restarted") this.text.textContent = this.draft = "";
      if (event === "evidence") this.status.textContent = `Reading ${data.hits.length} passages …`;
      if (event === "citation") this.status.textContent = "Checking citations …";
      if (event === "token") {
        this.status.textContent = STAGES.writing;
        this.draft += data.text;
        this.text.textContent = draft(this.draft);
      }
      if (event === "done") this.finish(data);
    }

    finish(answer) {
      this.status.textContent = [answer.state === "cancelled" && "Stopped.", answer.note].filter(Boolean).join(" ");
      this.status.hidden = !this.status.textContent;
      if (answer.problem) return this.fail(new Error(answer.problem.detail || answer.problem.title));
      if (answer.html) this.text.replaceChildren(...copied(answer.html));
      else this.text.textContent = draft(this.draft);
      this.#chips(answer.citations);
      this.#unsupported();
    }

    /** `again` is called where the visitor tries again. */
    fail(error, again = null) {
      this.status.hidden = true;
      const retry = again && el("button", { type: "button", class: "plain", part: "retry", onclick: again }, "Try again");
      this.text.replaceChildren(el("p", { class: "failure", part: "error", role: "alert" }, error.message, " ", retry));
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
    static observedAttributes = ["open", "title", "placeholder", "library", "key", "papers", "sections"];
    #built = false;
    #running = null;
    #life = new AbortController();
    #ready = Promise.resolve();

    connectedCallback() {
      if (!this.#built) this.#build();
      this.#built = true;
      this.#begin();
    }

    /** Answers go on without it, and are found again. */
    disconnectedCallback() {
      this.#life.abort();
      this.page.node.close();
      this.page.forget();
    }

    attributeChangedCallback(name, before, now) {
      if (!this.#built) return;
      this.#name();
      if (this.isConnected && before !== now && ["library", "key", "papers", "sections"].includes(name)) this.#begin();
    }

    /** A conversation from its beginning, or where the tab left it. */
    #begin() {
      this.#life.abort();
      this.#life = new AbortController();
      this.#setRunning(null);
      this.answers.replaceChildren();
      this.answers.hidden = this.again.hidden = true;
      // Attributes are set one after the other: what they say together counts.
      const { signal } = this.#life;
      this.#ready = Promise.resolve().then(() => !signal.aborted && this.#recall(signal));
    }

    get #library() {
      return new Library(this.getAttribute("library") || HOME, this.getAttribute("key"));
    }

    get #limits() {
      const words = (name) => (this.getAttribute(name) ?? "").split(name === "papers" ? /[\s,]+/ : /\s*,\s*/).filter(Boolean);
      return { papers: words("papers"), sections: words("sections") };
    }

    /** A conversation belongs to a widget and to what it asks: another library or other papers are another. */
    get #slot() {
      const which = this.id || [...document.querySelectorAll("scholium-chat")].indexOf(this);
      return `scholium-thread ${JSON.stringify([this.#library.host, this.#limits, which])}`;
    }

    #build() {
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      this.page = new PageDialog();
      this.heading = el("h2", { part: "title" });
      this.launcher = el("button", { type: "button", class: "launcher", part: "launcher", "aria-expanded": "false", onclick: () => this.#open() });
      this.answers = el("div", { class: "answers", part: "answers", role: "region", "aria-label": "Answers", tabindex: 0, hidden: true });
      this.input = el("textarea", { part: "input", rows: 1, maxlength: 4000, onkeydown: (event) => this.#key(event) });
      this.send = el("button", { type: "submit", class: "send", part: "button" }, "Ask");
      this.stop = el("button", { type: "button", class: "send", part: "stop", hidden: true, onclick: () => this.#stop() }, "Stop");
      this.again = el("button", { type: "button", class: "plain", part: "new", hidden: true, onclick: () => this.#forget() }, "New");
      this.spoken = el("p", { class: "hidden", role: "status", "aria-live": "polite" });
      const form = el("form", { part: "form", onsubmit: (event) => (event.preventDefault(), this.ask(this.input.value)) }, this.input, this.send, this.stop);
      // An empty title keeps the browser from showing the element's own as a tooltip everywhere.
      this.box = el("section", { class: "box", part: "box", title: "" }, el("header", { part: "header" }, this.heading, this.again, el("button", { type: "button", class: "plain", part: "close", "aria-label": "Close", onclick: () => this.#close() }, "✕")), this.answers, form, this.spoken);
      root.append(this.launcher, this.box, this.page.node);
      this.#name();
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

    #open() {
      this.toggleAttribute("open", true);
      this.input.focus();
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
      await this.#ready;
      if (!question || this.#running) return;
      if (this.input.value.trim() === question) this.input.value = "";
      await this.#answer(this.#add(question));
    }

    /** Has a turn answered, or goes on with it where its answer has begun. */
    async #answer(turn) {
      const { signal } = this.#life;
      const [library, slot, limits] = [this.#library, this.#slot, this.#limits];
      this.#setRunning(turn);
      try {
        const thread = turn.id ? null : await this.#thread(library, slot, signal);
        const request = { question: turn.question, ...limits, thread_id: thread };
        for await (const event of library.events(request, turn.id, signal)) this.#step(turn, event, library);
      } catch (error) {
        if (signal.aborted) return;
        if (error.code === "unknown-thread" && kept.get(slot)) {
          kept.remove(slot); // it was removed: the question begins another
          return this.#answer(turn);
        }
        this.#failed(turn, error);
      }
      this.#setRunning(null);
    }

    #step(turn, event, library) {
      const atEnd = this.answers.scrollHeight - this.answers.scrollTop - this.answers.clientHeight < 60;
      turn.take(event);
      if (atEnd && event.event === "token") this.answers.scrollTop = this.answers.scrollHeight;
      if (turn.stopping && turn.id) this.#stopNow(turn, library);
      if (event.event === "done") {
        this.spoken.textContent = event.data.state === "cancelled" ? "Stopped" : "Answered";
        this.#tell("scholium-answer", event.data);
      }
      if (event.event === "error") this.#failed(turn, Object.assign(new Error(event.data.detail || event.data.title), { code: event.data.code, final: true }));
    }

    #failed(turn, error) {
      if (error.final || error.code === "unknown-answer") turn.id = null;
      turn.fail(error, () => this.#again(turn));
      this.#tell("scholium-error", { code: error.code, message: error.message });
    }

    #again(turn) {
      if (this.#running) return;
      turn.wait();
      this.#answer(turn);
    }

    #stop() {
      const turn = this.#running;
      turn.stopping = true;
      turn.status.textContent = "Stopping …";
      if (turn.id) this.#stopNow(turn, this.#library);
    }

    #stopNow(turn, library) {
      turn.stopping = false;
      library.call(`/v1/answers/${encodeURIComponent(turn.id)}`, { method: "DELETE" }).catch((error) => (turn.status.textContent = error.message));
    }

    #tell(name, detail) {
      this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
    }

    #add(question) {
      const library = this.#library;
      const turn = new Turn(question, (citation) => this.page.open(library, citation));
      this.answers.append(turn.node);
      this.answers.hidden = this.again.hidden = false;
      this.answers.scrollTop = this.answers.scrollHeight;
      return turn;
    }

    #setRunning(turn) {
      this.#running = turn;
      const busy = turn !== null;
      const had = [this.send, this.stop].includes(this.shadowRoot.activeElement);
      this.again.disabled = this.send.hidden = busy;
      this.stop.hidden = !busy;
      if (had) this.input.focus();
      this.answers.setAttribute("aria-busy", busy);
      if (busy) this.spoken.textContent = "Searching";
    }

    async #thread(library, slot, signal) {
      if (kept.get(slot)) return kept.get(slot);
      const { id } = await library.json("/v1/threads", { json: {}, signal });
      kept.set(slot, id);
      return id;
    }

    /** Shows what was asked before the page was loaded anew, and follows what is still being answered. */
    async #recall(signal) {
      const slot = this.#slot;
      const id = kept.get(slot);
      if (!id) return;
      try {
        const { answers } = await this.#library.json(`/v1/threads/${encodeURIComponent(id)}`, { signal });
        signal.throwIfAborted();
        for (const answer of answers) {
          const turn = this.#add(answer.request.question);
          turn.id = answer.id;
          if (answer.state === "running") this.#answer(turn);
          else turn.finish(answer);
        }
      } catch (error) {
        if (error.code === "unknown-thread") kept.remove(slot);
      }
    }

    #forget() {
      kept.remove(this.#slot);
      this.answers.replaceChildren();
      this.answers.hidden = this.again.hidden = true;
      this.input.focus();
    }
  }

  if (!customElements.get("scholium-chat")) customElements.define("scholium-chat", ScholiumChat);
})();
