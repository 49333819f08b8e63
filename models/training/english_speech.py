"""English utterances of espeak-ng and flite, with the place where each word ends (seconds), which is not learnt but
known: a token that is given before the end of its word is often a wrong one, sixty for sixteen."""

import numpy as np
from scipy.signal import resample_poly

import espeak
import flite
from english_vocabulary import SINGULARS
from features import SAMPLE_RATE

VOICES = [
    "en-us", "en-us", "en", "en-us-nyc", "en-gb-scotland", "en-029", "en-gb-x-rp", "en-gb-x-gbclan", "en-gb-x-gbcwmd",
]
# What the device and the operator of the demonstration speak with.
USUAL = ["en", "en", "en-us", "en+m4", "en+m4", "en-us+f2", "en+f2", "en-us+m3", "en+m1", "en-us+f4", "en+m7"]


def spell(word, rng):
    """How a word is given to a synthesiser: British or American, singular or plural, o or oh."""
    if word in SINGULARS and rng.random() < 0.12:
        word = SINGULARS[word]
    if word.endswith("meters") and rng.random() < 0.3:
        word = word.replace("meters", "metres")
    return word


def espeak_sentence(synthesiser, words, voice, speed, pitch, pitch_range, warp=1.0, comma_after=None):
    """(16 kHz, ends) of words said in one go; ends are None where espeak-ng joined words."""
    text, places = "", []
    for index, word in enumerate(words):
        places.append(len(text))
        text += word + (", " if index == comma_after else " ")
    wave = synthesiser.say(text, voice, speed, pitch, pitch_range)
    starts = dict(synthesiser.word_starts)
    wave16 = espeak.to_16k(wave, warp)
    if any(place not in starts for place in places):
        return wave16, None
    scale = len(wave16) / max(1, len(wave))
    return wave16, _ends_of_starts(wave16, [int(starts[place] * scale) for place in places])


def _ends_of_starts(wave, starts):
    """Each word ends at the last loud 10 ms before the next one starts."""
    size = SAMPLE_RATE // 100
    frames = np.abs(wave[: len(wave) // size * size]).reshape(-1, size).max(1)
    loud = np.flatnonzero(frames > 0.02 * frames.max())
    ends = []
    for stop in [*starts[1:], len(wave)]:
        before = loud[loud * size < stop]
        ends.append(((before[-1] + 1) * size if len(before) else stop) / SAMPLE_RATE)
    return ends


def with_silence(wave, ends, rng, before=(0.1, 0.7), after=(0.4, 0.9)):
    """Silence around; the ends move with it."""
    lead = espeak.silence(rng, *before)
    if ends is not None:
        ends = [end + len(lead) / SAMPLE_RATE for end in ends]
    return np.concatenate([lead, wave, espeak.silence(rng, *after)]), ends


def joined(pieces, rng, shortest, longest):
    """Separate words one after the other with pauses between: (samples, ends)."""
    wave, ends = np.zeros(0, np.float32), []
    for index, piece in enumerate(pieces):
        if index:
            wave = np.concatenate([wave, espeak.silence(rng, shortest, longest)])
        wave = np.concatenate([wave, piece])
        ends.append(len(wave) / SAMPLE_RATE)
    return wave, ends


def speak_plain(synthesiser, words, rng, voice):
    """As the demonstration speaks: near-default speed and pitch."""
    speed = rng.choice([175, 175, rng.uniform(130, 200)])
    pitch = 50 if rng.random() < 0.6 else rng.uniform(30, 70)
    comma = rng.randrange(len(words)) if rng.random() < 0.15 else None
    spelt = [spell(word, rng) for word in words]
    return with_silence(
        *espeak_sentence(synthesiser, spelt, voice, speed, pitch, 50, comma_after=comma), rng, (0, 0.7)
    )


def speak_varied(synthesiser, words, rng, variants):
    """A random accent, throat, speed, pitch and manner."""
    variant = rng.choice(variants)
    voice = rng.choice(VOICES) + (f"+{variant}" if variant else "")
    speed = rng.choice([rng.uniform(95, 150), rng.uniform(120, 200), rng.uniform(160, 250)])
    pitch, pitch_range, warp = rng.uniform(5, 95), rng.uniform(15, 95), rng.uniform(0.84, 1.2)
    spelt = [spell(word, rng) for word in words]
    if rng.random() < 0.78:
        comma = rng.randrange(len(words)) if rng.random() < 0.2 else None
        said = espeak_sentence(synthesiser, spelt, voice, speed, pitch, pitch_range, warp, comma)
    else:
        pieces = [
            espeak.to_16k(espeak.trim(synthesiser.say(word, voice, speed, pitch, pitch_range)), warp) for word in spelt
        ]
        said = joined(pieces, rng, 0.0, rng.choice([0.03, 0.4]))
    return with_silence(*said, rng)


def speak_flite(words, rng, voices):
    """A sentence of flite, at a random speed and throat."""
    voice, warp = rng.choice(voices), rng.choice([1.0, rng.uniform(0.85, 1.2)])
    pitch = rng.uniform(80, 220) if voice.startswith("kal") else None
    spelt = [spell(word, rng) for word in words]
    wave, ends = flite.say(spelt, voice, rng.uniform(0.75, 1.35) * warp, pitch)
    if warp != 1.0:
        scale = int(round(160 * warp))
        wave = resample_poly(wave, 160, scale).astype(np.float32)
        ends = None if ends is None else [end * 160 / scale for end in ends]
    return with_silence(wave, ends, rng, (0, 0.5), (0.3, 0.7))
