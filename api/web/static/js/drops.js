/** Files that are dropped anywhere on the page. */

/** `take(files, folders)` gets what was dropped: files, and the names of folders, which are none. */
export function listenForDrops(take) {
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget === null && document.body.classList.remove("dropping"));
  document.addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    if (!hasFiles(event)) return;
    event.preventDefault();
    take(...sorted(event.dataTransfer));
  });
}

function sorted({ items, files }) {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const folders = new Set(entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name));
  return [[...files].filter(({ name }) => !folders.has(name)), [...folders]];
}
