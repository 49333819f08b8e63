/** Something that went wrong with a command, as one line for a person: what, and what to do. Exit code 1. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
}

/** Arguments that make no sense together. Exit code 2. */
export class UsageFailure extends Error {
  override readonly name = "UsageFailure";
}
