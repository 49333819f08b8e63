import { defineConfig } from "vitest/config";

/** What is installed, as a whole: a processor for each, but none of them waits for sound in real time. */
const bundles = [
  "test/bundle/arm64.test.ts",
  "test/bundle/image.test.ts",
  "test/bundle/offline.test.ts",
  "test/bundle/pi.test.ts",
  "test/upgrade/cut-upgrade.test.ts",
  "test/upgrade/upgrade.test.ts",
];

/** Whole machines with sound in real time: each has both processors for itself, after everything else. */
const machines = [
  "test/appliance/desk.test.ts",
  "test/appliance/kernel-faults.test.ts",
  "test/appliance/kernel-losses.test.ts",
  "test/appliance/kernel.test.ts",
  "test/appliance/machine.test.ts",
  "test/appliance/stop.test.ts",
];

const common = { testTimeout: 30_000, hookTimeout: 30_000, restoreMocks: true };

export default defineConfig({
  test: {
    globalSetup: ["test/global-setup.ts"],
    projects: [
      {
        test: {
          ...common,
          name: "parts",
          include: ["test/**/*.test.ts"],
          exclude: [...bundles, ...machines],
          // Two cores: more workers only fight for them.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: "bundles",
          include: bundles,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...common,
          name: "machines",
          include: machines,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
