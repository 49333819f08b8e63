"""Writes what people read to the device, and what they say to it afterwards.

usage: make_people.py WORK PROMPTS.txt [DATA]

For each person WORK/people/NAME/01.wav ... (the sentences of PROMPTS.txt, `voicegauge enrol --prompts`) and
WORK/people/NAME/tests.tsv with 80 other sentences. The people are held-out voices of espeak-ng, and, where there is a
data folder, the person whose syllables nothing was trained on: joined, so the same take of a syllable is read and said.
"""

import os
import random
import sys

import numpy as np

import espeak
import join
import recordings
from make_tests import TestFolder, padded
from sentences import sentence
from vocabulary import pinyin_of

SYNTHETIC = ["f3", "m5", "Andy", "linda"]
SENTENCES = 80


def room(wave, rng):
    """With the faint noise of a quiet room."""
    return wave + np.random.default_rng(rng.randrange(1 << 30)).normal(0, 0.002, len(wave)).astype(np.float32)


def synthetic_person(synthesiser, variant, rng):
    """A function that says words in one voice of fixed pitch and throat."""
    pitch, warp = rng.uniform(20, 80), rng.uniform(0.88, 1.15)

    def say(words):
        text = " ".join(sound for word in words for sound in pinyin_of(word, rng))
        voice, speed = f"{espeak.MANDARIN}+{variant}", rng.uniform(130, 200)
        wave = synthesiser.say(text, voice, speed, pitch + rng.uniform(-5, 5))
        return room(padded(espeak.to_16k(espeak.trim(wave), warp)), rng)

    return say


def recorded_person(data, rng):
    """The same for the held-out person."""
    clips = recordings.Clips(data)
    who = recordings.held_out_syllables(data)
    speaker = join.Speaker(clips, who, recordings.syllable_rows(data, who), {})

    def say(words):
        return room(padded(speaker.say(words, rng, None, warp=1.0, pace=rng.uniform(0.24, 0.4))), rng)

    return say


def write(folder, prompts, say):
    """The readings and the tests of one person."""
    tests = TestFolder(folder)
    for prompt in prompts:
        tests.add("reading", say([prompt]), prompt)
    rng = random.Random(5)
    for _ in range(SENTENCES):
        words = sentence(rng)
        tests.add("test", say(words), "".join(words))
    tests.close()
    for number in range(1, len(prompts) + 1):
        os.replace(f"{folder}/reading/{number:04d}.wav", f"{folder}/{number:02d}.wav")


def main(work, prompts_path, data=None):
    with open(prompts_path, encoding="utf8") as file:
        prompts = [line.split()[1].replace("，", "") for line in file if line.strip()]
    people = os.path.join(work, "people")
    synthesiser = espeak.Espeak()
    for variant in SYNTHETIC:
        write(f"{people}/{variant}", prompts, synthetic_person(synthesiser, variant, random.Random(variant)))
    data = recordings.existing(data)
    if data:
        write(f"{people}/person", prompts, recorded_person(data, random.Random(3)))


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
