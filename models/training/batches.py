"""Shards in memory, random changes to features, and batches of similar length."""

import glob
import json
import os
import random

import numpy as np
import torch

from features import BINS, LOG_FLOOR
from network import STACK

# How often an utterance of a kind is drawn in one pass.
WEIGHTS = {
    "zh": {"human": 1, "espeak": 3, "plain": 3, "filler": 1},
    "en": {"human": 2, "espeak": 1, "plain": 1, "flite": 2, "filler": 1},
}
# Kinds that mostly stay as they are: they show how clean speech sounds.
GENTLE = {"plain"}
# Kinds of few throats.
FEW_THROATS = {"en": {"human", "flite"}, "zh": {"human"}}


class Shards:
    """All utterances of a folder; `scan` takes in what has arrived since."""

    def __init__(self, folder, language):
        self._folder, self._language, self._read = folder, language, set()
        self.utterances, self.noises = [], []

    def scan(self):
        """Load new shards; returns how many there are in all."""
        for path in sorted(glob.glob(os.path.join(self._folder, "*.json"))):
            if path in self._read:
                continue
            self._read.add(path)
            with open(path, encoding="utf8") as file:
                content = json.load(file)
            features = np.load(path[: -len("json")] + "npy")
            kind = os.path.basename(path).split("-")[0]
            start = 0
            all_ends = content.get("ends") or [None] * len(content["lengths"])
            for length, labels, ends in zip(content["lengths"], content["labels"], all_ends):
                utterance = (features[start : start + length], labels, kind, ends)
                self.utterances += [utterance] * WEIGHTS[self._language][kind]
                if not labels:
                    self.noises.append(utterance[0])
                start += length
        return len(self._read)

    def statistics(self):
        """(mean, standard deviation) of the features, from a sample."""
        sample = np.concatenate([f[::7].astype(np.float32) for f, *_ in self.utterances[:1500]])
        return sample.mean(0), sample.std(0)


def shift_formants(features, rng, most=0.1):
    """Stretch the mel axis a little: a cheap change of the vocal tract."""
    place = np.clip(np.arange(BINS) * rng.uniform(1 - most, 1 + most) + rng.uniform(-1, 1), 0, BINS - 1.01)
    below = place.astype(int)
    part = (place - below).astype(np.float32)
    return features[:, below] * (1 - part) + features[:, below + 1] * part


def disturb(utterance, noises, rng, few_throats=frozenset()):
    """A random variant of the features: formants, level, microphone, more noise, grid phase, gaps."""
    features, labels, kind, _ = utterance
    features = features.astype(np.float32)
    if kind in GENTLE and rng.random() < 0.6:
        return np.maximum(features + np.float32(rng.gauss(0, 1)), LOG_FLOOR)[rng.randrange(STACK) :]
    if kind in few_throats:
        features = shift_formants(features, rng, 0.16)
    elif rng.random() < 0.4:
        features = shift_formants(features, rng)
    if rng.random() < 0.5:
        features = features + np.float32(rng.gauss(0, 1.5))
    if rng.random() < 0.3:
        tilt = [rng.gauss(0, 0.7) for _ in range(5)]
        features = features + np.interp(np.arange(BINS), [0, 20, 40, 60, 79], tilt).astype(np.float32)
    if noises and labels and rng.random() < 0.15:
        noise = np.resize(rng.choice(noises).astype(np.float32), features.shape)
        loudness = np.percentile(features, 90) - rng.uniform(2, 7) - noise.mean()
        features = np.logaddexp(features, noise + np.float32(loudness))
    features = np.maximum(features, LOG_FLOOR)[rng.randrange(STACK) :]
    for _ in range(rng.randint(0, 2)):
        width = rng.randint(1, 10)
        start = rng.randrange(BINS - width)
        features[:, start : start + width] = features.mean()
    if rng.random() < 0.2:
        width = rng.randint(2, 8)
        start = rng.randrange(max(1, len(features) - width))
        features[start : start + width] = features.mean()
    return features


def order(utterances, size, rng):
    """Indices in batches of similar length, the batches in random order."""
    index = sorted(
        range(len(utterances)), key=lambda i: len(utterances[i][0]) + rng.uniform(-40, 40)
    )
    batches = [index[i : i + size] for i in range(0, len(index), size)]
    rng.shuffle(batches)
    return batches


def collate(pairs):
    """[(features, labels)] -> padded features, frame counts at 40 ms, all labels in a row, label counts."""
    longest = max(len(features) for features, _ in pairs)
    padded = torch.full((len(pairs), longest, BINS), LOG_FLOOR)
    for row, (features, _) in enumerate(pairs):
        padded[row, : len(features)] = torch.from_numpy(np.ascontiguousarray(features))
        if len(features) < longest:  # go on with the utterance's own background
            padded[row, len(features) :] = padded[row, len(features) - 20 : len(features)].mean(0)
    frames = torch.tensor([len(features) // STACK for features, _ in pairs])
    labels = torch.tensor([token for _, row in pairs for token in row], dtype=torch.long)
    counts = torch.tensor([len(row) for _, row in pairs])
    return padded, frames, labels, counts
