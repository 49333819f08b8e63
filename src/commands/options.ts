import { InvalidArgumentError } from "commander";

/** An option that takes a whole number of at least 1. */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number) || number < 1) {
    throw new InvalidArgumentError("a whole number from 1 is needed");
  }
  return number;
}
