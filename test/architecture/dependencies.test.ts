import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

interface Cruise {
  readonly modulesSeen: number;
  /** `rule: from → to`, to ease reading a failure. */
  readonly violations: readonly string[];
}

describe("import rules", () => {
  it("hold in src", async () => {
    const { modulesSeen, violations } = await cruise(root);
    expect(violations).toEqual([]);
    // With an unknown compiler version dependency-cruiser sees no module and reports success.
    expect(modulesSeen).toBeGreaterThan(50);
  });
});

/** One forbidden import for each kind of rule: the file that holds it, what it imports, and the rule it must hit. */
const forbidden: readonly (readonly [file: string, specifier: string, rule: string])[] = [
  ["src/language/planted.ts", "node:fs", "pure-room"],
  ["src/controller/planted.ts", "valibot", "pure-room"],
  ["src/inspection/planted.ts", "../runtime/result.js", "room-inspection"],
  ["src/wording/planted.ts", "../store/store.js", "room-wording"],
  ["src/runtime/planted.ts", "../audio/pcm.js", "room-runtime"],
  ["src/panel/planted.ts", "../service/configuration.js", "room-panel"],
  ["src/service/planted.ts", "../panel/button.js", "room-service"],
  ["src/panel/planted-one-button.ts", "./planted-two-led.js", "adapter-to-adapter"],
  ["src/appliance/planted.ts", "../panel/planted-two-led.js", "only-compose-names-adapters"],
  ["src/commands/planted.ts", "../panel/planted-two-led.js", "only-compose-names-adapters"],
  ["src/appliance/planted-two.ts", "../compose-planted.js", "compose-is-for-commands"],
  ["src/appliance/planted-three.ts", "../commands/failure.js", "room-appliance"],
  ["src/compose-planted.ts", "./commands/planted.js", "commands-are-for-main"],
  ["src/runtime/planted-cycle-a.ts", "./planted-cycle-b.js", "no-cycles"],
  ["src/audio/planted.ts", "./nowhere.js", "resolvable"],
  ["src/store/planted.ts", "fast-check", "no-development-packages"],
  ["src/stick/planted.ts", "better-sqlite3", "door-better-sqlite3"],
  ["src/panel/planted-three.ts", "sherpa-onnx-node", "door-sherpa-onnx-node"],
];

describe("import rules, in a copy with forbidden imports", () => {
  let copy: string;
  let found: Cruise;

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), "architecture "));
    for (const name of ["src", "package.json", "tsconfig.json", ".dependency-cruiser.cjs"]) {
      await cp(join(root, name), join(copy, name), { recursive: true });
    }
    await symlink(join(root, "node_modules"), join(copy, "node_modules"));
    await writeFile(join(copy, "src/panel/planted-two-led.ts"), "export const planted = 1;\n");
    await writeFile(join(copy, "src/runtime/planted-cycle-b.ts"), 'import "./planted-cycle-a.js";\n');
    for (const [file, specifier] of forbidden) {
      await mkdir(dirname(join(copy, file)), { recursive: true });
      await writeFile(join(copy, file), `import "${specifier}";\nexport const planted = 1;\n`);
    }
    found = await cruise(copy);
  });

  afterAll(() => rm(copy, { recursive: true }));

  it.each(forbidden)("%s may not import %s (%s)", (file, _specifier, rule) => {
    expect(found.violations.filter((line) => line.startsWith(`${rule}: ${file} → `))).toHaveLength(1);
  });
});

function cruise(folder: string): Promise<Cruise> {
  const program = join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const args = [program, "--config", ".dependency-cruiser.cjs", "--output-type", "json", "src"];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      args,
      { cwd: folder, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        // The exit status is the number of violations; only a report that cannot be read is a failure of the tool.
        try {
          resolve(readCruise(stdout));
        } catch {
          reject(new Error(`dependency-cruiser gave no report: ${stderr}${error?.message ?? ""}`));
        }
      },
    );
  });
}

interface CruiseReport {
  readonly modules: readonly { readonly source: string; readonly dependencies: readonly unknown[] }[];
  readonly summary: {
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
}

function readCruise(json: string): Cruise {
  const { modules, summary } = JSON.parse(json) as CruiseReport;
  return {
    modulesSeen: modules.filter(({ source }) => source.startsWith("src/")).length,
    violations: summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
  };
}
