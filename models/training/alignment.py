"""Later decisions: keeps the CTC loss from placing a token before its syllable has been heard.

A causal network that is trained with CTC alone fixes its spikes early, on the onset of a syllable, and then never
hears the coda or the tone that would tell 十 from 是 or 半 from 百. So a first network is only a teacher: its
spikes are found by forced alignment, and the second network may place each token EARLIEST to LATEST output frames
(of 40 ms) after the spike of the teacher. Where the ends of the tokens are known (English, see english_speech.py), no
teacher is needed: each token may be placed within AFTER_END of its end.
"""

import numpy as np
import torch

EARLIEST, LATEST = 3, 6
AFTER_END = (0, 6)
_FORBIDDEN = -30.0  # log-probability; finite, so that an impossible alignment gives a large loss and not NaN


def find_spikes(scores, labels):
    """(T, tokens) log-probabilities of one utterance -> first frame of each label on the best CTC path."""
    frames, count = len(scores), len(labels)
    if count == 0 or frames < count:
        return np.zeros(0, np.int64)
    extended = np.zeros(2 * count + 1, np.int64)
    extended[1::2] = labels
    may_skip = np.zeros(len(extended), bool)
    may_skip[3::2] = extended[3::2] != extended[1:-2:2]
    emitted = scores[:, extended]
    best = np.full(len(extended), -np.inf)
    best[:2] = emitted[0, :2]
    steps = np.zeros((frames, len(extended)), np.int8)
    for frame in range(1, frames):
        one = np.concatenate([[-np.inf], best[:-1]])
        two = np.where(may_skip, np.concatenate([[-np.inf, -np.inf], best[:-2]]), -np.inf)
        choices = np.stack([best, one, two])
        steps[frame] = choices.argmax(0)
        best = choices.max(0) + emitted[frame]
    state = len(extended) - 1 if best[-1] >= best[-2] else len(extended) - 2
    spikes = np.zeros(count, np.int64)
    for frame in range(frames - 1, -1, -1):
        if state % 2:
            spikes[state // 2] = frame  # the earliest frame is written last
        state -= steps[frame, state]
    return spikes


class Teacher:
    """A trained network that tells where the tokens of an utterance are; remembers what it told."""

    def __init__(self, network):
        self._network = network.eval()
        self._spikes = {}

    def spikes(self, keys, features, frames, labels):
        """Spikes of each utterance of a padded batch; `keys` identify the utterances."""
        if any(key not in self._spikes for key in keys):
            with torch.no_grad():
                scores = self._network(features, *self._network.initial_state(len(keys)))[0].numpy()
            for row, key in enumerate(keys):
                if key not in self._spikes:
                    self._spikes[key] = find_spikes(scores[row, : int(frames[row])], labels[row])
        return [self._spikes[key] for key in keys]


def forbid_early(scores, labels, spikes, window=(EARLIEST, LATEST)):
    """The (batch, T, tokens) log-probabilities with every token outside its windows made impossible.

    An utterance of which fewer spikes than labels (or None) are known stays as it is.
    """
    earliest, latest = window
    allowed = torch.zeros(scores.shape, dtype=torch.bool)
    allowed[:, :, 0] = True
    for row, (row_labels, row_spikes) in enumerate(zip(labels, spikes)):
        if row_spikes is None or len(row_spikes) < len(row_labels):
            allowed[row] = True
            continue
        for token, spike in zip(row_labels, row_spikes):
            allowed[row, spike + earliest : spike + latest + 1, token] = True
    return scores.masked_fill(~allowed, _FORBIDDEN)
