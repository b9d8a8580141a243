/** The files of papers. */

import { hasKey } from "./access.js";
import { pdfPath } from "./api.js";
import { say } from "./announce.js";
import { saveFrom } from "./saving.js";

/** Whether a paper's file is a PDF, where its name is known. */
export const isPdf = ({ source }) => !source || /\.pdf$/i.test(source);

/** Opens the file; with a key it is saved instead, since a link can't show one. */
export async function openPdf(paper) {
  if (!hasKey()) window.open(pdfPath(paper.id), "_blank", "noopener");
  else await saveFrom(pdfPath(paper.id), `${paper.id}.pdf`).catch((problem) => say(problem.message));
}
