import { join } from "node:path";
import type { Command } from "commander";
import { audioFolder } from "../appliance/recordings.js";
import { composeSound, findSoundCard } from "../compose-sound.js";
import { readRecords } from "../store/record-rows.js";
import { CommandFailure } from "./failure.js";
import { wholeNumber } from "./options.js";
import { printLine } from "./output.js";
import { readRecording } from "./recording.js";
import { readConfiguration } from "./settings.js";
import { openState, stateFolder, stateOption } from "./state-folder.js";

interface ReplayOptions {
  readonly state?: string;
  readonly config?: string;
}

/** `voicegauge replay ID`: what was said for a record. */
export function addReplayCommand(program: Command): void {
  program
    .command("replay")
    .description("play what was said for a record, or name its file where there is no speaker")
    .argument("<id>", "number of the record", wholeNumber)
    .option(...stateOption)
    .option("--config <file>", "configuration file")
    .action(async (id: number, options: ReplayOptions) => {
      const configuration = await readConfiguration(options.config);
      const database = openState(options.state);
      const [record] = [...readRecords(database, { fromId: id, toId: id })];
      database.close();
      if (record === undefined) throw new CommandFailure(`there is no record ${id}`);
      if (record.audioPath === undefined) {
        throw new CommandFailure(
          `no sound was kept for record ${id}: set storage.keep_audio = true for the next ones`,
        );
      }
      const path = join(stateFolder(options.state), audioFolder, record.audioPath);
      const sound = await readRecording(path);
      await printLine(path);
      const card = await findSoundCard(configuration);
      if (card === undefined) return;
      const { speaker } = composeSound(card);
      const played = await speaker.play(sound, new AbortController().signal);
      await speaker.close();
      if (!played.ok) throw new CommandFailure(played.error.detail);
    });
}
