import { defineConfig } from "vitest/config";

/** Whole machines, and sound in real time: each has the processor for itself, after everything else. */
const machines = [
  "test/appliance/desk.test.ts",
  "test/appliance/kernel-faults.test.ts",
  "test/appliance/kernel-losses.test.ts",
  "test/appliance/kernel.test.ts",
  "test/appliance/machine.test.ts",
  "test/appliance/stop.test.ts",
  // An emulated processor is slow enough without a neighbour.
  "test/bundle/arm64.test.ts",
  "test/bundle/image.test.ts",
  "test/bundle/offline.test.ts",
  "test/upgrade/cut-upgrade.test.ts",
  "test/upgrade/upgrade.test.ts",
  "test/bundle/pi.test.ts",
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
          exclude: machines,
          // Two cores: more workers only fight for them.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: "machines",
          include: machines,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
