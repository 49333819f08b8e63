import { messageOf } from "../runtime/assert.js";
import type { WorkbookError } from "../workbook/workbook.js";
import type { StickError } from "./stick.js";

/** Names what a file operation on a stick threw. */
export function stickErrorOf(thrown: unknown): StickError {
  const detail = messageOf(thrown);
  switch (codeOf(thrown)) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return { kind: "full", detail };
    case "EROFS":
    case "EACCES":
    case "EPERM":
      return { kind: "read_only", detail };
    case "ENOENT":
    case "ENODEV":
    case "ENXIO":
    case "EIO":
    case "ESTALE":
      return { kind: "pulled", detail };
    case "ELOOP":
    case "ENOTDIR":
    case "EISDIR":
      return { kind: "unsupported", detail };
    default:
      return { kind: "write_failed", detail };
  }
}

/** The card's troubles while the files are made are none of the stick's. */
export function stickErrorOfWorkbook(error: WorkbookError): StickError {
  switch (error.kind) {
    case "timed_out":
      return { kind: "timed_out", detail: error.detail };
    case "aborted":
      return { kind: "aborted" };
    case "no_space":
      return { kind: "card_failed", detail: `no space on the card to make the files: ${error.detail}` };
    case "not_writable":
    case "failed":
      return { kind: "write_failed", detail: error.detail };
  }
}

/** `ENOSPC` and the like; empty for what is no system error. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
}
