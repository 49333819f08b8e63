import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { messageOf } from "../runtime/assert.js";
import type { PlanReader, PlanReading } from "./plan-file.js";

/** Reads one file of any name as the device reads a plan on a stick. */
export async function readPlanFile(
  reader: PlanReader,
  file: string,
  signal: AbortSignal,
): Promise<PlanReading> {
  const extension = extname(file).toLowerCase();
  if (extension !== ".xlsx" && extension !== ".csv") {
    return { kind: "refused", fileName: file, problems: [`${file} is neither an .xlsx nor a .csv file`] };
  }
  const folder = await mkdtemp(join(tmpdir(), "voicegauge-plan-"));
  try {
    await copyFile(file, join(folder, `plan${extension}`));
    return await reader.read(folder, signal);
  } catch (thrown) {
    return { kind: "refused", fileName: file, problems: [`cannot read ${file}: ${messageOf(thrown)}`] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
