"""Joins recorded syllables and words of one person into an utterance that could have been said in one go."""

import numpy as np
from scipy.signal import resample_poly

import recordings
from espeak import silence
from features import SAMPLE_RATE
from sentences import ALL_CHARACTERS, CONFUSABLE, DIGITS, digit_string, sentence
from vocabulary import COMMANDS, NAMES, OUTSIDE, PRONUNCIATIONS, UNITS, base_syllable, pinyin_of


def change_tempo(wave, factor, window=480, search=120):
    """Time scale by waveform-similarity overlap-add; factor > 1 is faster, the pitch stays."""
    if abs(factor - 1) < 0.05 or len(wave) < 3 * window:
        return wave
    hop = window // 2
    taper = np.hanning(window).astype(np.float32)
    output = np.zeros(int(len(wave) / factor) + 2 * window, np.float32)
    weight = np.zeros_like(output)
    position = written = step = 0
    while written + window < len(output) and position + window + hop + search < len(wave):
        output[written : written + window] += taper * wave[position : position + window]
        weight[written : written + window] += taper
        follow = wave[position + hop : position + hop + window : 4]
        step += 1
        written += hop
        ideal = int(step * hop * factor)
        first, last = max(0, ideal - search), min(len(wave) - window - 1, ideal + search)
        if last <= first:
            break
        starts = np.arange(first, last, 4)
        candidates = wave[starts[:, None] + np.arange(0, window, 4)[None]]
        likeness = candidates @ follow / (np.linalg.norm(candidates, axis=1) + 1e-3)
        position = int(starts[int(likeness.argmax())])
    return (output / np.maximum(weight, 0.3))[: written + hop]


def tighten(wave, below_peak_db=32):
    """Without the quiet ends, in steps of 10 ms."""
    frames = len(wave) // 160
    if frames < 4:
        return wave
    energy = 10 * np.log10((wave[: frames * 160].reshape(frames, 160) ** 2).mean(1) + 1e-9)
    energy = np.convolve(energy, np.ones(3) / 3, "same")
    loud = np.flatnonzero(energy > energy.max() - below_peak_db)
    return wave[max(0, loud[0] - 1) * 160 : (loud[-1] + 2) * 160]


class Speaker:
    """One person with whole words and single syllables; `voice` is a key of recordings.VOICES or None."""

    def __init__(self, clips, syllable_folder, syllables, words, word_folder=recordings.WORDS):
        self._clips, self._folder, self._word_folder = clips, syllable_folder, word_folder
        self._syllables, self._words = syllables, words
        self._sounds = {base_syllable(name) for name in syllables}

    def clip(self, kind, name, voice, warp):
        """kind 'word' or 'syllable' -> tight samples, pitch and formants scaled by warp."""
        if kind == "word":
            wave = self._clips.cut(self._word_folder, self._words[name][0], voice)
        else:
            wave = self._clips.cut(self._folder, self._syllables[name], voice)
        return tighten(resample_poly(wave, 160, int(round(160 * warp))).astype(np.float32))

    def pieces(self, word, syllables):
        """Longest recorded words first, syllables where none fits: list of (kind, name, length)."""
        found, index = [], 0
        while index < len(word):
            for length in range(min(4, len(word) - index), 0, -1):
                part = word[index : index + length]
                if part in self._words and self._fits(part):
                    found.append(("word", part, length))
                    break
            else:
                length = 1
                found.append(("syllable", self._recorded(syllables[index]), 1))
            index += length
        return found

    def _recorded(self, syllable):
        base = base_syllable(syllable)
        return next(name for name in (syllable, *(base + tone for tone in "42135")) if name in self._syllables)

    def can_say(self, words):
        """Whether there is a recording of each syllable, in whatever tone."""
        return all(
            base_syllable(reading) in self._sounds
            for word in words
            for character in word
            for reading in PRONUNCIATIONS[character]
        )

    def _fits(self, word):
        recorded = self._words[word][1]
        return all(
            base_syllable(sound) in {base_syllable(r) for r in PRONUNCIATIONS[character]}
            for character, sound in zip(word, recorded)
        )

    def say(self, words, rng, voice, warp=None, pace=None):
        """An utterance of vocabulary words with silence around; pace in seconds a syllable."""
        warp = warp or rng.uniform(0.92, 1.12)
        pace = pace or rng.uniform(0.17, 0.42)
        wave = silence(rng, 0.15, 0.7)
        for word in words:
            for index, (kind, name, length) in enumerate(self.pieces(word, pinyin_of(word, rng))):
                piece = self.clip(kind, name, voice, warp)
                target = pace * length * rng.uniform(0.85, 1.2)
                piece = change_tempo(piece, min(2.6, max(0.8, len(piece) / SAMPLE_RATE / target)))
                piece = fade(piece * np.float32(10 ** (rng.uniform(-2.5, 2.5) / 20)))
                if index == 0 and rng.random() < 0.4:
                    wave = np.concatenate([wave, silence(rng, 0.02, 0.4)])
                wave = append(wave, piece, int(SAMPLE_RATE * rng.uniform(-0.02, 0.035)))
        return np.concatenate([wave, silence(rng, 0.4, 0.9)])


def fade(piece, longest=160):
    count = min(longest, len(piece) // 4)
    piece[:count] *= np.linspace(0, 1, count, dtype=np.float32)
    piece[-count:] *= np.linspace(1, 0, count, dtype=np.float32)
    return piece


def append(wave, piece, overlap):
    if overlap > 0 and len(wave) > overlap and len(piece) > overlap:
        wave[-overlap:] += piece[:overlap]
        return np.concatenate([wave, piece[overlap:]])
    return np.concatenate([wave, np.zeros(max(0, -overlap), np.float32), piece])


def short_phrase(rng):
    """One word as it stands alone."""
    return rng.choice(
        [
            rng.choice(ALL_CHARACTERS),
            rng.choice(DIGITS),
            rng.choice(CONFUSABLE),
            rng.choice(COMMANDS),
            rng.choice(UNITS),
            rng.choice(NAMES),
            digit_string(rng, 2, 0.3),
        ]
    )


def phrase(speaker, rng, voice):
    """A random utterance of this speaker and its tokens."""
    if rng.random() < 0.2:  # slowly, much as it was recorded
        word = short_phrase(rng)
        while not speaker.can_say([word]):
            word = short_phrase(rng)
        return speaker.say([word], rng, voice, pace=rng.uniform(0.3, 0.8)), list(word)
    words = sentence_of(speaker, rng)
    return speaker.say(words, rng, voice), list("".join(words))


def sentence_of(speaker, rng):
    """A random sentence that this speaker's syllables suffice for."""
    words = sentence(rng)
    while not speaker.can_say(words):
        words = sentence(rng)
    return words


def recorded_words(speaker, words, labels, rng, voice, fastest=1.0):
    """One to three recorded words as they are, or up to `fastest` times as fast."""
    wave, tokens = silence(rng, 0.1, 0.6), []
    tempo = rng.uniform(1.0, fastest)
    for word in rng.choices(words, k=rng.randint(1, 3)):
        piece = change_tempo(speaker.clip("word", word, voice, rng.uniform(0.92, 1.12)), tempo)
        wave = np.concatenate([wave, piece, silence(rng, 0, 0.3)])
        tokens += labels[word]
    return np.concatenate([wave, silence(rng, 0.3, 0.7)]), tokens


def outside_syllables(speaker, names, rng, voice):
    """Syllables outside the vocabulary, joined."""
    chosen = rng.choices(names, k=rng.randint(1, 8))
    pace, wave = rng.uniform(0.17, 0.42), silence(rng, 0.15, 0.6)
    for name in chosen:
        piece = speaker.clip("syllable", name, voice, rng.uniform(0.92, 1.12))
        piece = change_tempo(piece, min(2.6, max(0.8, len(piece) / SAMPLE_RATE / pace)))
        wave = append(wave, fade(piece), int(SAMPLE_RATE * rng.uniform(-0.02, 0.035)))
    return np.concatenate([wave, silence(rng, 0.4, 0.9)]), [OUTSIDE] * len(chosen)
