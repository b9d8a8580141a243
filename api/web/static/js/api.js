/** Calls to the server: docs/api.md in JavaScript. */

import { authorization } from "./access.js";

/**
 * What failed, as the server tells it (RFC 9457), or `code` "away" where no server answered.
 * `waitMs` is how long it wants to be left alone.
 */
export class Problem extends Error {
  constructor({ status = 0, code = "unknown", title = "", detail = "", errors = [], waitMs = null }) {
    super(detail || title || `The server answered ${status}.`);
    Object.assign(this, { status, code, title, errors, waitMs });
  }
}

let onUnauthorized = async () => false;

/** `ask` is called where a key is missing or wrong; where it resolves to true the call is made again. */
export function whenUnauthorized(ask) {
  onUnauthorized = ask;
}

/** Asks for a key, since a call failed for want of one; whether there is one now. */
export const isGivenKey = (problem) => onUnauthorized(problem);

/** The response to a call that succeeded. Raises Problem, or AbortError where `signal` says so. */
export async function call(path, { method = "GET", json, headers = {}, signal } = {}) {
  const init = { method, signal, headers: { ...headers, ...authorization() } };
  if (json !== undefined) {
    init.body = JSON.stringify(json);
    init.headers["Content-Type"] = "application/json";
  }
  const response = await reach(path, init);
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.code === "unauthorized" && (await onUnauthorized(problem))) {
    return call(path, { method, json, headers, signal });
  }
  throw problem;
}

async function reach(path, init) {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw away();
  }
}

/** No server answered. */
export function away() {
  return new Problem({ code: "away", detail: `No answer from ${location.host}. Is the server running?` });
}

async function problemOf(response) {
  const { status, statusText: title, headers } = response;
  const seconds = Number(headers.get("Retry-After") ?? NaN);
  const waitMs = Number.isFinite(seconds) ? 1000 * seconds : null;
  return new Problem({ title, ...(await response.json().catch(() => ({}))), status, waitMs });
}

const part = encodeURIComponent;

async function json(path, options) {
  return (await call(path, options)).json();
}

/** `values` as a query string; lists give one pair each, and what is empty is left out. */
export function query(values) {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const each of [value].flat()) if (each !== null && each !== undefined && each !== "") pairs.append(name, each);
  }
  return pairs.size ? `?${pairs}` : "";
}

export const info = () => json("/v1/info");

export const papers = (values, signal) => json(`/v1/papers${query(values)}`, { signal });
export const paper = (id) => json(`/v1/papers/${part(id)}`);
export const removePaper = (id) => json(`/v1/papers/${part(id)}`, { method: "DELETE" });
export const pdfPath = (id) => `/v1/papers/${part(id)}/pdf`;
export const bibtex = async (ids) => (await call(`/v1/bibtex${query({ paper: ids })}`)).text();

/** Where the image of a page is; `boxes` are marked on it. */
export function pagePath(id, page, boxes, scale) {
  const highlight = boxes.map((box) => [box.x0, box.y0, box.x1, box.y1].join(","));
  return `/v1/papers/${part(id)}/pages/${page}.png${query({ scale, highlight })}`;
}

export const threads = (limit, offset, signal) => json(`/v1/threads${query({ limit, offset })}`, { signal });
export const thread = (id) => json(`/v1/threads/${part(id)}`);
export const createThread = (papers) => json("/v1/threads", { method: "POST", json: { papers } });
export const pinThread = (id, papers) => json(`/v1/threads/${part(id)}`, { method: "PATCH", json: { papers } });
export const renameThread = (id, title) => json(`/v1/threads/${part(id)}`, { method: "PATCH", json: { title } });
export const deleteThread = (id) => call(`/v1/threads/${part(id)}`, { method: "DELETE" });

export const stopAnswer = (id) => json(`/v1/answers/${part(id)}`, { method: "DELETE" });
export const markdown = async (id) => (await call(`/v1/answers/${part(id)}/markdown`)).text();
export const rate = (id, feedback) => call(`/v1/answers/${part(id)}/feedback`, { method: "PUT", json: feedback });

const STREAM = { Accept: "text/event-stream" };

/** The events of a question that is asked now. */
export const ask = (request, signal) => call("/v1/ask", { method: "POST", json: request, headers: STREAM, signal });

/** The id of the answer whose events a response has: known before the first of them. */
export const answerIdOf = (response) => response.headers.get("Location")?.match(/^\/v1\/answers\/([^/]+)\/events$/)?.[1] ?? null;

/** The events of an answer after the one with the id `last`, which may be empty. */
export const answerEvents = (id, last, signal) => eventsAfter(`/v1/answers/${part(id)}/events`, last, signal);
export const jobEvents = (id, last, signal) => eventsAfter(`/v1/jobs/${part(id)}/events`, last, signal);
export const jobs = (limit) => json(`/v1/jobs${query({ limit })}`);
export const job = (id) => json(`/v1/jobs/${part(id)}`);
export const cancelJob = (id) => json(`/v1/jobs/${part(id)}`, { method: "DELETE" });

function eventsAfter(path, last, signal) {
  return call(path, { headers: last ? { ...STREAM, "Last-Event-ID": last } : STREAM, signal });
}
