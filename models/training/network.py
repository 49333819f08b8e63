"""Causal dilated time-delay network with CTC output and explicit streaming state.

features (batch, T, 80) at 10 ms -> log-probabilities (batch, T / 4, tokens) at 40 ms. Each layer is one matrix
over three spliced frames of the past, so that it trains fast on a CPU and exports to Slice, Concat, MatMul, Add
and Relu. State: the last 4 feature frames and, for each layer, the last 2 * dilation frames.
"""

import torch
import torch.nn.functional as functional
from torch import nn

from features import BINS

FRONT = 4  # feature frames that one output frame takes over from the chunk before
STACK = 4  # feature frames for one output frame
DILATIONS = (1, 1, 2, 4, 1, 2, 4, 8)


def splice(history, frames, dilation):
    """[history, frames] -> (each frame with the two before it at the dilation, new history)."""
    count = frames.shape[1]
    joined = torch.cat([history, frames], 1)
    spliced = torch.cat(
        [joined[:, shift : shift + count] for shift in (0, dilation, 2 * dilation)], 2
    )
    return spliced, joined[:, -2 * dilation :]


def stack_frames(front, features):
    """Normalised features -> (output frames of 2 * STACK feature frames each, new front)."""
    joined = torch.cat([front, features], 1)
    batch, count = joined.shape[0], (joined.shape[1] - FRONT) // STACK
    size = STACK * BINS
    earlier = joined[:, : STACK * count].reshape(batch, count, size)
    later = joined[:, FRONT : FRONT + STACK * count].reshape(batch, count, size)
    return torch.cat([earlier, later], 2), joined[:, -FRONT:]


class Matrix(nn.Linear):
    """A linear layer that may multiply in bfloat16: on processors with matrix units training takes a third of the time."""

    is_short = False

    def forward(self, frames):
        if not Matrix.is_short:
            return super().forward(frames)
        product = functional.linear(frames.bfloat16(), self.weight.bfloat16())
        return product.float() + self.bias


class Layer(nn.Module):
    """residual + dropout(norm(relu(matrix(spliced))))."""

    def __init__(self, width, dilation, dropout):
        super().__init__()
        self.dilation = dilation
        self.linear = Matrix(3 * width, width)
        self.norm = nn.BatchNorm1d(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, frames, history):
        """(batch, time, width), (batch, 2 * dilation, width) -> the same two."""
        spliced, history = splice(history, frames, self.dilation)
        hidden = normalise(self.norm, functional.relu(self.linear(spliced)))
        return frames + self.dropout(hidden), history


def normalise(norm, frames):
    """Batch normalisation over the last axis of (batch, time, width)."""
    return norm(frames.reshape(-1, frames.shape[2])).view_as(frames)


class Network(nn.Module):
    """The acoustic network; `forward` takes and returns the streaming state."""

    def __init__(self, tokens, width=128, dropout=0.05):
        super().__init__()
        self.tokens, self.width = tokens, width
        self.history = 2 * sum(DILATIONS)
        self.register_buffer("mean", torch.zeros(BINS))
        self.register_buffer("inverse_deviation", torch.ones(BINS))
        self.input = Matrix(2 * STACK * BINS, width)
        self.input_norm = nn.BatchNorm1d(width)
        self.layers = nn.ModuleList([Layer(width, dilation, dropout) for dilation in DILATIONS])
        self.output = Matrix(width, tokens)

    def initial_state(self, batch):
        """Zeros: (batch, FRONT, 80) and (batch, history, width)."""
        return torch.zeros(batch, FRONT, BINS), torch.zeros(batch, self.history, self.width)

    def forward(self, features, front, history):
        """-> (log-probabilities, front, history)."""
        normal = (features - self.mean) * self.inverse_deviation
        stacked, front = stack_frames(front, normal)
        frames = normalise(self.input_norm, functional.relu(self.input(stacked)))
        kept, offset = [], 0
        for layer in self.layers:
            span = 2 * layer.dilation
            frames, layer_history = layer(frames, history[:, offset : offset + span])
            offset += span
            kept.append(layer_history)
        return functional.log_softmax(self.output(frames), 2), front, torch.cat(kept, 1)
