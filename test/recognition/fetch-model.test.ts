import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { fetchModel, installArchive } from "../../src/recognition/fetch-model.js";
import { createSystemClock } from "../../src/runtime/clock.js";
import { temporaryFolder } from "../doubles/temporary-store.js";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A real bzip2 archive with a folder of two files, one of which does not compress. */
function makeArchive() {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "a-model"));
  const noise = Buffer.concat(
    Array.from({ length: 4_000 }, (_, n) => createHash("sha256").update(String(n)).digest()),
  );
  writeFileSync(join(folder, "a-model", "encoder.onnx"), noise);
  writeFileSync(join(folder, "a-model", "tokens.txt"), "一 1\n");
  execFileSync("tar", ["-cjf", join(folder, "a-model.tar.bz2"), "-C", folder, "a-model"]);
  const bytes = readFileSync(join(folder, "a-model.tar.bz2"));
  return { bytes, noise, file: join(folder, "a-model.tar.bz2") };
}

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}/releases/a-model.tar.bz2`;
}

function installation(url: string, bytes: Buffer) {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { directory: "a-model", archive: { url, bytes: bytes.length, sha256 } };
}

function deps(modelsDirectory: string, stallMs?: number) {
  return {
    clock: createSystemClock(),
    modelsDirectory,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...(stallMs === undefined ? {} : { stallMs }),
  };
}

test("an interrupted download is continued where it stopped, checked and put in place", async () => {
  const { bytes, noise } = makeArchive();
  const ranges: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    const { range } = request.headers;
    ranges.push(range);
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    response.writeHead(from === 0 ? 200 : 206, { "content-length": bytes.length - from });
    if (from > 0) {
      response.end(bytes.subarray(from));
      return;
    }
    response.write(bytes.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 100));
  });
  const models = temporaryFolder();
  const first = await fetchModel(installation(url, bytes), deps(models));
  expect(first).toMatchObject({ error: { kind: "network" } });
  expect(existsSync(join(models, "a-model"))).toBe(false);
  expect(await fetchModel(installation(url, bytes), deps(models))).toMatchObject({ ok: true });
  expect(ranges).toEqual([undefined, "bytes=50000-"]);
  expect(readFileSync(join(models, "a-model", "encoder.onnx"))).toEqual(noise);
  expect(readdirSync(models)).toEqual(["a-model"]);
});

test("a server that knows no ranges sends all again", async () => {
  const { bytes } = makeArchive();
  let requests = 0;
  const url = await serve((_request, response) => {
    requests += 1;
    response.writeHead(200, { "content-length": bytes.length });
    if (requests > 1) response.end(bytes);
    else response.write(bytes.subarray(0, 9_000), () => setTimeout(() => response.destroy(), 100));
  });
  const models = temporaryFolder();
  expect(await fetchModel(installation(url, bytes), deps(models))).toMatchObject({ ok: false });
  expect(await fetchModel(installation(url, bytes), deps(models))).toMatchObject({ ok: true });
});

test("another content than the manifest's is refused, and the installed model stays", async () => {
  const { bytes, file } = makeArchive();
  const url = await serve((_request, response) => response.end(Buffer.alloc(bytes.length)));
  const models = temporaryFolder();
  expect(await installArchive(file, installation(url, bytes), deps(models))).toMatchObject({ ok: true });
  expect(readdirSync(models)).toEqual(["a-model"]);
  const refused = await fetchModel(installation(url, bytes), deps(models));
  expect(refused).toMatchObject({ error: { kind: "not_the_archive" } });
  expect(readdirSync(models)).toEqual(["a-model"]);
});

test("a server that says nothing more, one that has no such file, none at all: each is told", async () => {
  const { bytes } = makeArchive();
  const models = temporaryFolder();
  const silent = await serve((_request, response) => void response.write(bytes.subarray(0, 100)));
  expect(await fetchModel(installation(silent, bytes), deps(models, 400))).toMatchObject({
    error: { kind: "network", detail: expect.stringContaining("nothing came for 0.4 s") as string },
  });
  const missing = await serve((_request, response) => response.writeHead(404).end());
  expect(await fetchModel(installation(missing, bytes), deps(models))).toMatchObject({
    error: { detail: expect.stringContaining("404") as string },
  });
  const nobody = "http://127.0.0.1:1/a-model.tar.bz2";
  expect(await fetchModel(installation(nobody, bytes), deps(models))).toMatchObject({
    error: { kind: "network", detail: expect.stringContaining("check the network") as string },
  });
});
