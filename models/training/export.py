"""Exports a checkpoint as a sherpa-onnx streaming transducer of type lstm.

usage: export.py CHECKPOINT.pt FOLDER [zh|en]

The CTC network is the encoder, with the CTC collapse rule inside the graph: where the best token equals that of
the frame before, the encoder returns a sure blank, because the transducer search does not collapse. The joiner
passes the encoder on and the decoder returns zeros. Weights are stored as int8 with one scale a column.

A token comes in several frames, of which the first may still be weak, and the search keeps the probability of the first
alone. With a look-ahead the encoder is so many frames late, and gives each first frame the best probability that its
token reaches within them. A network that is trained for a short time misses words, which leaves no trace in the
probabilities of the others; with a blank that is made less probable, a doubtful word is written and is a reason to ask.
"""

import os
import sys
import tempfile

import onnx
import torch
import torch.nn.functional as functional
from torch import nn

from features import BINS
from languages import tokens_of
from network import FRONT, STACK, Network, splice, stack_frames
from quantise import quantise

CHUNK = 16  # feature frames a call: 160 ms, four output frames
LOOK_AHEAD = {"zh": 0, "en": 2}  # output frames of 40 ms
BLANK_PENALTY = {"zh": 0.0, "en": 1.5}  # natural logarithm
CONTEXT = 2  # tokens that the search shows the decoder; unused, sherpa-onnx wants at least one
OPSET = 13


def batch_norm_as_line(norm):
    """(scale, shift) of a batch normalisation in evaluation mode."""
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return scale.detach(), (norm.bias - norm.running_mean * scale).detach()


class Encoder(nn.Module):
    """x (N, 16, 80), h (1, N, h_size), c (1, N, history * width) -> log-probabilities (N, 4, tokens), h, c.

    h holds the front end, the best token of the last frame and the frames that are looked ahead into, c the histories of
    the layers.
    """

    def __init__(self, network, look_ahead=0):
        super().__init__()
        self.look_ahead = look_ahead
        self.h_size = FRONT * BINS + 1 + look_ahead * network.tokens
        self.network = network.eval()
        self.lines = [batch_norm_as_line(network.input_norm)]
        self.lines += [batch_norm_as_line(layer.norm) for layer in network.layers]
        sure_blank = functional.one_hot(torch.tensor(0), network.tokens).float() * 30 - 30
        self.register_buffer("sure_blank", sure_blank)

    def log_probabilities(self, x, front, history):
        """The network as it is at evaluation, in operators that export well."""
        network = self.network
        stacked, front = stack_frames(front, (x - network.mean) * network.inverse_deviation)
        scale, shift = self.lines[0]
        frames = functional.relu(network.input(stacked)) * scale + shift
        kept, offset = [], 0
        for layer, (scale, shift) in zip(network.layers, self.lines[1:]):
            span = 2 * layer.dilation
            spliced, layer_history = splice(
                history[:, offset : offset + span], frames, layer.dilation
            )
            offset += span
            kept.append(layer_history)
            frames = frames + functional.relu(layer.linear(spliced)) * scale + shift
        return functional.log_softmax(network.output(frames), 2), front, torch.cat(kept, 1)

    def strengthen(self, scores, waiting):
        """(the frames of look_ahead ago, the best token of each with the best of its probabilities, frames kept)."""
        count = CHUNK // STACK
        # The state begins with zeros, which have to mean a sure blank.
        frames = torch.cat([waiting + self.sure_blank, scores], 1)
        now = frames[:, :count]
        is_best = functional.one_hot(now.argmax(2), self.network.tokens).to(now.dtype)
        weak = (now * is_best).sum(2, keepdim=True)
        strong = weak
        for shift in range(1, self.look_ahead + 1):
            strong = torch.maximum(strong, (frames[:, shift : shift + count] * is_best).sum(2, keepdim=True))
        # What the token gains the others lose.
        loss = torch.log((1 - strong.exp()).clamp(min=1e-6) / (1 - weak.exp()).clamp(min=1e-6))
        better = is_best * strong + (1 - is_best) * (now + loss)
        keeps = is_best[:, :, :1]
        return now * keeps + better * (1 - keeps), frames[:, count:] - self.sure_blank

    def forward(self, x, h, c):
        network = self.network
        front = h[0, :, : FRONT * BINS].reshape(-1, FRONT, BINS)
        history = c[0].reshape(-1, network.history, network.width)
        scores, front, history = self.log_probabilities(x, front, history)
        best_before, kept = h[0, :, FRONT * BINS :], []
        if self.look_ahead > 0:
            waiting = best_before[:, 1:].reshape(-1, self.look_ahead, network.tokens)
            best_before = best_before[:, :1]
            scores, waiting = self.strengthen(scores, waiting)
            kept = [waiting.reshape(-1, self.look_ahead * network.tokens)]
        best = scores.argmax(2)
        before = torch.cat([best_before.to(torch.int64), best[:, :-1]], 1)
        repeated = ((best == before) & (best != 0)).unsqueeze(2).to(scores.dtype)
        scores = scores * (1 - repeated) + self.sure_blank * repeated
        next_h = torch.cat([front.reshape(-1, FRONT * BINS), best[:, -1:].to(scores.dtype), *kept], 1)
        next_c = history.reshape(-1, network.history * network.width)
        return scores, next_h.unsqueeze(0), next_c.unsqueeze(0)


class Decoder(nn.Module):
    """y (N, CONTEXT) -> zeros of the same shape."""

    def forward(self, y):
        return (y * 0).to(torch.float32)


class Joiner(nn.Module):
    """Passes the encoder on; the decoder is added with weight zero, to stay in the graph."""

    def forward(self, encoder_out, decoder_out):
        return encoder_out + decoder_out[:, :1] * 0


def write(module, example, path, inputs, outputs, metadata, batch_axis):
    """Export with a free batch size and the metadata sherpa-onnx reads."""
    axes = {name: {batch_axis.get(name, 0): "N"} for name in inputs + outputs}
    torch.onnx.export(
        module.eval(), example, path, input_names=inputs, output_names=outputs,
        dynamic_axes=axes, opset_version=OPSET, do_constant_folding=True,
    )
    model = onnx.load(path)
    for key, value in metadata.items():
        model.metadata_props.add(key=key, value=str(value))
    onnx.save(model, path)


def main(checkpoint, folder, language="zh"):
    os.makedirs(folder, exist_ok=True)
    tokens = tokens_of(language)
    network = Network(len(tokens))
    network.load_state_dict(torch.load(checkpoint))
    with torch.no_grad():
        network.output.bias[0] -= BLANK_PENALTY[language]
    encoder = Encoder(network, LOOK_AHEAD[language])
    chunk = torch.randn(1, CHUNK, BINS)
    state = network.initial_state(1)
    difference = (network.eval()(chunk, *state)[0] - encoder.log_probabilities(chunk, *state)[0]).abs().max()
    if float(difference) > 1e-3:
        sys.exit(f"export.py: the exported graph differs from the trained one by {difference}")
    h_size, c_size = encoder.h_size, network.history * network.width
    with tempfile.TemporaryDirectory() as temporary:
        plain = os.path.join(temporary, "encoder.onnx")
        write(
            encoder, (chunk, torch.zeros(1, 1, h_size), torch.zeros(1, 1, c_size)), plain,
            ["x", "h", "c"], ["encoder_out", "next_h", "next_c"],
            {
                "model_type": "lstm", "version": "1", "model_author": "VoiceGauge", "num_encoder_layers": 1,
                "T": CHUNK, "decode_chunk_len": CHUNK, "d_model": h_size, "rnn_hidden_size": c_size,
            },
            {"h": 1, "c": 1, "next_h": 1, "next_c": 1},
        )
        if os.environ.get("FLOAT") == "1":
            os.replace(plain, os.path.join(folder, "encoder.onnx"))
        else:
            quantise(plain, os.path.join(folder, "encoder.onnx"))
    write(
        Decoder(), (torch.zeros(1, CONTEXT, dtype=torch.int64),), os.path.join(folder, "decoder.onnx"),
        ["y"], ["decoder_out"], {"vocab_size": len(tokens), "context_size": CONTEXT}, {},
    )
    write(
        Joiner(), (torch.zeros(1, len(tokens)), torch.zeros(1, CONTEXT)), os.path.join(folder, "joiner.onnx"),
        ["encoder_out", "decoder_out"], ["logit"], {"joiner_dim": len(tokens)}, {},
    )
    with open(os.path.join(folder, "tokens.txt"), "w", encoding="utf8") as file:
        file.writelines(f"{token} {index}\n" for index, token in enumerate(tokens))
    sizes = {name: os.path.getsize(os.path.join(folder, name)) for name in sorted(os.listdir(folder))}
    print("exported, difference", float(difference), sizes)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
