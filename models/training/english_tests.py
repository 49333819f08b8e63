"""Writes the held-out English test files and their table.

usage: english_tests.py WORK [DATA]  ->  WORK/tests/tests.tsv (models/README.md has its columns) and WAV files

Voices, people and noises of these files are never trained on, except `espeak-usual` (the usual voices, new sentences)
and `demo` (the sentences of the demonstration).
"""

import os
import random
import sys

import augment
import english_people
import english_speech
import espeak
import filler
import flite
import recordings
from english_outside import OUTSIDE_WORDS
from english_sentences import digit_string, understood_sentence
from english_vocabulary import OUTSIDE
from features import SAMPLE_RATE
from make_tests import TestFolder, add_with_noise, padded
from sources import noise_source

DEMO = (
    "length one hundred twenty point five millimeters|inner diameter thirty two point zero five millimeters|"
    "minus zero point zero three millimeters|correction zero point zero five millimeters|outer diameter fifty "
    "millimeters|undo|height five five point five five millimeters|status|no one hundred twenty one|yes|no|repeat|digits|"
    "help|cancel|next part|part number seven seven three|batch two zero two six|inspector zero eight|width eighty point "
    "zero two millimeters|thickness three point two millimeters|depth twelve point three four millimeters|angle forty "
    "five degrees|roundness zero point zero zero five|roughness one point six microns|temperature twenty three point "
    "five degrees celsius|thirteen|thirty|fourteen|forty|fifteen|fifty|sixteen|sixty|seventeen|seventy|eighteen|eighty|"
    "nineteen|ninety|one thousand fifty|nine hundred ninety nine point nine nine|twelve point one seven|two hundred"
).split("|")
DEMO_VOICES = ["en+m4", "en", "en-us", "en+f2", "en-us+m3"]


def synthetic_tests(tests, synthesiser, rng, noise):
    """Sets spoken by espeak-ng and by the held-out voice of flite."""
    for voice in DEMO_VOICES:
        for said in DEMO:
            tests.add("demo", espeak.to_16k(synthesiser.say(said, voice)), said, voice)
    for _ in range(200):
        words = understood_sentence(rng)
        voice = rng.choice(DEMO_VOICES)
        wave, _ = english_speech.speak_plain(synthesiser, words, rng, voice)
        tests.add("espeak-usual", wave * 0.5, " ".join(words), voice)
    for _ in range(200):
        words = understood_sentence(rng)
        variant, voice = rng.choice(espeak.HELD_OUT_VARIANTS), rng.choice(english_speech.VOICES)
        wave, _ = english_speech.espeak_sentence(
            synthesiser, words, f"{voice}+{variant}", rng.uniform(120, 200), rng.uniform(20, 80), 50
        )
        add_with_noise(tests, "espeak", padded(wave), " ".join(words), noise, rng, variant)
    for _ in range(150):
        words = understood_sentence(rng)
        voice = rng.choice(flite.HELD_OUT_VOICES)
        wave, _ = flite.say(words, voice, rng.uniform(0.85, 1.2))
        tests.add("flite", padded(wave), " ".join(words), voice)
    for _ in range(100):
        if rng.random() < 0.6:
            wave, _ = english_speech.speak_varied(
                synthesiser, rng.choices(OUTSIDE_WORDS, k=rng.randint(1, 8)), rng, espeak.HELD_OUT_VARIANTS
            )
        else:
            syllables = [filler.outside_word(rng) for _ in range(3)]
            wave = espeak.speak_varied(synthesiser, syllables, rng, rng.choice(espeak.HELD_OUT_VARIANTS))
        tests.add("other-speech-synthetic", padded(wave), "")
    for _ in range(60):
        wave = augment.microphone(augment.synthetic_noise(SAMPLE_RATE * 10, rng), rng)
        tests.add("noise-synthetic", wave * 10 ** (rng.uniform(-45, -15) / 20), "")
    struck = random.Random(str(rng.getstate()))  # leaves the draws of the other sets as they are
    for _ in range(300):
        words = understood_sentence(struck)
        voice = struck.choice(DEMO_VOICES)
        wave, _ = english_speech.speak_plain(synthesiser, words, struck, voice)
        tests.add("espeak-blow", augment.blow(wave * 0.5, struck), " ".join(words), voice)


def human_tests(tests, data, rng):
    """Sets spoken by people that are not trained on."""
    people = english_people.People(data, True)
    for cut, tokens in people.sentences:
        if OUTSIDE not in tokens:
            tests.add("people-digit-strings", padded(cut()), " ".join(token[1:] for token in tokens))
    for _ in range(150):
        speaker = rng.choice(sorted(people.speakers))
        words = english_people.sentence_for(people, speaker, rng, understood_sentence, digit_string)
        words = [word for word in words if word in people.speakers[speaker]]
        if not words:
            continue
        wave, _ = people.say(words, speaker, rng, 1.0, None)
        tests.add("people-joined-digits", padded(wave), " ".join(words), str(speaker))
    clips = recordings.Clips(data)
    for folder, name in (
        (recordings.STUDENTS, "other-speech-students"),
        (recordings.SENTENCES, "other-speech-mandarin"),
        ("picovoice-orders-en", "other-speech-english"),
        ("noise-esc10", "noise-recorded"),
    ):
        for row in recordings.rows_of(data, folder):
            if recordings.is_held_out_row(folder, row):
                tests.add(name, padded(clips.cut(folder, row)), "")


def main(work, data=None):
    data = recordings.existing(data)
    rng = random.Random(777)
    tests = TestFolder(os.path.join(work, "tests"))
    synthetic_tests(tests, espeak.Espeak(), rng, noise_source(data, True))
    if data:
        human_tests(tests, data, rng)
    else:
        print("english_tests.py: no data folder, so no test with people")
    tests.close()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
