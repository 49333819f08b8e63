import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Whether the workbooks can be opened by another program here; scripts/test installs it where it can. */
export const hasLibreOffice = spawnSync("soffice", ["--version"]).status === 0;
if (!hasLibreOffice) {
  console.warn(
    "skipped: no workbook is opened by LibreOffice here; apt-get install --no-install-recommends libreoffice-calc-nogui",
  );
}

/** Converts a file into a folder, with a profile of its own, so that neither a running LibreOffice nor a user's settings matter. */
export function convertWithLibreOffice(
  folder: string,
  path: string,
  to: string,
  options: readonly string[] = [],
): void {
  const profile = `-env:UserInstallation=${pathToFileURL(join(folder, "profile")).href}`;
  execFileSync("soffice", [profile, "--headless", ...options, "--convert-to", to, "--outdir", folder, path], {
    stdio: "pipe",
    timeout: 120_000,
    // In the C locale it cannot name a file after a Chinese sheet.
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
}
