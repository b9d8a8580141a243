/** Files on their way to the server. By XMLHttpRequest, since fetch can't tell how much has gone out. */

import * as api from "./api.js";
import { authorization } from "./access.js";

const REFUSED = new Set([400, 403, 413, 415, 422]);

/** The job that reads the files. `progress(share)` is told how much was sent. Raises Problem, AbortError. */
export async function sendFiles(files, progress, signal) {
  try {
    return await post(files, progress, signal);
  } catch (problem) {
    if (problem.code === "unauthorized" && (await api.isGivenKey(problem))) return sendFiles(files, progress, signal);
    throw problem;
  }
}

/** Whether the same files may be taken the next time. */
export const mayBeTaken = (problem) => !REFUSED.has(problem.status) && problem.code !== "refused";

function post(files, progress, signal) {
  const form = new FormData();
  for (const file of files) form.append("files", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/v1/papers");
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onerror = () => reject(api.away());
    request.onabort = () => reject(signal.reason);
    request.onload = () => (request.status === 202 ? resolve(JSON.parse(request.responseText)) : reject(problemIn(request)));
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

function problemIn({ status, statusText: title, responseText }) {
  try {
    return new api.Problem({ title, ...JSON.parse(responseText), status });
  } catch {
    return new api.Problem({ title, status });
  }
}
