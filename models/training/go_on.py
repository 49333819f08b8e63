"""Turns a shipped model back into a checkpoint that training can go on from, output layer and all.

usage: go_on.py ENCODER.onnx CHECKPOINT.pt zh|en WORK

The exported batch normalisations are plain lines, but training normalises by the statistics of each batch. So the
statistics of WORK/shards are measured at each of them and its weights are changed to give the same line with these:
the network computes what the shipped one does, and its first training steps start there.
"""

import os
import sys

import onnx
import torch

import borrow
from batches import Shards, collate
from languages import tokens_of
from network import Network

UTTERANCES, BATCH = 800, 16


def copy_output(encoder, network):
    """The last matrix and its bias, of the same tokens."""
    model = onnx.load(encoder)
    tensors, nodes = borrow.float_tensors(model), list(model.graph.node)
    index = max(i for i, node in enumerate(nodes) if node.op_type == "MatMul")
    bias = next(node for node in nodes[index:] if node.op_type == "Add")
    with torch.no_grad():
        network.output.weight.copy_(borrow.operand(nodes[index], tensors).T)
        network.output.bias.copy_(borrow.operand(bias, tensors))


def measure(network, utterances):
    """Gives each normalisation the statistics of its input without changing what the network computes."""
    norms = [network.input_norm, *(layer.norm for layer in network.layers)]
    sums = {norm: [0.0, 0.0, 0] for norm in norms}

    def note(norm, inputs):
        rows = inputs[0].double()
        total = sums[norm]
        sums[norm] = [total[0] + rows.sum(0), total[1] + (rows**2).sum(0), total[2] + len(rows)]

    hooks = [norm.register_forward_pre_hook(note) for norm in norms]
    network.eval()
    with torch.no_grad():
        for start in range(0, len(utterances), BATCH):
            pairs = [(one[0].astype("float32"), one[1]) for one in utterances[start : start + BATCH]]
            network(collate(pairs)[0], *network.initial_state(len(pairs)))
        for hook in hooks:
            hook.remove()
        for norm in norms:
            total, squares, count = sums[norm]
            mean = (total / count).float()
            variance = (squares / count - (total / count) ** 2).clamp(min=0).float()
            scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            shift = norm.bias - norm.running_mean * scale
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(variance)
            norm.weight.copy_(scale * torch.sqrt(variance + norm.eps))
            norm.bias.copy_(shift + mean * scale)


def main(encoder, checkpoint, language, work):
    borrow.main(encoder, checkpoint, language)
    network = Network(len(tokens_of(language)))
    network.load_state_dict(torch.load(checkpoint))
    copy_output(encoder, network)
    shards = Shards(os.path.join(work, "shards"), language)
    shards.scan()
    utterances = shards.utterances[:: max(1, len(shards.utterances) // UTTERANCES)]
    features = collate([(utterances[0][0].astype("float32"), utterances[0][1])])[0]
    before = network.eval()(features, *network.initial_state(1))[0]
    measure(network, utterances)
    after = network.eval()(features, *network.initial_state(1))[0]
    difference = float((after - before).abs().max())
    if difference > 1e-2:
        sys.exit(f"go_on.py: the network changed by {difference}")
    torch.save(network.state_dict(), checkpoint)
    print("difference", difference)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
