// Runs on the (emulated) device: uses each native module once and prints what came of it as JSON.
// Arguments: the folder of the product, the folder for the database.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [product, state] = process.argv.slice(2);
const require = createRequire(join(product, "package.json"));
const own = (path) => import(pathToFileURL(join(product, "dist", path)).href);

async function commit() {
  const { openDatabase } = await own("store/open-database.js");
  const { createSqliteStore } = await own("store/sqlite-store.js");
  const { createVirtualClock } = await own("runtime/virtual-clock.js");
  mkdirSync(state);
  const opened = openDatabase(join(state, "voicegauge.db"));
  if (!opened.ok) throw new Error(opened.error.detail);
  const made = createSqliteStore({
    database: opened.value,
    clock: createVirtualClock(Date.UTC(2026, 10, 25, 8)),
    bootId: "test",
    clockTrusted: () => true,
    newDeviceId: () => "device-1",
  });
  if (!made.ok) throw new Error(made.error.detail);
  const stored = made.value.commitMeasurement({
    name: "长度",
    value: { unscaled: 1205n, scale: 1 },
    unit: "mm",
    transcript: "长度一百二十点五毫米",
    confidence: 0.9,
    confirmedByQuestion: false,
  });
  if (!stored.ok) throw new Error(stored.error.detail);
  const count = made.value.countRecords();
  made.value.close();
  return count;
}

/** The pin of a button is watched with epoll; here it is a pipe that becomes readable. */
function becomesReadable() {
  const { Epoll } = require("epoll");
  const child = spawn(process.execPath, ["-p", "1"], { stdio: ["ignore", "pipe", "inherit"] });
  const fd = child.stdout._handle.fd;
  return new Promise((resolve, reject) => {
    const poller = new Epoll((error, changed, events) => {
      poller.remove(fd).close();
      if (error) reject(error);
      else resolve(changed === fd && (events & Epoll.EPOLLIN) !== 0);
    });
    poller.add(fd, Epoll.EPOLLIN);
  });
}

function picture() {
  const { Resvg } = require("@resvg/resvg-js");
  const drawing =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
  return new Resvg(drawing).render().asPng().subarray(1, 4).toString("latin1");
}

const result = {
  architecture: process.arch,
  committed: await commit(),
  readable: await becomesReadable(),
  picture: picture(),
};
console.log(JSON.stringify(result));
