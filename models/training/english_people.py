"""English words of people: digits of many, the numbers of one, and digit strings that were said in one go."""

import functools

import numpy as np
from scipy.signal import resample_poly

import english_speech
import join
import recordings
from english_vocabulary import ONES, OUTSIDE, TENS, TEENS, WORDS, token_of
from features import SAMPLE_RATE

DIGITS, COMMAND_DIGITS, NUMBERS, STRINGS = "fsdd-en", "speechcommands-en", "asterisk-en", "speechocean762-en"
_HELD_OUT_DIGITS = "fsdd-yweweler"


def is_held_out(folder, row):
    """Rows of people whom nothing is trained on; the one person of NUMBERS is always trained on."""
    if folder == DIGITS:
        return row["speaker"] == _HELD_OUT_DIGITS
    if folder == COMMAND_DIGITS:
        return sum(row["speaker"].encode()) % 3 == 0
    return recordings.is_held_out_row(folder, row)


def label_string(text):
    """Tokens of a sentence; words that the vocabulary lacks are outside."""
    return [token_of(word) for word in text.split()]


class People:
    """Cuts words and sentences of people, as far as there are any for training or for tests."""

    def __init__(self, data, held_out):
        self._clips = recordings.Clips(data)
        self.speakers = {}  # speaker -> word -> [cut]
        for folder in (DIGITS, COMMAND_DIGITS, NUMBERS):
            for row in recordings.rows_of(data, folder):
                if is_held_out(folder, row) != held_out or row["transcript"] not in WORDS:
                    continue
                # Nobody says more than a digit or two in COMMAND_DIGITS: they are one chorus.
                speaker = folder if folder == COMMAND_DIGITS else row["speaker"]
                words = self.speakers.setdefault(speaker, {})
                words.setdefault(row["transcript"], []).append(functools.partial(self._clips.cut, folder, row))
        self.sentences = [
            (functools.partial(self._clips.cut, STRINGS, row), label_string(row["transcript"]))
            for row in recordings.rows_of(data, STRINGS)
            if is_held_out(STRINGS, row) == held_out and row["transcript"]
        ]
        self.digit_sentences = [one for one in self.sentences if OUTSIDE not in one[1]]

    def has_numbers(self, speaker):
        """Does the speaker say more than digits?"""
        return any(word in self.speakers[speaker] for word in TEENS + TENS)

    def say(self, words, speaker, rng, warp, other):
        """(samples, ends): words joined; `other(word)` says what the speaker does not."""
        wave, ends = np.zeros(0, np.float32), []
        pace = rng.choice([1.0, 1.0, rng.uniform(1.0, 1.7)])
        gap = rng.choice([0.0, 0.0, 0.05, 0.25])
        for word in words:
            cuts = self.speakers[speaker].get(word)
            piece = other(word) if cuts is None else _warped(rng.choice(cuts)(), warp)
            piece = join.tighten(piece)
            piece = join.fade(join.change_tempo(piece, pace) * np.float32(10 ** (rng.uniform(-2.5, 2.5) / 20)))
            wave = join.append(wave, piece, int(SAMPLE_RATE * rng.uniform(-0.02 - gap, 0.02)))
            ends.append(len(wave) / SAMPLE_RATE)
        return wave, ends


def sentence_for(people, speaker, rng, sentence, digit_string):
    """A sentence of which the speaker says most words himself, or digits."""
    if not people.has_numbers(speaker):
        return [word for word in digit_string(rng, rng.randint(1, 6), 0.3) if word in ONES]
    words = sentence(rng)
    for _ in range(8):
        if sum(word in people.speakers[speaker] for word in words) * 2 > len(words):
            break
        words = sentence(rng)
    return words


def whole(people, rng, warp):
    """A sentence as somebody said it, with unknown ends."""
    cut, tokens = rng.choice(people.sentences)
    return english_speech.with_silence(_warped(cut(), warp), None, rng)[0], tokens


def _warped(wave, warp):
    return resample_poly(wave, 160, int(round(160 * warp))).astype(np.float32)
