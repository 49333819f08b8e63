/**
 * An ALSA device, or how to find it: a card that was plugged in after the start has a name only then, so it is looked
 * for each time that it is opened.
 */
export type DeviceName = string | (() => Promise<string>);

/** The name of now. */
export function nameOf(device: DeviceName): Promise<string> {
  return typeof device === "string" ? Promise.resolve(device) : device();
}
