"""Begins a new network with the layers of a shipped one: only the output layer, which is of other tokens, is new.

usage: borrow.py ENCODER.onnx CHECKPOINT.pt zh|en

The weights of the shipped model are int8 with one scale a column, which is exact enough for a beginning.
"""

import sys

import onnx
import torch
from onnx import numpy_helper

from languages import tokens_of
from network import Network


def float_tensors(model):
    """name -> tensor of every weight, int8 ones restored."""
    tensors = {one.name: torch.from_numpy(numpy_helper.to_array(one).copy()) for one in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] in tensors:
            axis = next((one.i for one in node.attribute if one.name == "axis"), 1)
            whole, scale = tensors[node.input[0]].float(), tensors[node.input[1]]
            tensors[node.output[0]] = whole * (scale[None] if axis == 1 else scale[:, None])
        if node.op_type == "Constant":
            tensors[node.output[0]] = torch.from_numpy(numpy_helper.to_array(node.attribute[0].t).copy())
    return tensors


def operand(node, tensors):
    """The input of a node that is a matrix or a vector of weights; None where there is none."""
    return next((tensors[name] for name in node.input if name in tensors and tensors[name].numel() > 1), None)


def main(encoder, checkpoint, language):
    model = onnx.load(encoder)
    tensors = float_tensors(model)
    network = Network(len(tokens_of(language)))
    network.mean.copy_(tensors["network.mean"])
    network.inverse_deviation.copy_(tensors["network.inverse_deviation"])
    nodes = list(model.graph.node)
    relus = [index for index, node in enumerate(nodes) if node.op_type == "Relu"]
    matrices = [node for node in nodes if node.op_type == "MatMul"]
    parts = [(network.input, network.input_norm), *((layer.linear, layer.norm) for layer in network.layers)]
    if len(relus) != len(parts):
        sys.exit(f"borrow.py: {encoder} is no network of this kind")
    with torch.no_grad():
        for (linear, norm), index, matrix in zip(parts, relus, matrices):
            # MatMul, Add, Relu, then the batch normalisation as Mul and Add.
            before = nodes[index - 1]
            weighted = [node for node in nodes[index:] if operand(node, tensors) is not None]
            after = [node for node in weighted if node.op_type in ("Mul", "Add")]
            linear.weight.copy_(operand(matrix, tensors).T)
            linear.bias.copy_(operand(before, tensors))
            norm.weight.copy_(operand(after[0], tensors))
            norm.bias.copy_(operand(after[1], tensors))
            norm.running_mean.zero_()
            norm.running_var.fill_(1 - norm.eps)
    torch.save(network.state_dict(), checkpoint)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
