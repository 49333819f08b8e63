"""espeak-ng through its C library: no process start for each utterance."""

import ctypes
import ctypes.util
import glob
import os

import numpy as np
from scipy.signal import resample_poly

from features import SAMPLE_RATE

# The voice `cmn` of Debian's espeak-ng 1.51 spells characters in English; this one reads them, and pinyin too.
MANDARIN = "cmn-latn-pinyin"
# Never used in training.
HELD_OUT_VARIANTS = ["f3", "m5", "Andy", "Alicia", "linda", "steph2", "Mario", "klatt3", "anika", "pablo"]
# Whispered, robotic or so distorted that people do not understand them either.
_UNUSABLE = {
    "Demonic", "UniRobot", "fast", "Mr serious", "Storm", "whisperf", "whisper", "croak", "grandpa",
    "robosoft2", "robosoft3", "robosoft5", "robosoft6", "robosoft7", "robosoft8", "iven3", "iven4",
}
_RATE, _PITCH, _RANGE = 1, 3, 4  # espeak_PARAMETER
_SYNCHRONOUS, _UTF8 = 2, 1
_END_OF_EVENTS, _WORD = 0, 1  # espeak_EVENT_TYPE


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int), ("identifier", ctypes.c_uint), ("text_position", ctypes.c_int),
        ("length", ctypes.c_int), ("audio_position", ctypes.c_int), ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p), ("id", ctypes.c_char * 8),
    ]


class Espeak:
    """One synthesiser. Not thread-safe; one a process."""

    def __init__(self):
        self._library = ctypes.CDLL(ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1")
        self.sample_rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, 0)
        self._pieces = []
        # (place in the text, place in the sound in samples) of each word of the last text
        self.word_starts = []
        callback_type = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
        )
        self._callback = callback_type(self._collect)  # kept: the library holds only the address
        self._library.espeak_SetSynthCallback(self._callback)
        self._voice = None

    def _collect(self, samples, count, events):
        index = 0
        while events and events[index].type != _END_OF_EVENTS:
            if events[index].type == _WORD:
                self.word_starts.append((events[index].text_position - 1, events[index].sample))
            index += 1
        if samples and count > 0:
            self._pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    def say(self, text, voice, speed=175, pitch=50, pitch_range=50):
        """Speech as float32 at `sample_rate` (22050); speed in words a minute, pitch and range 0..99."""
        if voice != self._voice:
            if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
                raise RuntimeError(f"espeak-ng has no voice {voice}")
            self._voice = voice
        for parameter, value in ((_RATE, speed), (_PITCH, pitch), (_RANGE, pitch_range)):
            self._library.espeak_SetParameter(parameter, int(value), 0)
        self._pieces, self.word_starts = [], []
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, ctypes.c_size_t(len(data)), 0, 0, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        if not self._pieces:
            return np.zeros(1, np.float32)
        return np.concatenate(self._pieces).astype(np.float32) / 32768


def training_variants():
    """Names of the voice variants that may be trained on."""
    folder = glob.glob("/usr/lib/*/espeak-ng-data/voices/!v")[0]
    unwanted = _UNUSABLE.union(HELD_OUT_VARIANTS)
    return sorted(name for name in os.listdir(folder) if name not in unwanted)


def trim(wave, threshold=0.004, keep=200):
    """Without the silence at both ends."""
    loud = np.flatnonzero(np.abs(wave) > threshold)
    return wave[max(0, loud[0] - keep) : loud[-1] + keep] if len(loud) else wave[:1]


def to_16k(wave, warp=1.0):
    """22050 Hz -> 16 kHz; warp > 1 raises pitch and formants and shortens."""
    return resample_poly(wave, 320, int(round(441 * warp))).astype(np.float32)


def silence(rng, shortest, longest):
    """Digital silence of random length in seconds."""
    return np.zeros(int(SAMPLE_RATE * rng.uniform(shortest, longest)), np.float32)


def speak_plain(synthesiser, words, rng, variant):
    """As the demonstration operator speaks: characters, near-default speed and pitch, nothing added."""
    voice = f"{MANDARIN}+{variant}" if variant else MANDARIN
    speed = 175 if rng.random() < 0.5 else rng.uniform(130, 200)
    pitch = 50 if rng.random() < 0.6 else rng.uniform(30, 70)
    text = rng.choice(["", "", "", "，"]).join(words)
    wave = to_16k(synthesiser.say(text, voice, speed, pitch))
    return np.concatenate([silence(rng, 0, 0.7), wave, silence(rng, 0.4, 0.9)])


def speak_varied(synthesiser, syllable_words, rng, variant, speed=None):
    """Pinyin words in a random manner of speaking: speed, pitch, formants, pauses."""
    voice = f"{MANDARIN}+{variant}" if variant else MANDARIN
    if speed is None:
        speed = rng.choice([rng.uniform(95, 150), rng.uniform(120, 200), rng.uniform(160, 270)])
    pitch, pitch_range, warp = rng.uniform(5, 95), rng.uniform(15, 95), rng.uniform(0.84, 1.2)
    manner = rng.random()
    if manner < 0.55:
        parts = [" ".join(syllable for word in syllable_words for syllable in word)]
        pause = (0.0, 0.0)
    elif manner < 0.85:
        parts = [" ".join(word) for word in syllable_words]
        pause = (0.01, 0.45)
    else:
        parts = [syllable for word in syllable_words for syllable in word]
        pause = (0.0, 0.02) if len(parts) > 3 else (0.01, 0.45)
    pieces = [silence(rng, 0.1, 0.7)]
    for index, part in enumerate(parts):
        if index:
            pieces.append(silence(rng, *pause))
        part_pitch = min(99, max(0, pitch + rng.uniform(-6, 6)))
        wave = to_16k(trim(synthesiser.say(part, voice, speed, part_pitch, pitch_range)), warp)
        pieces.append(wave * np.float32(10 ** (rng.uniform(-2, 2) / 20)))
    pieces.append(silence(rng, 0.35, 0.9))
    return np.concatenate(pieces)
