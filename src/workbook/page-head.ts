import { headText, type PageHead } from "./page-setup.js";
import type { ReportContext, ReportFacts } from "./report-writer.js";

/** Parts or batches that a page head names. */
const headNames = 3;

/** Head and foot of the printed pages. */
export function pageHead(
  { text, request }: ReportContext,
  { parts, batches }: Pick<ReportFacts, "parts" | "batches">,
): PageHead {
  const { print } = text;
  const left = `${print.part} ${nameList(parts, text)}    ${print.batch} ${nameList(batches, text)}`;
  return {
    left: headText(left),
    right: `VoiceGauge ${headText(request.deviceId.slice(0, 8))}`,
    foot: print.page,
  };
}

/** “0773, 0774, 0775 and more”. */
export function nameList(names: ReadonlySet<string>, { print }: ReportContext["text"]): string {
  const shown = [...names].slice(0, headNames).map((name) => Array.from(name).slice(0, 24).join(""));
  if (shown.length === 0) return print.none;
  return names.size > headNames ? `${shown.join(", ")} ${print.several}` : shown.join(", ");
}
