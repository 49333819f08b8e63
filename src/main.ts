#!/usr/bin/env node
import { runCommandLine } from "./commands/program.js";

// `process.exitCode` lets pending output drain; a command leaves nothing behind that would keep the process alive.
process.exitCode = await runCommandLine(process.argv.slice(2));
