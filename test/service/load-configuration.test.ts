import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultConfiguration } from "../../src/service/configuration.js";
import { createConfigurationKeeper, loadConfiguration } from "../../src/service/load-configuration.js";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "configuration "));
  path = join(folder, "config.toml");
});

afterEach(() => rm(folder, { recursive: true }));

describe("loadConfiguration", () => {
  it("takes the defaults when nothing is installed", async () => {
    expect(await loadConfiguration(undefined, path)).toEqual({
      ok: true,
      value: { configuration: defaultConfiguration },
    });
  });

  it("insists on a file that was asked for", async () => {
    expect(await loadConfiguration(path)).toEqual({
      ok: false,
      error: { kind: "unreadable", path, problems: ["there is no such file"] },
    });
    expect(await loadConfiguration(folder)).toMatchObject({
      ok: false,
      error: { kind: "unreadable", path: folder },
    });
  });

  it("reads the file, and prefers the one that was asked for", async () => {
    await writeFile(path, '[device]\nname = "三号台"\n');
    const loaded = { ok: true, value: { path, configuration: { device: { name: "三号台" } } } };
    expect(await loadConfiguration(path, "/nowhere")).toMatchObject(loaded);
    expect(await loadConfiguration(undefined, path)).toMatchObject(loaded);
  });

  it("refuses text in another encoding", async () => {
    // GB 18030, as Notepad's “ANSI” is on a Chinese Windows.
    await writeFile(path, Buffer.from([0x61, 0x3d, 0x22, 0xc8, 0xfd, 0xba, 0xc5, 0x22]));
    expect(await loadConfiguration(path)).toMatchObject({
      ok: false,
      error: { kind: "unreadable", problems: ["the file is not UTF-8 text: save it as UTF-8"] },
    });
  });
});

describe("the configuration keeper", () => {
  it("takes a good file over and names what changed", async () => {
    const keeper = createConfigurationKeeper(defaultConfiguration, () => loadConfiguration(path));
    await writeFile(path, 'language = "en"\n[audio]\nvolume = 60\n[led]\nfault_pin = 5\n');
    expect(await keeper.reload()).toMatchObject({
      ok: true,
      value: { changedKeys: ["language", "audio.volume", "led.fault_pin"] },
    });
    expect(keeper.current().audio.volume).toBe(60);
    await writeFile(path, "");
    expect(await keeper.reload()).toMatchObject({
      ok: true,
      value: { changedKeys: ["language", "audio.volume", "led.fault_pin"] },
    });
  });

  it("leaves the running one in force when the file is bad or gone", async () => {
    await writeFile(path, "[audio]\nvolume = 60\n");
    const loaded = await loadConfiguration(path);
    if (!loaded.ok) throw new Error(loaded.error.problems.join());
    const keeper = createConfigurationKeeper(loaded.value.configuration, () => loadConfiguration(path));
    await writeFile(path, "[audio]\nvolume = 600\n");
    expect(await keeper.reload()).toEqual({
      ok: false,
      error: {
        kind: "invalid",
        path,
        problems: ["line 2, audio.volume: 600 is not allowed; it must be a whole number from 0 to 100"],
      },
    });
    await rm(path);
    expect(await keeper.reload()).toMatchObject({ ok: false, error: { kind: "unreadable" } });
    expect(keeper.current()).toBe(loaded.value.configuration);
  });

  it("does overlapping reloads one after the other", async () => {
    const keeper = createConfigurationKeeper(defaultConfiguration, () => loadConfiguration(path));
    await writeFile(path, "[audio]\nvolume = 60\n");
    const [first, second] = await Promise.all([keeper.reload(), keeper.reload()]);
    expect(first).toMatchObject({ value: { changedKeys: ["audio.volume"] } });
    expect(second).toMatchObject({ value: { changedKeys: [] } });
  });
});
