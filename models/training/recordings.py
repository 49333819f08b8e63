"""The human recordings of a data folder: clips of people, sentences, noise.

The folder is optional; its layout is one folder a source with packed audio files and a `manifest.tsv` of
`path start_s end_s transcript pinyin speaker lang source_repo source_path licence note`. 60 % of the training
time would go without it into synthetic voices only. `data` may name several such folders, with `:` between them;
the first that has a source is used. FOURTH_SYLLABLES, MORE_WORDS, MORE_SENTENCES and HELD_OUT_MAN may be missing.
"""

import collections
import csv
import os
import re
import subprocess

import numpy as np
import soundfile

from features import SAMPLE_RATE
from vocabulary import COMMANDS, NAMES, PRONUNCIATIONS, UNITS, VOCABULARY_SYLLABLES, base_syllable

WORDS, SYLLABLES, THIRD_SYLLABLES = (
    "audio-cmn-hsk",
    "audio-cmn-syllables",
    "pinyin-syllables-davinfifield",
)
# Every syllable by one more woman; clock times, family words and digits by six more people, two of them men.
FOURTH_SYLLABLES = "gcin-voice-chu-lo"
MORE_WORDS = [
    "cantao-talkingclock", "branaphy-talkingclock", "maxyuht-talkingclock", "seedlingo", "tcl606-digits",
]
# A man whose recordings (GPL or LGPL) are only used to test with; without them the third woman is.
HELD_OUT_MAN = "gcin-voice-edward-liu"
STUDENTS, SENTENCES = "dspspeech20", "aishell1-s0150"
# Sentences that a man read, many of them with numbers, and single ones by some forty people.
MORE_SENTENCES = ["aishell3-ssb0139", "aishell3-multi-zhrtvc", "corpus-samples", "commonvoice-zh-samples"]
ENGLISH = ["speechocean762-en", "fsdd-en", "asterisk-en", "speechcommands-en", "picovoice-orders-en"]
NOISE = ["noise-esc10", "noise-speechcommands", "noise-picovoice"]

# Other throats for the few people who say Mandarin numbers, nearly all of them women:
# name -> (ratio of the formants, median pitch in Hz, factor of the pitch range)
VOICES = {
    "own": None,
    "man-low": (0.80, 100, 0.9),
    "man-mid": (0.85, 125, 1.0),
    "man-high": (0.88, 155, 1.1),
    "man-flat": (0.83, 112, 0.6),
    "woman-low": (0.94, 185, 0.9),
    "child": (1.10, 290, 1.0),
}


# Speakers who need no other throat.
MEN = {"cantao-m", "tcl606-m1"}


def voices_of(speaker):
    """The voices to draw from, one's own more often."""
    return ["own"] if speaker in MEN else ["own", "own", *VOICES]


def is_held_out_student(speaker):
    """Every third of the 27 students is kept for tests."""
    return speaker.startswith("fdu") and int(speaker[3:]) % 3 == 0


def is_held_out_row(folder, row):
    """Rows that only tests may use."""
    if folder == STUDENTS:
        return is_held_out_student(row["speaker"])
    if folder == "noise-esc10":  # fold 4 of 5 (fold 5 is not in the folder)
        return os.path.basename(row["source_path"]).startswith("4-")
    if folder == SENTENCES:
        return sum(row["source_path"].encode()) % 4 == 0
    if folder in ("speechocean762-en", "picovoice-orders-en"):
        return sum((row["speaker"] or row["source_path"]).encode()) % 3 == 0
    return False


def existing(data):
    """`data` without the folders that do not exist; None where nothing is left."""
    return os.pathsep.join(part for part in (data or "").split(os.pathsep) if os.path.isdir(part)) or None


def path_of(data, folder):
    """The folder of one source; the last place where it could be when it is nowhere."""
    paths = [os.path.join(part, folder) for part in data.split(os.pathsep)]
    return next((path for path in paths if os.path.isdir(path)), paths[-1])


def has(data, folder):
    """Whether there are recordings of this source."""
    return os.path.isdir(path_of(data, folder))


def held_out_syllables(data):
    """The source of the person that only tests may use: the man, or the third woman where his recordings are missing."""
    return HELD_OUT_MAN if has(data, HELD_OUT_MAN) else THIRD_SYLLABLES


def more_syllables(data):
    """Further sources of single syllables, one person each, to train on."""
    return [f for f in (THIRD_SYLLABLES, FOURTH_SYLLABLES) if f != held_out_syllables(data) and has(data, f)]


def read_folders(data):
    """The sources of read sentences."""
    return [SENTENCES, *(folder for folder in MORE_SENTENCES if has(data, folder))]


def rows_of(data, folder):
    """Manifest rows of one source."""
    with open(os.path.join(path_of(data, folder), "manifest.tsv"), encoding="utf8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def make_voices(data, work):
    """Write each packed file of numbers in every voice of its speaker below WORK/voices (once)."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "revoice.praat")
    words = [folder for folder in MORE_WORDS if has(data, folder)]
    for folder in (WORDS, SYLLABLES, *more_syllables(data), *words):
        target = os.path.join(work, "voices", folder)
        os.makedirs(target, exist_ok=True)
        for path, speaker in sorted({(row["path"], row["speaker"]) for row in rows_of(data, folder)}):
            for voice, settings in VOICES.items():
                if voice not in voices_of(speaker):
                    continue
                output = os.path.join(target, f"{voice}-{path.rsplit('.', 1)[0]}.wav")
                if os.path.exists(output):
                    continue
                plain = os.path.join(target, "plain.wav")
                samples, rate = soundfile.read(
                    os.path.join(path_of(data, folder), path), dtype="int16"
                )
                soundfile.write(plain, samples, rate, subtype="PCM_16")
                if settings is None:
                    os.replace(plain, output)
                    continue
                partial = output + ".part.wav"
                subprocess.run(
                    ["praat", "--run", script, plain, partial, *map(str, settings)], check=True
                )
                os.replace(partial, output)


class Clips:
    """The packed audio of some sources, cut on demand."""

    def __init__(self, data, work=None):
        self._data, self._work, self._audio = data, work, {}

    def _packed(self, folder, path, voice):
        key = (folder, path, voice)
        if key not in self._audio:
            if voice is None:
                file = os.path.join(path_of(self._data, folder), path)
            else:
                file = os.path.join(
                    self._work, "voices", folder, f"{voice}-{path.rsplit('.', 1)[0]}.wav"
                )
            self._audio[key] = soundfile.read(file, dtype="int16")[0]
        return self._audio[key]

    def cut(self, folder, row, voice=None):
        """One clip as float32 at 16 kHz, peak 0.5."""
        packed = self._packed(folder, row["path"], voice)
        start = int(float(row["start_s"]) * SAMPLE_RATE)
        stop = int(float(row["end_s"]) * SAMPLE_RATE)
        wave = packed[start:stop].astype(np.float32) / 32768
        return wave / (np.abs(wave).max() + 1e-6) * 0.5


def syllable_rows(data, folder):
    """toned pinyin -> row, for the folders of single syllables; one of them writes jv4 for ju4."""
    return {row["pinyin"].replace("jv", "ju"): row for row in rows_of(data, folder)}


def word_rows(data, folder=WORDS, speaker=None):
    """word -> (row, list of pinyin), for recorded words with one syllable a character (of one speaker).

    A word that was recorded more than once is there again with a number behind it.
    """
    found, takes = {}, collections.Counter()
    for row in rows_of(data, folder):
        syllables = row["pinyin"].split()
        if speaker and row["speaker"] != speaker:
            continue
        if row["transcript"] and len(syllables) == len(row["transcript"]):
            takes[row["transcript"]] += 1
            take = takes[row["transcript"]]
            found[row["transcript"] + (str(take) if take > 1 else "")] = (row, syllables)
    return found


def label_word(word, syllables, outside):
    """Tokens of a recorded word, or None where a sound of the vocabulary stands for another character."""
    labels = []
    for character, syllable in zip(word, syllables):
        base = base_syllable(syllable)
        if character in PRONUNCIATIONS:
            known = {base_syllable(reading) for reading in PRONUNCIATIONS[character]}
            if base not in known:
                return None
            labels.append(character)
        elif base in VOCABULARY_SYLLABLES:
            return None
        else:
            labels.append(outside)
    return labels


# Words of the vocabulary inside other sentences, and units that follow a number.
_INSIDE = sorted({word for word in (*NAMES, *UNITS, *COMMANDS, "百分之") if len(word) > 1}, key=len, reverse=True)
_NUMBER = "[零一二两三四五六七八九十百千万点]"
_SHORT_UNIT = f"(?<={_NUMBER})[{''.join(sorted(unit for unit in set(UNITS) if len(unit) == 1))}]"
_KNOWN = re.compile("|".join([*_INSIDE, _SHORT_UNIT, f"负(?={_NUMBER})", _NUMBER]))


def label_sentence(text, outside):
    """Tokens of a read sentence: numbers and words of the vocabulary as they are, everything else outside."""
    text = "".join(text.split())
    tokens = [outside] * len(text)
    for match in _KNOWN.finditer(text):
        tokens[match.start() : match.end()] = match.group()
    return tokens
