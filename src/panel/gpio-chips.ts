/** A chip as `/sys/class/gpio/gpiochip*` shows it. */
export interface GpioChip {
  readonly label: string;
  readonly base: number;
  readonly lines: number;
}

export type ChipChoice =
  | { readonly ok: true; readonly chip: GpioChip }
  | { readonly ok: false; readonly detail: string };

/** Labels of the chips whose lines are the header's BCM numbers: Pi 3 and Zero 2 W, Pi 4, Pi 5. */
const headerLabels = ["pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1"];

/**
 * Finds the chip of the header. Its base moved with the kernels (0, then 512; 399 to 571 on a Pi 5), so it is never
 * assumed: exactly one chip with a known label, or with the label of the configuration, must be there.
 */
export function chooseGpioChip(chips: readonly GpioChip[], label?: string): ChipChoice {
  const wanted = label === undefined ? headerLabels : [label];
  const fitting = chips.filter((chip) => wanted.includes(chip.label));
  const [chip] = fitting;
  if (chip !== undefined && fitting.length === 1) return { ok: true, chip };
  const seen = chips.map((one) => one.label).join(", ");
  if (chips.length === 0) {
    return { ok: false, detail: "there is no /sys/class/gpio: set button.source to keyboard or none" };
  }
  const what =
    fitting.length === 0 ? "none of the GPIO chips is the header's" : "several GPIO chips have that label";
  return { ok: false, detail: `${what} (found ${seen}): set gpio.chip to the label of the right one` };
}
