import { type Features, featureBins, silentFeature } from "../network/fbank.js";
import { stackedFrames } from "../network/network.js";

/**
 * The same sentence as it could have been said another time: louder, nearer, faster, with another phase of the frames,
 * with bins that a machine hums over. Twenty sentences alone would be learnt by heart.
 *
 * @param random 0 ≤ x < 1
 */
export function disturbed(given: Features, random: () => number): Features {
  let { frames, values } = given;
  values = values.slice();
  if (random() < 0.7) changeLevel(values, normal(random, 1.2), 0);
  if (random() < 0.5) changeLevel(values, 0, normal(random, 1));
  if (random() < 0.4) values = moveFormants(values, 0.96 + 0.08 * random(), 1.4 * random() - 0.7);
  if (random() < 0.4) {
    frames = Math.max(2, Math.round(frames * (0.85 + 0.33 * random())));
    values = resampled(values, frames);
  }
  const skipped = Math.floor(random() * stackedFrames);
  values = values.subarray(skipped * featureBins);
  const masks = Math.floor(random() * 3);
  for (let mask = 0; mask < masks; mask += 1) hideBins(values, 1 + Math.floor(random() * 8), random());
  for (let index = 0; index < values.length; index += 1)
    values[index] = Math.max(silentFeature, values[index] ?? 0);
  return { frames: frames - skipped, values };
}

/** Adds a level, and a tilt that is so strong at the highest bin and as much the other way at the lowest. */
function changeLevel(values: Float32Array, level: number, tilt: number): void {
  for (let index = 0; index < values.length; index += 1)
    values[index] =
      (values[index] ?? 0) + level + tilt * ((2 * (index % featureBins)) / (featureBins - 1) - 1);
}

/** A little longer or shorter throat: the axis of the bins stretched and moved. */
function moveFormants(values: Float32Array, stretch: number, move: number): Float32Array {
  const moved = new Float32Array(values.length);
  for (let bin = 0; bin < featureBins; bin += 1) {
    const place = Math.min(featureBins - 1.01, Math.max(0, bin * stretch + move));
    const below = Math.floor(place);
    const part = place - below;
    for (let from = 0; from < values.length; from += featureBins)
      moved[from + bin] = (values[from + below] ?? 0) * (1 - part) + (values[from + below + 1] ?? 0) * part;
  }
  return moved;
}

/** The same in another number of frames. */
function resampled(values: Float32Array, frames: number): Float32Array {
  const last = values.length / featureBins - 1;
  const result = new Float32Array(frames * featureBins);
  for (let frame = 0; frame < frames; frame += 1) {
    const place = Math.min(last - 0.001, (frame * last) / Math.max(1, frames - 1));
    const below = Math.max(0, Math.floor(place));
    const part = place - below;
    for (let bin = 0; bin < featureBins; bin += 1)
      result[frame * featureBins + bin] =
        (values[below * featureBins + bin] ?? 0) * (1 - part) +
        (values[(below + 1) * featureBins + bin] ?? 0) * part;
  }
  return result;
}

/** So many bins, at a place of 0 ≤ x < 1, say nothing. */
function hideBins(values: Float32Array, width: number, place: number): void {
  const first = Math.floor(place * (featureBins - width));
  let mean = 0;
  for (const value of values) mean += value / values.length;
  for (let from = 0; from < values.length; from += featureBins)
    values.fill(mean, from + first, from + first + width);
}

/** A draw with mean 0 (Box and Muller 1958). */
function normal(random: () => number, deviation: number): number {
  return deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
