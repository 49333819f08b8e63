import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { packageRoot } from "../../src/runtime/compiled-module.js";
import { runProgram } from "../../src/runtime/run-program.js";
import { clock, place, program, usePlace } from "./stand-in.js";

usePlace();

/** Runs the audio room with real children in a process of its own, closes it, and prints what keeps Node alive. */
const script = (arecord: string, aplay: string, wav: string): string => {
  const load = (name: string): string =>
    JSON.stringify(pathToFileURL(join(packageRoot(), "dist", name)).href);
  return `
    const { createSystemClock, sleep } = await import(${load("runtime/clock.js")});
    const { createTaskManager } = await import(${load("runtime/task-manager.js")});
    const { createResourceStack } = await import(${load("runtime/resource.js")});
    const { createAlsaMicrophone } = await import(${load("audio/alsa-microphone.js")});
    const { createAlsaSpeaker } = await import(${load("audio/alsa-speaker.js")});
    const { createFileSpeaker } = await import(${load("audio/file-speaker.js")});
    const { createStreamController } = await import(${load("audio/stream-controller.js")});
    const { createDuplex } = await import(${load("audio/duplex.js")});
    const clock = createSystemClock();
    const device = "plughw:CARD=Mic,DEV=0";
    const resources = createResourceStack(clock);
    const tasks = createTaskManager({ clock, limit: 2 });
    const file = resources.own("file", createFileSpeaker(clock, { path: ${JSON.stringify(wav)} }));
    const microphone = createAlsaMicrophone(clock, () => 0, { device, program: ${JSON.stringify(arecord)} });
    const speaker = createAlsaSpeaker(clock, { device, program: ${JSON.stringify(aplay)} });
    const duplex = resources.own("duplex", createDuplex({ clock, speaker, stream: createStreamController({ clock, microphone }) }));
    duplex.start();
    const pcm = (ms) => ({ samples: new Int16Array(ms * 16).fill(9), sampleRateHz: 16000 });
    const never = new AbortController().signal;
    await duplex.play(pcm(50), never);
    let heard = 0;
    const opened = await duplex.openGate((samples) => { heard += samples.length; }, never);
    while (heard < 1600) await sleep(clock, "listen", 10);
    // In the middle of everything: a sound, a task that obeys and one that waits.
    void duplex.play(pcm(60000), never);
    void file.play(pcm(60000), never);
    tasks.run("long", { timeoutMs: 60000 }, (signal) => sleep(clock, "long", 50000, signal));
    tasks.run("waits", { timeoutMs: 60000 }, (signal) => duplex.openGate(() => {}, signal));
    await sleep(clock, "a moment", 100);
    const report = await tasks.close(1000);
    const closed = await resources.closeAll(3000);
    // Handles of pipes that were destroyed are gone one turn later.
    await sleep(clock, "last turn", 50);
    console.log(JSON.stringify({
      opened: opened.ok,
      report,
      closed: closed.map(({ name, outcome }) => name + " " + outcome),
      timers: clock.activeTimers(),
      alive: process.getActiveResourcesInfo().filter((name) => !/^(?:PipeWrap|TTYWrap|FSReqCallback)$/.test(name)),
    }));`;
};

it("leaves no timer, child, handle or task behind, in the middle of everything", async () => {
  const arecord = await program(
    "arecord",
    `exec '${process.execPath}' -e 'setInterval(() => process.stdout.write(Buffer.alloc(640)), 20)'`,
  );
  const aplay = await program(
    "aplay",
    `exec '${process.execPath}' -e 'let n = 0; process.stdin.on("data", (d) => { n += d.length; }); process.stdin.on("end", () => setTimeout(() => {}, n / 32));'`,
  );
  const source = script(arecord, aplay, join(place.folder, "said.wav"));
  // The process must end by itself: nothing calls process.exit.
  const outcome = await runProgram(clock, process.execPath, ["--input-type=module", "-e", source], {
    timeoutMs: 20_000,
  });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  expect(JSON.parse(outcome.value.stdout.toString())).toEqual({
    opened: true,
    report: { ended: ["long", "waits"], notEnded: [] },
    closed: ["duplex closed", "file closed"],
    timers: [],
    alive: [],
  });
});
