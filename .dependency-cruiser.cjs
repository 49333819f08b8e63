/**
 * Who may import whom: the table of the architecture, as rules. A room is a folder of src; what is not listed is
 * forbidden. test/architecture/dependencies.test.ts runs them and proves that each can fail.
 */

/** The pure rooms: no Node, no npm. */
const pureRooms = {
  language: [],
  inspection: ["language"],
  controller: ["language", "inspection"],
  wording: ["language", "inspection", "controller"],
  simulation: ["language", "inspection", "controller", "wording"],
};

const rooms = {
  ...pureRooms,
  runtime: [],
  audio: ["runtime"],
  network: ["runtime", "audio"],
  recognition: ["runtime", "audio", "network"],
  enrolment: ["runtime", "audio", "network"],
  voice: ["runtime", "audio"],
  store: ["runtime", "language", "inspection"],
  workbook: ["runtime", "language", "inspection", "wording", "store"],
  stick: ["runtime", "language", "inspection", "workbook", "store"],
  panel: ["runtime"],
  service: ["runtime"],
  accuracy: ["runtime", "language", "inspection", "controller", "audio", "recognition", "workbook"],
  appliance: [
    "runtime",
    ...Object.keys(pureRooms).filter((room) => room !== "simulation"),
    "audio",
    "recognition",
    "enrolment",
    "voice",
    "store",
    "workbook",
    "stick",
    "panel",
    "service",
  ],
};

/** `<technology>-<port>.ts`, and the recogniser's two sides. */
const adapters = [
  "^src/audio/[a-z-]+-(microphone|speaker)\\.ts$",
  "^src/recognition/recognizer-(process|child)\\.ts$",
  "^src/voice/[a-z-]+-voice\\.ts$",
  "^src/store/[a-z-]+-store\\.ts$",
  "^src/stick/[a-z-]+-(stick|watcher)\\.ts$",
  "^src/panel/[a-z-]+-(button|led)\\.ts$",
];
const compose = "^src/compose[a-z-]*\\.ts$";

/** Packages with native code or a rude temper live behind one door each. */
const doors = {
  "better-sqlite3": "^src/store/",
  exceljs: "^src/workbook/|^src/stick/",
  echarts: "^src/workbook/",
  "@resvg/resvg-js": "^src/workbook/",
  "node-record-lpcm16": "^src/audio/",
  onoff: "^src/panel/gpio-",
  "sherpa-onnx-node": "^src/(recognition|voice)/",
  "systemd-notify": "^src/service/",
  pino: "^src/service/",
  commander: "^src/commands/",
};

const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(([room, allowed]) =>
      rule(
        `room-${room}`,
        `${room}/ may import ${allowed.length === 0 ? "no other room" : `${allowed.join(", ")} only`}`,
        { path: `^src/${room}/` },
        { path: "^src/", pathNot: `^src/(${[room, ...allowed].join("|")})/` },
      ),
    ),
    rule(
      "pure-room",
      "the pure rooms import nothing from Node or npm",
      { path: `^src/(${Object.keys(pureRooms).join("|")})/` },
      { pathNot: "^src/", couldNotResolve: false },
    ),
    ...Object.entries(doors).map(([name, door]) =>
      rule(
        `door-${name}`,
        `${name} is imported at one place`,
        { path: "^src/", pathNot: door },
        { path: `node_modules/(@types/)?${name}/` },
      ),
    ),
    rule(
      "adapter-to-adapter",
      "an adapter never imports another adapter",
      { path: adapters },
      { path: adapters },
    ),
    rule(
      "only-compose-names-adapters",
      "adapters are chosen in compose.ts alone",
      { path: "^src/", pathNot: [compose, ...adapters] },
      { path: adapters },
    ),
    rule(
      "compose-is-for-commands",
      "only commands/ start from compose.ts",
      { path: "^src/", pathNot: ["^src/commands/", compose] },
      { path: compose },
    ),
    rule(
      "commands-are-for-main",
      "only main.ts starts commands",
      { path: "^src/", pathNot: "^src/(commands/|main\\.ts$)" },
      { path: "^src/commands/" },
    ),
    rule("no-cycles", "no module needs itself", {}, { circular: true }),
    rule("resolvable", "every import leads somewhere", {}, { couldNotResolve: true }),
    rule(
      "no-development-packages",
      "what runs on the device must not need development packages",
      { path: "^src/" },
      { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], pathNot: "node_modules/@types/" },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
