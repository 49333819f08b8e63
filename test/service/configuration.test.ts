import fc from "fast-check";
import { stringify } from "smol-toml";
import { describe, expect, it } from "vitest";
import { defaultConfiguration, parseConfiguration, problemText } from "../../src/service/configuration.js";
import { printConfiguration } from "../../src/service/print-configuration.js";

describe("parseConfiguration", () => {
  it("fills every default in", () => {
    const parsed = parseConfiguration("");
    expect(parsed).toEqual({ ok: true, value: defaultConfiguration });
    expect(defaultConfiguration).toMatchObject({
      language: "zh",
      audio: { microphone: "auto", tail_guard_ms: 250 },
      button: { source: "gpio", pin: 17, active_low: true, debounce_ms: 30 },
      led: { pin: 27 },
      storage: { warn_mb: 200, refuse_mb: 50, keep_audio: false },
      dialogue: { accept_elided_units: false },
    });
    expect(defaultConfiguration.led).not.toHaveProperty("fault_pin");
  });

  it("takes what the file says and keeps the other defaults", () => {
    const parsed = parseConfiguration(
      'language = "en"\n[button]\nsource = "input"\ndevice = "/dev/input/event3"\nkeys = [28]\n',
    );
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        language: "en",
        button: { source: "input", device: "/dev/input/event3", keys: [28], pin: 17 },
      },
    });
  });

  it("reads what Notepad writes: byte order mark and CRLF", () => {
    expect(parseConfiguration('\uFEFFlanguage = "en"\r\n[led]\r\npin = 22\r\n')).toMatchObject({
      ok: true,
      value: { language: "en", led: { pin: 22 } },
    });
  });

  it.each([
    [
      "a number out of range",
      "[audio]\n\nchunk_ms = 5",
      ["line 3, audio.chunk_ms: 5 is not allowed; it must be a whole number from 20 to 500"],
    ],
    [
      "a fraction",
      "[audio]\nvolume = 1.5",
      ["line 2, audio.volume: 1.5 is not allowed; it must be a whole number from 0 to 100"],
    ],
    [
      "a word instead of a number",
      '[led]\npin = "27"',
      ['line 2, led.pin: "27" is not allowed; it must be a BCM number from 2 to 27'],
    ],
    ["no choice", 'language = "de"', ['line 1, language: "de" is not allowed; it must be one of "zh", "en"']],
    [
      "a card number",
      '[audio]\nspeaker = "plughw:1,0"',
      [
        'line 2, audio.speaker: "plughw:1,0" is not allowed; it must be "auto" or a name such as "plughw:CARD=Device,DEV=0" (arecord -L lists them); card numbers change',
      ],
    ],
    [
      "a name that is no folder",
      '[device]\nname = "a/b"',
      [
        'line 2, device.name: "a/b" is not allowed; it must be 1 to 40 characters, none of \\ / : * ? " < > |, no dot or space at either end',
      ],
    ],
    [
      "a misspelled key",
      "[audio]\nchunk_sm = 100",
      ["line 2, audio.chunk_sm: there is no such key here; did you mean chunk_ms?"],
    ],
    [
      "a misspelled section",
      "[recogniton]\nsure = 0.9",
      ["line 1, recogniton: there is no such key or section; did you mean recognition?"],
    ],
    [
      "a key in the wrong section",
      "[audio]\npin = 4",
      ["line 2, audio.pin: there is no such key here; it belongs into [button]"],
    ],
    [
      "a key that is nowhere",
      "[voice]\nfoo = 4",
      ["line 2, voice.foo: there is no such key here; known are model, speed"],
    ],
    [
      "a section as a key",
      "audio = 3",
      ["line 1, audio: 3 is not allowed; it must be a section, written [name]"],
    ],
    [
      "a list instead of a section",
      "button = []",
      ["line 1, button: [] is not allowed; it must be a section, written [button]"],
    ],
    [
      "a date instead of a section",
      "led = 1979-05-27",
      ["line 1, led: 1979-05-27 is not allowed; it must be a section, written [led]"],
    ],
    [
      "a list with a wrong member",
      "[button]\nkeys = [28, 0]",
      [
        "line 2, button.keys: 0 is not allowed; it must be key codes as evtest shows them, whole numbers from 1 to 767, in [ ]",
      ],
    ],
    [
      "a warning that comes too late",
      "[storage]\nwarn_mb = 50",
      ["line 2, storage.warn_mb: 50 must be more than storage.refuse_mb (50)"],
    ],
    [
      "bands the wrong way round",
      "[recognition]\nunsure = 0.9\nsure = 0.5",
      ["line 3, recognition.sure: 0.5 must not be less than recognition.unsure (0.9)"],
    ],
    [
      "recordings for the stick that are not kept",
      "[stick]\naudio = true",
      ["line 2, stick.audio: needs storage.keep_audio = true: no sound is kept"],
    ],
    ["one pin twice", "[led]\npin = 17", ["line 2, led.pin: pin 17 is button.pin already"]],
    [
      "an input button without a device",
      '[button]\nsource = "input"',
      ['button.device: needed for source "input", for instance "/dev/input/by-id/…-event-kbd"'],
    ],
    [
      "a report that there is not",
      '[stick]\nreports = ["xlsx", "pdf"]',
      [
        'line 2, stick.reports: "pdf" is not allowed; it must be a list of "xlsx", "csv", "html", "dfq", at least one, none twice',
      ],
    ],
    [
      "no report at all",
      "[stick]\nreports = []",
      [
        'line 2, stick.reports: [] is not allowed; it must be a list of "xlsx", "csv", "html", "dfq", at least one, none twice',
      ],
    ],
    [
      "several faults at once",
      "[audio]\nchunk_ms = 5\nvolume = 101\n[x]",
      [
        "line 2, audio.chunk_ms: 5 is not allowed; it must be a whole number from 20 to 500",
        "line 3, audio.volume: 101 is not allowed; it must be a whole number from 0 to 100",
        "line 4, x: there is no such key or section; known are language, device, audio, recognition, voice, dialogue, button, led, gpio, storage, stick, plan, time, log",
      ],
    ],
    [
      "full-width quotes",
      "[device]\nname = “三号”",
      ['line 2: invalid value; “ is a full-width character: type " instead'],
    ],
    [
      "a full-width equals sign",
      'language＝"zh"',
      ["line 1: illegal character in key; ＝ is a full-width character: type = instead"],
    ],
    ["no TOML", 'language = "zh"\n[audio', ["line 2: incomplete key-value: cannot find end of key"]],
  ])("refuses %s", (_name, text, problems) => {
    const parsed = parseConfiguration(text);
    expect(parsed.ok ? [] : parsed.error.map(problemText)).toEqual(problems);
  });

  it("allows one pin twice where only one of the two is used", () => {
    expect(parseConfiguration('[button]\nsource = "none"\n[led]\npin = 17').ok).toBe(true);
  });

  it("answers any text and any document, and never throws", () => {
    const value = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.string(),
      fc.array(fc.integer()),
      fc.date({ noInvalidDate: true }),
    );
    const name = fc.constantFrom(
      "language",
      "audio",
      "chunk_ms",
      "button",
      "keys",
      "pin",
      "led",
      "recognition",
      "sure",
      "x",
    );
    const document = fc.dictionary(name, fc.oneof(value, fc.dictionary(name, value))).map(stringify);
    fc.assert(
      fc.property(fc.oneof(fc.string(), document), (text) => {
        const parsed = parseConfiguration(text);
        if (!parsed.ok)
          expect(parsed.error.map(problemText).filter((line) => line.length > 0)).not.toEqual([]);
      }),
    );
  });
});

describe("printConfiguration", () => {
  it("prints what reads back as the same", () => {
    const printed = printConfiguration(defaultConfiguration);
    expect(parseConfiguration(printed)).toEqual({ ok: true, value: defaultConfiguration });
    expect(printed).toContain("# BCM number of the button's pin: a BCM number from 2 to 27\npin = 17\n");
    expect(printed).toContain("# fault_pin =\n");
  });

  it("keeps every value that differs from the default", () => {
    const text = [
      'language = "en"',
      '[device]\nname = "三号 台"',
      '[button]\nsource = "input"\ndevice = "/dev/input/by-id/a b"\nkeys = [1, 2]',
      "[led]\nfault_pin = 5",
      "[recognition]\nsure = 0.875\nunsure = 0.5",
    ].join("\n");
    const parsed = parseConfiguration(text);
    if (!parsed.ok) throw new Error(parsed.error.map(problemText).join("\n"));
    expect(parseConfiguration(printConfiguration(parsed.value))).toEqual(parsed);
  });
});
