"""Weight-only int8: each large matrix is stored as int8 with one scale an output column, and a
DequantizeLinear node restores it when the model is loaded."""

import numpy as np
import onnx
from onnx import helper, numpy_helper


def quantise(source, target, smallest=4096):
    """Write the model of `source` to `target` with matrices of at least `smallest` values as int8."""
    model = onnx.load(source)
    graph = model.graph
    restore = []
    for tensor in list(graph.initializer):
        weights = numpy_helper.to_array(tensor)
        if weights.dtype != np.float32 or weights.ndim != 2 or weights.size < smallest:
            continue
        axis = 0 if _is_transposed(graph, tensor.name) else 1
        scale = np.maximum(np.abs(weights).max(1 - axis), 1e-8) / 127
        whole = np.round(weights / np.expand_dims(scale, 1 - axis)).astype(np.int8)
        names = [tensor.name + suffix for suffix in ("_int8", "_scale", "_zero")]
        values = [whole, scale.astype(np.float32), np.zeros(len(scale), np.int8)]
        graph.initializer.remove(tensor)
        graph.initializer.extend(map(numpy_helper.from_array, values, names))
        restore.append(helper.make_node("DequantizeLinear", names, [tensor.name], axis=axis))
    for node in reversed(restore):
        graph.node.insert(0, node)
    onnx.save(model, target)


def _is_transposed(graph, name):
    """Whether a Gemm uses the matrix with one row for each output."""
    return any(
        node.op_type == "Gemm" and any(a.name == "transB" and a.i for a in node.attribute)
        for node in graph.node
        if name in node.input
    )
