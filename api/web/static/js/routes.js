/** Addresses within the page: #/threads/ID and #/papers/ID/pages/N?highlight=x0,y0,x1,y1. */

/** What the part of an address after # names; the start, where it names nothing that can be. */
export function parseRoute(hash) {
  const [path, search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [kind, id, what, page] = path.split("/").map(decoded);
  if (id === "." || id === "..") return { name: "start" }; // within a path these are no ids
  if (kind === "threads" && id) return { name: "thread", id };
  if (kind !== "papers" || !id) return { name: "start" };
  if (what !== "pages" || !/^[1-9]\d{0,5}$/.test(page)) return { name: "paper", id };
  const boxes = new URLSearchParams(search).getAll("highlight").map((each) => boxOf(each, Number(page)));
  return { name: "page", id, page: Number(page), boxes: boxes.filter((box) => box !== null) };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

function boxOf(text, page) {
  const numbers = text.split(",").map(Number);
  const [x0, y0, x1, y1] = numbers;
  return numbers.length === 4 && numbers.every(Number.isFinite) ? { page, x0, y0, x1, y1 } : null;
}
