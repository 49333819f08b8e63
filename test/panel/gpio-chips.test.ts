import { expect, test } from "vitest";
import { chooseGpioChip } from "../../src/panel/gpio-chips.js";

const firmware = { label: "raspberrypi-exp-gpio", base: 504, lines: 8 };

test.each([
  ["Pi 3 and Zero 2 W, kernel before 6.6", { label: "pinctrl-bcm2835", base: 0, lines: 54 }],
  ["Pi 4, kernel since 6.6", { label: "pinctrl-bcm2711", base: 512, lines: 58 }],
  ["Pi 5", { label: "pinctrl-rp1", base: 569, lines: 54 }],
])("%s: the header's chip is found by its label, wherever it begins", (_name, chip) => {
  expect(chooseGpioChip([firmware, chip])).toEqual({ ok: true, chip });
});

test("a simulated chip by configuration", () => {
  const chip = { label: "gpio-sim.0", base: 454, lines: 32 };
  expect(chooseGpioChip([firmware, chip], "gpio-sim.0")).toEqual({ ok: true, chip });
});

test.each([
  ["none at all", [], /no \/sys\/class\/gpio/],
  ["none of the header", [firmware], /none of the GPIO chips.*raspberrypi-exp-gpio.*gpio\.chip/],
  [
    "two of the same",
    [
      { label: "pinctrl-rp1", base: 0, lines: 54 },
      { label: "pinctrl-rp1", base: 569, lines: 54 },
    ],
    /several/,
  ],
])("%s is an error that says what to do", (_name, chips, words) => {
  const choice = chooseGpioChip(chips);
  expect(choice.ok ? "" : choice.detail).toMatch(words);
});
