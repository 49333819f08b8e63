/**
 * A shift that says on stdout what it has confirmed, as soon as it is confirmed: the product's own store and exporter.
 * usage: node scenario.mjs DIST STATE STICK [normal|early|careless|unsafe] [OLD]
 *   normal    commits with synchronous=NORMAL      early    confirms before it commits
 *   careless  writes to the stick without fsync    unsafe   migrates without a transaction
 *   OLD       the database of an older release, which is met first
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, join } from "node:path";

const [, , dist, state, stick, sabotage = "", old = ""] = process.argv;
const load = (path) => import(join(dist, path));
const { composeExporter } = await load("compose-parts.js");
const { defaultConfiguration } = await load("service/configuration.js");
const { openOrRecover } = await load("store/recover.js");
const { createSqliteStore } = await load("store/sqlite-store.js");
const { openForReading } = await load("store/open-database.js");
const { createSystemClock } = await load("runtime/clock.js");

const confirm = (what) => writeSync(1, `CONFIRMED ${JSON.stringify(what)}\n`);

async function open() {
  const opened = await openOrRecover(state, "stamp");
  const { database } = opened.value;
  if (sabotage === "normal") database.pragma("synchronous = NORMAL");
  if (sabotage === "unsafe") database.transaction = (work) => work;
  const made = createSqliteStore({
    database,
    clock: createSystemClock(),
    bootId: "boot",
    clockTrusted: () => true,
    newDeviceId: () => "device",
  });
  return made.value;
}

/** The older release is gone; all of its records had been confirmed. */
function leaveOld() {
  const target = join(state, "voicegauge.db");
  writeFileSync(`${target}.whole`, readFileSync(old));
  flush(`${target}.whole`);
  renameSync(`${target}.whole`, target);
  flush(state);
  const { value: database } = openForReading(old);
  const records = database.prepare("SELECT id, replace(value, '.', '') AS value, status FROM records").all();
  for (const claim of records) confirm(claim);
  database.close();
}

function flush(path) {
  const opened = openSync(path, "r");
  fsyncSync(opened);
  closeSync(opened);
}

if (old !== "") leaveOld();
let store = await open();
let number = 0;

function measure() {
  number += 1;
  const draft = {
    name: "长度",
    value: { unscaled: BigInt(1200 + number), scale: 1 },
    transcript: "长度".repeat(20),
    confidence: 0.9,
    confirmedByQuestion: false,
  };
  const claim = { id: number, value: String(draft.value.unscaled), status: "valid" };
  if (sabotage === "early") confirm(claim);
  const stored = store.commitMeasurement(draft);
  if (stored.ok && sabotage !== "early") confirm({ ...claim, id: stored.value.id });
}

async function exportAll() {
  const { exporter, close } = composeExporter(defaultConfiguration, store, state, "model");
  if (sabotage === "careless") {
    const scratch = `${state}-careless`;
    await exporter.exportTo({ id: "other", directory: scratch }, new AbortController().signal);
    for (const path of filesBelow(scratch)) {
      const target = join(stick, basename(path));
      writeFileSync(`${target}.part`, readFileSync(path));
      renameSync(`${target}.part`, target);
      confirmFile(target);
    }
  } else {
    const outcome = await exporter.exportTo({ id: "stick", directory: stick }, new AbortController().signal);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
    for (const path of outcome.value.files) confirmFile(path);
  }
  await close();
}

function confirmFile(path) {
  confirm({ file: path, sha256: createHash("sha256").update(readFileSync(path)).digest("hex") });
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

async function afterUpgrade() {
  confirmFile(join(state, "backups", "backup-schema-1.db"));
  if (store.withdraw(16).ok) confirm({ id: 16, value: "320", status: "withdrawn" });
  for (let n = 0; n < 3; n += 1) measure();
  store.close();
  store = await open();
  measure();
}

async function wholeShift() {
  for (let n = 0; n < 6; n += 1) measure();
  if (store.withdraw(2).ok) confirm({ id: 2, value: "1202", status: "withdrawn" });
  await store.backup(join(state, "backups", "backup-2026-11-25.db"));
  await exportAll();
  for (let n = 0; n < 4; n += 1) measure();
  // Closing moves everything from the log into the database.
  store.close();
  store = await open();
  for (let n = 0; n < 4; n += 1) measure();
  await exportAll();
  for (let n = 0; n < 2; n += 1) measure();
}

await (old === "" ? wholeShift() : afterUpgrade());
store.close();
