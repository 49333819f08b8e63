"""Makes shards of training data: features, lengths, tokens.

usage: make_shards.py espeak|plain|human|filler WORK COUNT SEED [DATA]

Writes WORK/shards/KIND-SEED-INDEX.npy (float16 features of all utterances, one after the other) and .json
(lengths and tokens); `val` in front of the kind writes to WORK/validation with held-out voices.
"""

import json
import os
import random
import sys
import traceback
from multiprocessing import Pool

import numpy as np

from features import SAMPLE_RATE, fbank
from vocabulary import TOKEN_IDS

PER_SHARD = 500
LONGEST = 9 * SAMPLE_RATE


def make_shard(task):
    """One shard of PER_SHARD utterances; returns how many it holds and the hours."""
    kind, folder, seed, data, work, held_out = task
    rng = random.Random(f"{kind}/{held_out}/{seed}")
    # Imported here: a source opens its synthesiser or recordings once in each process.
    import sources

    draw = sources.open_source(kind, data, work, held_out)
    features, lengths, labels = [], [], []
    while len(features) < PER_SHARD:
        wave, tokens = draw(rng)
        frames = fbank(wave[:LONGEST])
        if len(wave) > LONGEST or len(frames) // 4 < 2 * len(tokens) + 2:
            continue
        features.append(frames.astype(np.float16))
        lengths.append(len(frames))
        labels.append([TOKEN_IDS[token] for token in tokens])
    stem = os.path.join(folder, f"{kind}-{seed:05d}")
    np.save(stem + ".part.npy", np.concatenate(features))
    os.replace(stem + ".part.npy", stem + ".npy")
    with open(stem + ".part", "w", encoding="utf8") as file:
        json.dump({"lengths": lengths, "labels": labels}, file)
    os.replace(stem + ".part", stem + ".json")  # last: the trainer looks for this name
    return len(lengths), sum(lengths) / 360000


def main(arguments):
    held_out = arguments[0] == "val"
    kind, work, count, seed, *rest = arguments[1:] if held_out else arguments
    data = rest[0] if rest and os.path.isdir(rest[0]) else None
    folder = os.path.join(work, "validation" if held_out else "shards")
    os.makedirs(folder, exist_ok=True)
    seeds = range(int(seed), int(seed) + max(1, int(count) // PER_SHARD))
    tasks = [
        (kind, folder, number, data, work, held_out)
        for number in seeds
        if not os.path.exists(os.path.join(folder, f"{kind}-{number:05d}.json"))
    ]
    made = hours = 0
    with Pool(int(os.environ.get("JOBS", "1")), maxtasksperchild=20) as pool:
        for utterances, shard_hours in pool.imap_unordered(make_shard, tasks):
            made, hours = made + utterances, hours + shard_hours
            print(f"{kind}: {made} utterances, {hours:.2f} h", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (IndexError, ValueError):
        traceback.print_exc()
        sys.exit(__doc__)
