import * as v from "valibot";

/**
 * The configuration file, key by key: what each is for, what it may be, and its default. Keys are spelled in the code
 * as they are in the file. Each `description` is printed as the comment above the key; each message says what is allowed.
 */
export const configurationSchema = v.strictObject({
  language: choice("what the device speaks and understands", ["zh", "en"], "zh"),

  device: section({
    name: matching(
      "name of this device: the folder on the stick, and a column of the sheet",
      /^(?![. ])[^\\/:*?"<>|\p{Cc}]{1,40}(?<![. ])$/u,
      '1 to 40 characters, none of \\ / : * ? " < > |, no dot or space at either end',
      "voicegauge",
    ),
  }),

  audio: section({
    microphone: soundDevice("capture device of arecord"),
    speaker: soundDevice("playback device of aplay"),
    chunk_ms: whole("length of one chunk of captured sound", 20, 500, 100),
    tail_guard_ms: whole("the microphone stays shut this long after a sound of the device", 100, 2_000, 250),
    wake_silence_ms: whole(
      "silence before the first sound after idle, so that a sleeping speaker clips nothing",
      0,
      1_000,
      300,
    ),
    speaker_sleeps_after_ms: whole(
      "a pause after which the speaker counts as asleep: that silence leads the next sound",
      0,
      600_000,
      5_000,
    ),
    volume: whole("volume in percent", 0, 100, 80),
    set_mixer: flag("set the sound card's own controls whenever the microphone is opened", true),
    mixer_playback: whole("level of the speaker's card in percent", 0, 100, 100),
    mixer_capture: whole("level of the microphone's card in percent", 0, 100, 80),
  }),

  recognition: section({
    model: matching(
      "model id; voicegauge models list shows them",
      /^[a-z0-9][a-z0-9._-]*$/i,
      "letters, digits, . _ -, or auto",
      "auto",
    ),
    sure: optionalShare(
      "confidence from which a clear value is stored without asking; the model's own when left out",
    ),
    unsure: optionalShare("confidence below which nothing is stored; the model's own when left out"),
  }),

  voice: section({
    model: matching(
      "espeak, a voice that voicegauge models list shows, or auto: the first that is installed, else espeak",
      /^[a-z0-9][a-z0-9._-]*$/i,
      "letters, digits, . _ -, espeak or auto",
      "auto",
    ),
    speed: whole("words a minute", 80, 400, 160),
  }),

  dialogue: section({
    accept_elided_units: flag("take 一百二 as 120 without asking", false),
    listen_limit_ms: whole("longest time to listen after a tap", 3_000, 60_000, 15_000),
  }),

  button: section({
    source: choice("where the button is", ["gpio", "keyboard", "input", "none"], "gpio"),
    pin: pin("BCM number of the button's pin", 17),
    active_low: flag("the button pulls the pin to ground", true),
    debounce_ms: whole("a level counts once it has stood still this long", 5, 200, 30),
    device: optionalPath("input device of a pedal or presenter, for source input, below /dev/input"),
    keys: codes("key codes of that device which are the button; any key when empty"),
  }),

  led: section({
    source: choice("where the lamp is", ["gpio", "terminal", "none"], "gpio"),
    pin: pin("BCM number of the lamp's pin", 27),
    fault_pin: optionalPin("BCM number of a second lamp, for faults"),
  }),

  gpio: section({
    chip: optionalLabel("label of the GPIO chip, where it is none of a Raspberry Pi's"),
  }),

  storage: section({
    directory: path("folder of the database and the recordings", "/var/lib/voicegauge"),
    warn_mb: whole("free space at which the device warns", 10, 100_000, 200),
    refuse_mb: whole("free space at which it takes no more records", 5, 100_000, 50),
    keep_audio: flag("keep the sound of each record", false),
    audio_days: whole("days for which it is kept", 1, 3_650, 90),
    audio_mb: whole(
      "room for it; the oldest goes first, what a stick has before the rest",
      10,
      100_000,
      1_000,
    ),
  }),

  stick: section({
    directory: path("folder in which sticks are mounted", "/run/voicegauge/sticks"),
    audio: flag(
      "a stick gets the sound of each record too, with links to it; storage.keep_audio keeps it",
      false,
    ),
    reports: choices("files that a stick gets for each day", ["xlsx", "csv", "html", "dfq"]),
  }),

  plan: section({
    file: optionalPath("plan.xlsx or plan.csv to take over at the start"),
  }),

  time: section({
    utc_offset: matching(
      "what the records' local time is: system, or the distance from UTC",
      /^(system|[+-](0\d|1[0-4]):(00|15|30|45))$/,
      'system or a distance such as "+08:00"',
      "system",
    ),
  }),

  log: section({
    level: choice("least important level that is logged", ["debug", "info", "warn", "error"], "info"),
  }),
});

/** The whole configuration, every default filled in. */
export type Configuration = v.InferOutput<typeof configurationSchema>;

/** Each key may be left out (the reader puts an empty section in for a missing one); a key that is not listed is refused. */
function section<const E extends v.ObjectEntries>(entries: E) {
  return v.strictObject(entries, "a section, written [name]");
}

function whole(about: string, min: number, max: number, fallback: number) {
  const allowed = `a whole number from ${min} to ${max}`;
  const schema = v.pipe(
    v.number(allowed),
    v.integer(allowed),
    v.minValue(min, allowed),
    v.maxValue(max, allowed),
  );
  return v.optional(v.pipe(schema, v.description(`${about}: ${allowed}`)), fallback);
}

function flag(about: string, fallback: boolean) {
  return v.optional(
    v.pipe(v.boolean("true or false, without quotes"), v.description(`${about}: true or false`)),
    fallback,
  );
}

function choice<const T extends readonly string[]>(about: string, options: T, fallback: T[number]) {
  const allowed = options.map((option) => `"${option}"`).join(", ");
  const schema = v.picklist(options, `one of ${allowed}`);
  return v.optional(v.pipe(schema, v.description(`${about}: one of ${allowed}`)), fallback);
}

/** A list of at least one; all when left out. */
function choices<const T extends readonly string[]>(about: string, options: T) {
  const allowed = `a list of ${options.map((option) => `"${option}"`).join(", ")}, at least one, none twice`;
  const list = v.pipe(
    v.array(v.picklist(options, allowed), allowed),
    v.minLength(1, allowed),
    v.check((chosen) => new Set(chosen).size === chosen.length, allowed),
  );
  const all: T[number][] = [...options];
  return v.optional(v.pipe(list, v.description(`${about}: ${allowed}`)), all);
}

function text(about: string, pattern: RegExp, allowed: string) {
  return v.pipe(v.string(allowed), v.regex(pattern, allowed), v.description(`${about}: ${allowed}`));
}

function matching(about: string, pattern: RegExp, allowed: string, fallback: string) {
  return v.optional(text(about, pattern, allowed), fallback);
}

// Card numbers change between boots, so a device is named by its card's id.
function soundDevice(about: string) {
  const allowed =
    '"auto" or a name such as "plughw:CARD=Device,DEV=0" (arecord -L lists them); card numbers change';
  return matching(about, /^(?!(plug)?hw:\d)[\w:=,.@-]+$/, allowed, "auto");
}

function path(about: string, fallback: string) {
  return matching(about, /^\//, "a path that begins with /", fallback);
}

function optionalPath(about: string) {
  return v.optional(text(about, /^\//, "a path that begins with /"));
}

function optionalLabel(about: string) {
  return v.optional(text(about, /^[\w.:-]+$/, "a label as in /sys/class/gpio/gpiochip*/label"));
}

// 0 and 1 belong to the EEPROM of add-on boards.
function pinNumber(about: string) {
  const allowed = "a BCM number from 2 to 27";
  const schema = v.pipe(
    v.number(allowed),
    v.integer(allowed),
    v.minValue(2, allowed),
    v.maxValue(27, allowed),
  );
  return v.pipe(schema, v.description(`${about}: ${allowed}`));
}

function pin(about: string, fallback: number) {
  return v.optional(pinNumber(about), fallback);
}

function optionalPin(about: string) {
  return v.optional(pinNumber(about));
}

function optionalShare(about: string) {
  const allowed = "a number from 0 to 1";
  const schema = v.pipe(v.number(allowed), v.minValue(0, allowed), v.maxValue(1, allowed));
  return v.optional(v.pipe(schema, v.description(`${about}: ${allowed}`)));
}

function codes(about: string) {
  const allowed = "key codes as evtest shows them, whole numbers from 1 to 767, in [ ]";
  const code = v.pipe(
    v.number(allowed),
    v.integer(allowed),
    v.minValue(1, allowed),
    v.maxValue(767, allowed),
  );
  return v.optional(v.pipe(v.array(code, allowed), v.description(`${about}: ${allowed}`)), []);
}
