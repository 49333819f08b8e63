"""What a room, a workshop and a microphone do to speech. Everything random comes from the `rng` given."""

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import fftconvolve

from features import SAMPLE_RATE

_KINDS = ["coloured", "coloured", "coloured", "hum", "clank", "machine", "tone"]


def synthetic_noise(count, rng):
    """`count` samples of coloured noise, mains hum, clanking, a turning machine or warning tones; RMS 1."""
    kind = rng.choice(_KINDS)
    normal = np.random.default_rng(rng.getrandbits(32))
    size = next_fast_len(count, True)
    spectrum = rfft(normal.standard_normal(size, dtype=np.float32))
    slope = (np.arange(len(spectrum), dtype=np.float32) + 1) ** np.float32(-rng.uniform(-0.2, 1.3))
    base = irfft(spectrum * slope, size)[:count]
    base /= base.std() + 1e-9
    seconds = np.arange(count) / SAMPLE_RATE
    if kind == "hum":
        base = 0.3 * base + _hum(seconds, rng)
    elif kind == "machine":
        phase = 2 * np.pi * rng.uniform(1, 25) * seconds + rng.uniform(0, 6)
        base = base * (1 + 0.9 * np.sin(phase))
    elif kind == "clank":
        base = 0.05 * base + _clanks(count, rng, normal)
    elif kind == "tone":
        base = 0.2 * base + _tones(seconds, rng)
    return (base / (base.std() + 1e-9)).astype(np.float32)


def _hum(seconds, rng):
    pitch = rng.choice([50, 60, 100, 120, rng.uniform(80, 400)])
    return sum(
        rng.uniform(0.1, 1) / k * np.sin(2 * np.pi * pitch * k * seconds + rng.uniform(0, 6))
        for k in range(1, 12)
    )


def _clanks(count, rng, normal):
    wave = np.zeros(count, np.float32)
    for _ in range(max(1, int(count / SAMPLE_RATE * rng.uniform(0.5, 5)))):
        start = rng.randrange(count)
        seconds = np.arange(min(rng.randint(400, 6000), count - start)) / SAMPLE_RATE
        ring = sum(
            np.sin(2 * np.pi * rng.uniform(300, 7000) * seconds) for _ in range(rng.randint(1, 5))
        )
        if rng.random() < 0.4:
            ring = ring + 2 * normal.standard_normal(len(seconds))
        decay = np.exp(-seconds * rng.uniform(15, 150))
        wave[start : start + len(seconds)] += rng.uniform(0.2, 1) * ring * decay
    return wave


def _tones(seconds, rng):
    wave = np.zeros(len(seconds))
    for _ in range(rng.randint(1, 4)):
        tone = np.sin(2 * np.pi * rng.uniform(150, 3000) * seconds)
        gate = np.sin(2 * np.pi * rng.uniform(0.2, 4) * seconds + rng.uniform(0, 6))
        wave += tone * (gate > rng.uniform(-1, 0.8))
    return wave


def microphone(wave, rng):
    """A random frequency response: smooth ripple, low cut, high cut."""
    size = next_fast_len(len(wave), True)
    spectrum = rfft(wave, size)
    hertz = np.linspace(0, SAMPLE_RATE / 2, len(spectrum))
    ripple = np.cumsum([rng.gauss(0, 2.5) for _ in range(8)])
    gain = np.interp(hertz, [0, 300, 700, 1500, 2500, 4000, 6000, 8000], ripple)
    low = rng.uniform(30, 350)
    high = rng.choice([8000, 8000, 7000, rng.uniform(3400, 7500)])
    gain = gain - 12 * np.maximum(0, np.log2(low / np.maximum(hertz, 10)))
    gain = gain - 40 * np.maximum(0, np.log2(np.maximum(hertz, 1) / high))
    return irfft(spectrum * (10 ** (gain / 20)).astype(np.float32), size)[: len(wave)]


def room(wave, rng):
    """An exponentially decaying random impulse response, RT60 0.08 to 0.6 s."""
    decay_time, count = rng.uniform(0.08, 0.6), int(SAMPLE_RATE * 0.35)
    normal = np.random.default_rng(rng.getrandbits(32))
    response = normal.standard_normal(count) * 10 ** (-3 * np.arange(count) / SAMPLE_RATE / decay_time)
    response *= 10 ** (-rng.uniform(0, 14) / 20) / np.sqrt((response**2).sum())
    response[0] = 1.0
    return fftconvolve(wave, response.astype(np.float32))[: len(wave)].astype(np.float32)


def speech_level(wave):
    """RMS of the loud part."""
    loud = np.abs(wave) > 0.02
    return float(np.sqrt((wave[loud] ** 2).mean())) if loud.any() else 0.05


def add_noise(wave, noise, snr_db):
    """Speech plus noise of RMS 1 scaled to the signal-to-noise ratio in dB."""
    return wave + np.resize(noise, len(wave)) * np.float32(speech_level(wave) * 10 ** (-snr_db / 20))


def blow(wave, rng, shortest=0.12, longest=0.3):
    """A blow, 4 to 12 times as strong as the speech, somewhere in it for so many seconds: a syllable or two are gone."""
    spoken = np.flatnonzero(np.abs(wave) > 0.02)
    first, last = spoken[0], spoken[-1]
    count = min(int(rng.uniform(shortest, longest) * SAMPLE_RATE), (last - first) // 2)
    start = rng.randint(first + count // 2, last - count - count // 2)
    sound = np.random.default_rng(rng.getrandbits(32)).standard_normal(count, dtype=np.float32)
    if rng.random() < 0.5:
        sound *= np.hanning(count)
    struck = np.array(wave, np.float32)
    struck[start : start + count] += sound * wave[first:last].std() * rng.uniform(4, 12)
    return np.clip(struck * 0.5, -1, 1)


def augment(wave, rng, draw_noise=None):
    """A random room, noise, microphone, level and 16-bit rounding. `draw_noise(count)` gives noise of RMS 1."""
    if rng.random() < 0.5:
        wave = room(wave, rng)
    snr_db = rng.uniform(4, 34) if rng.random() < 0.75 else rng.uniform(34, 60)
    noise = draw_noise(len(wave)) if draw_noise else synthetic_noise(len(wave), rng)
    wave = add_noise(wave, noise, snr_db)
    if rng.random() < 0.7:
        wave = microphone(wave, rng)
    return level(wave, rng)


def level(wave, rng, clip_chance=0.05):
    """A random peak level between -32 and -1 dB, sometimes clipped, rounded to 16 bits."""
    wave = wave / (np.abs(wave).max() + 1e-9) * 10 ** (rng.uniform(-32, -1) / 20)
    if rng.random() < clip_chance:
        wave = np.clip(wave * 2, -0.9, 0.9)
    return (np.round(np.clip(wave, -1, 1) * 32767) / 32768).astype(np.float32)
