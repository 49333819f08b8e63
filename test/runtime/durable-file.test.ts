import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compiledModulePath, packageRoot } from "../../src/runtime/compiled-module.js";
import { fileErrorOf, isUnfinished, writeDurably } from "../../src/runtime/durable-file.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "voicegauge-durable-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("a durable file", () => {
  it("replaces the old content whole and leaves nothing beside it", async () => {
    const path = join(folder, "plan.json");
    await writeFile(path, "old");
    expect(await writeDurably(path, "new, 新")).toEqual({ ok: true, value: undefined });
    expect(await writeDurably(path, Buffer.from([1, 2, 3]))).toMatchObject({ ok: true });
    expect([...(await readFile(path))]).toEqual([1, 2, 3]);
    expect(await readdir(folder)).toEqual(["plan.json"]);
  });

  it("survives writers at the same time: one of the contents wins, whole", async () => {
    const path = join(folder, "state");
    const contents = Array.from({ length: 12 }, (_, index) => String(index).repeat(50_000));
    const outcomes = await Promise.all(contents.map((content) => writeDurably(path, content)));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(contents).toContain(await readFile(path, "utf8"));
    expect(await readdir(folder)).toEqual(["state"]);
  });

  it("is not hindered by what a power cut left under the same process id, nor led away by a link of that name", async () => {
    const path = join(folder, "plan.json");
    const elsewhere = join(folder, "elsewhere");
    await writeFile(elsewhere, "not to be touched");
    // The writes of this process are numbered; the next ones are among these.
    for (let number = 1; number <= 60; number += 1) {
      const left = join(folder, `.plan.json.${process.pid}-${number}.unfinished`);
      if (number % 2 === 0) await writeFile(left, "half");
      else await symlink(elsewhere, left);
    }
    expect(await writeDurably(path, "first")).toEqual({ ok: true, value: undefined });
    expect(await writeDurably(path, "whole")).toEqual({ ok: true, value: undefined });
    expect(await readFile(path, "utf8")).toBe("whole");
    expect((await lstat(path)).isFile()).toBe(true);
    expect(await readFile(elsewhere, "utf8")).toBe("not to be touched");
    expect((await readdir(folder)).filter(isUnfinished)).toHaveLength(58);
  });

  it("leaves the old file and no temporary one when it cannot write", async () => {
    const missing = join(folder, "no", "file");
    expect(await writeDurably(missing, "x")).toMatchObject({
      ok: false,
      error: { kind: "missing", path: missing },
    });
    // A folder in the way lets everything work up to the rename.
    const taken = join(folder, "taken");
    await mkdir(join(taken, "inside"), { recursive: true });
    expect(await writeDurably(taken, "x")).toMatchObject({ ok: false, error: { kind: "failed" } });
    expect(await readdir(folder)).toEqual(["taken"]);
  });

  it("knows its own left-overs from files", () => {
    expect(isUnfinished(".plan.json.4711-3.unfinished")).toBe(true);
    for (const name of ["plan.json", ".hidden", "4711-3.unfinished", ".plan.json.unfinished"]) {
      expect(isUnfinished(name)).toBe(false);
    }
  });

  it("names errors of the file system", () => {
    const thrown = (code: string): Error => Object.assign(new Error(code), { code });
    const kinds = ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "ENOENT", "EIO"].map(
      (code) => fileErrorOf("f", thrown(code)).kind,
    );
    expect(kinds).toEqual(["no_space", "no_space", "not_permitted", "not_permitted", "missing", "failed"]);
  });
});

describe("a compiled module", () => {
  it("lies below dist of the package", async () => {
    const manifest = JSON.parse(await readFile(join(packageRoot(), "package.json"), "utf8")) as {
      name: string;
    };
    expect(manifest.name).toBe("voicegauge");
    expect(compiledModulePath("runtime/clock.js")).toBe(join(packageRoot(), "dist", "runtime", "clock.js"));
    expect(() => compiledModulePath("runtime/nothing.js")).toThrow(/npm run build/u);
  });
});
