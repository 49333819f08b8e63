"""Debian's flite: five voices built from recordings of four people, one short process an utterance."""

import functools
import os
import re
import subprocess
import tempfile

import numpy as np
import soundfile
from scipy.signal import resample_poly

from features import SAMPLE_RATE

# Two of Alan W Black and Kevin Lenzo's diphones; kal16 is kal at 16 kHz.
VOICES = ["slt", "awb", "kal16", "kal"]
# Never used in training.
HELD_OUT_VOICES = ["rms"]
_PAUSE = "pau"


def say(words, voice, stretch=1.0, pitch=None):
    """(float32 at 16 kHz, end of each word in seconds or None where they are not known)."""
    options = ["--setf", f"duration_stretch={stretch:.3f}"]
    if pitch is not None:
        options += ["--setf", f"int_f0_target_mean={pitch:.1f}"]
    handle, path = tempfile.mkstemp(suffix=".wav")
    os.close(handle)
    try:
        printed = _run(["-voice", voice, *options, "-psdur", "-t", " ".join(words), "-o", path])
        samples, rate = soundfile.read(path, dtype="float32")
    finally:
        os.unlink(path)
    if rate != SAMPLE_RATE:
        samples = resample_poly(samples, SAMPLE_RATE, rate).astype(np.float32)
    return samples, _ends(words, voice, re.findall(r"(\S+):([\d.]+)", printed))


def _ends(words, voice, segments):
    """The sounds of a sentence are those of its words, or the ends are not known."""
    times = [float(end) for name, end in segments if name != _PAUSE]
    counts = [_sounds(word, voice) for word in words]
    if sum(counts) != len(times):
        return None
    return [times[place - 1] for place in np.cumsum(counts)]


@functools.lru_cache(maxsize=None)
def _sounds(word, voice):
    """How many sounds a word has alone."""
    return sum(name != _PAUSE for name in _run(["-voice", voice, "-ps", "-t", word, "-o", "none"]).split())


def _run(arguments):
    return subprocess.run(["flite", *arguments], check=True, capture_output=True, text=True, timeout=20).stdout
