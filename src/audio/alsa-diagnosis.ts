/** What a program of alsa-utils complained about, in our words. */
export type AlsaFault =
  | { readonly kind: "program_missing"; readonly detail: string }
  | { readonly kind: "device_missing"; readonly detail: string }
  | { readonly kind: "device_busy"; readonly detail: string }
  | { readonly kind: "failed"; readonly detail: string };

/** The first that fits the standard error counts; texts of alsa-lib and strerror(3) in the C locale. */
const signs: readonly {
  readonly kind: "device_missing" | "device_busy" | "failed";
  readonly pattern: RegExp;
  readonly hint: string;
}[] = [
  { kind: "device_busy", pattern: /device or resource busy/iu, hint: "another program uses it" },
  { kind: "failed", pattern: /permission denied/iu, hint: "add the user to the group audio" },
  {
    kind: "device_missing",
    pattern:
      /no such (?:file or directory|device)|cannot find card|cannot get card index|unknown pcm|invalid card|no soundcards found|file descriptor in bad state/iu,
    hint: "check the plug",
  },
];

/** Judges the last lines that `program` wrote about `device`, and how it ended. */
export function diagnoseAlsa(
  program: string,
  device: string,
  lastLines: readonly string[],
  end: string,
): AlsaFault {
  // The reason comes before the consequences (“audio open error”, “unable to install hw params”).
  for (const { kind, pattern, hint } of signs) {
    const line = lastLines.find((text) => pattern.test(text));
    if (line !== undefined) return { kind, detail: `${device}: ${line} (${hint})` };
  }
  return { kind: "failed", detail: `${program} on ${device} ${end}: ${lastLines.at(-1) ?? "no message"}` };
}

/** The program cannot be started. */
export function alsaMissing(program: string): AlsaFault {
  return { kind: "program_missing", detail: `${program} cannot be started: install alsa-utils` };
}
