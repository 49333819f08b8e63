"""Makes shards of training data: features, lengths, tokens.

usage: make_shards.py zh|en espeak|plain|flite|human|filler WORK COUNT SEED [DATA]

Writes WORK/shards/KIND-SEED.npy (float16 features of all utterances, one after the other) and .json (lengths, tokens
and, where they are known, the frames of 40 ms in which the tokens end); `val` in front of the kind writes to
WORK/validation with held-out voices. Each shard is made in a process of its own: espeak-ng crashes now and then.
"""

import json
import os
import random
import sys
import traceback
from multiprocessing import Process
from multiprocessing.pool import ThreadPool

import numpy as np

import recordings
from features import SAMPLE_RATE, fbank
from languages import source_of, tokens_of

PER_SHARD = 500
LONGEST = 9 * SAMPLE_RATE
FRAME = 0.04  # seconds
ATTEMPTS = 3


def make_shard(language, kind, folder, seed, attempt, data, work, held_out):
    """One shard of PER_SHARD utterances."""
    rng = random.Random(f"{kind}/{held_out}/{seed}" + (f"/{attempt}" if attempt else ""))
    ids = {token: index for index, token in enumerate(tokens_of(language))}
    draw = source_of(language, kind, data, work, held_out)
    features, lengths, labels, all_ends = [], [], [], []
    while len(features) < PER_SHARD:
        wave, tokens, ends = draw(rng)
        frames = fbank(wave[:LONGEST])
        if len(wave) > LONGEST or len(frames) // 4 < 2 * len(tokens) + 2:
            continue
        features.append(frames.astype(np.float16))
        lengths.append(len(frames))
        labels.append([ids[token] for token in tokens])
        all_ends.append(None if ends is None else [round(end / FRAME) for end in ends])
    stem = os.path.join(folder, f"{kind}-{seed:05d}")
    np.save(stem + ".part.npy", np.concatenate(features))
    os.replace(stem + ".part.npy", stem + ".npy")
    with open(stem + ".part", "w", encoding="utf8") as file:
        json.dump({"lengths": lengths, "labels": labels, "ends": all_ends}, file)
    os.replace(stem + ".part", stem + ".json")  # last: the trainer looks for this name


def make_apart(language, kind, folder, seed, data, work, held_out):
    """The shard in a process of its own, with other utterances where that dies; returns whether it was made."""
    for attempt in range(ATTEMPTS):
        arguments = (language, kind, folder, seed, attempt, data, work, held_out)
        process = Process(target=make_shard, args=arguments)
        process.start()
        process.join()
        if process.exitcode == 0:
            return True
        print(f"{kind}-{seed:05d}: its process ended with {process.exitcode}", flush=True)
    return False


def main(arguments):
    language, *arguments = arguments
    held_out = arguments[0] == "val"
    kind, work, count, seed, *rest = arguments[1:] if held_out else arguments
    data = recordings.existing(rest[0]) if rest else None
    folder = os.path.join(work, "validation" if held_out else "shards")
    os.makedirs(folder, exist_ok=True)
    seeds = range(int(seed), int(seed) + max(1, int(count) // PER_SHARD))
    tasks = [
        (language, kind, folder, number, data, work, held_out)
        for number in seeds
        if not os.path.exists(os.path.join(folder, f"{kind}-{number:05d}.json"))
    ]
    made = 0
    with ThreadPool(int(os.environ.get("JOBS", "1"))) as pool:
        for is_made in pool.imap_unordered(lambda task: make_apart(*task), tasks):
            made += is_made
            print(f"{kind}: {made * PER_SHARD} utterances", flush=True)
    if made < len(tasks):
        sys.exit(f"make_shards.py: {len(tasks) - made} shards of {kind} could not be made")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (IndexError, ValueError):
        traceback.print_exc()
        sys.exit(__doc__)
