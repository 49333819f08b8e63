// Draws hardware/wiring.svg from the pins that the configuration has by default, so that the drawing and the program
// cannot disagree.
//   node hardware/make-wiring.mjs           writes the file (after the build)
//   node hardware/make-wiring.mjs --print   prints it, for the test that compares
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defaultConfiguration } from "../dist/service/configuration.js";

/** Pin of the 40-pin header for each BCM number (Raspberry Pi documentation, “GPIO pinout”). */
const headerPin = new Map(
  Object.entries({
    2: 3,
    3: 5,
    4: 7,
    14: 8,
    15: 10,
    17: 11,
    18: 12,
    27: 13,
    22: 15,
    23: 16,
    24: 18,
    10: 19,
    9: 21,
    25: 22,
    11: 23,
    8: 24,
    7: 26,
    5: 29,
    6: 31,
    12: 32,
    13: 33,
    19: 35,
    16: 36,
    26: 37,
    20: 38,
    21: 40,
  }).map(([bcm, pin]) => [Number(bcm), pin]),
);
const grounds = [6, 9, 14, 20, 25, 30, 34, 39];
/** The pin that the hardware page proposes for a second lamp; the configuration has none by default. */
const faultBcm = 22;

const top = 60;
const pitch = 22;
const left = 440;

function place(pin) {
  return { x: left + (pin % 2 === 0 ? pitch : 0), y: top + Math.floor((pin - 1) / 2) * pitch };
}

function dot(pin) {
  const { x, y } = place(pin);
  const used = usedPins.has(pin);
  const fill = grounds.includes(pin) ? "#444" : pin === 1 || pin === 17 ? "#c60" : used ? "#06c" : "#ddd";
  return `<circle cx="${x}" cy="${y}" r="7" fill="${fill}"/>`;
}

/** A wire from a pin of the left row to what hangs on it, and from there to ground. Rows do not cross. */
function part(pin, row, label, value, name) {
  const { x, y } = place(pin);
  const at = 80 + row * 67;
  // The upper wire comes down nearest to the header.
  const bend = x - 30 - row * 14;
  return [
    `<polyline points="${x - 7},${y} ${bend},${y} ${bend},${at} 320,${at}" fill="none" stroke="#06c" stroke-width="2"/>`,
    `<rect x="264" y="${at - 9}" width="56" height="18" fill="#fff" stroke="#000"/>`,
    `<text x="292" y="${at + 5}" text-anchor="middle">${value}</text>`,
    `<line x1="220" y1="${at}" x2="264" y2="${at}" stroke="#000" stroke-width="2"/>`,
    `<rect x="100" y="${at - 18}" width="120" height="36" rx="6" fill="#f4f4f4" stroke="#000"/>`,
    `<text x="160" y="${at + 5}" text-anchor="middle">${name}</text>`,
    `<line x1="60" y1="${at}" x2="100" y2="${at}" stroke="#444" stroke-width="2"/>`,
    `<text x="20" y="${at + 5}">GND</text>`,
    `<text x="264" y="${at - 16}" font-size="12">GPIO ${label} = pin ${pin}</text>`,
  ].join("\n  ");
}

const { button, led } = defaultConfiguration;
const fixtures = [
  { bcm: button.pin, value: "1 kΩ", name: "button" },
  { bcm: led.pin, value: "330 Ω", name: "lamp (green)" },
  { bcm: faultBcm, value: "330 Ω", name: "fault lamp (red)" },
].map((one) => ({ ...one, pin: headerPin.get(one.bcm) }));
const usedPins = new Set(fixtures.map(({ pin }) => pin));

const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 540 520" font-family="sans-serif" font-size="14">
  <title>Wiring of the button and the lamps</title>
  <rect width="540" height="520" fill="#fff"/>
  <text x="20" y="24" font-size="16">40-pin header, pin 1 at the top left (orange: 3.3 V, dark: ground)</text>
  ${Array.from({ length: 40 }, (_, index) => dot(index + 1)).join("\n  ")}
  ${fixtures.map(({ bcm, pin, value, name }, row) => part(pin, row, bcm, value, name)).join("\n  ")}
  <text x="20" y="300">button: on long leads 10 kΩ more,</text>
  <text x="20" y="320">from GPIO ${button.pin} to 3.3 V (pin 1)</text>
  <text x="20" y="350">GND: any dark pin (${grounds.slice(0, 4).join(", ")} …)</text>
</svg>
`;
if (process.argv.includes("--print")) process.stdout.write(svg);
else writeFileSync(fileURLToPath(new URL("wiring.svg", import.meta.url)), svg);
