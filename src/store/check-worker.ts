/** The worker thread that reads through a database, which takes seconds to minutes for years of records. */
import { parentPort, workerData } from "node:worker_threads";
import { findDamage } from "./find-damage.js";
import { openForReading } from "./open-database.js";

export type CheckAnswer = { readonly damage: string | undefined };

if (parentPort !== null) {
  const opened = openForReading(workerData as string);
  const damage = opened.ok ? findDamage(opened.value, "whole") : opened.error.detail;
  if (opened.ok) opened.value.close();
  parentPort.postMessage({ damage } satisfies CheckAnswer);
}
