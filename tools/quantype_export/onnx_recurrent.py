# SPDX-License-Identifier: BSL-1.0
"""LSTM and GRU of ONNX: gates in PyTorch's order, biases for input and state. What forward can call is one layer, one
direction, time first, with a state that begins at zero."""
from typing import Any

import numpy

from .model import Ref
from .onnx_graph import Op
from .onnx_ops import Body
from .problems import Refused

# Gates of ONNX (LSTM: input, output, forget, cell; GRU: update, reset, hidden) in PyTorch's order.
GATES = {"LSTM": (0, 2, 3, 1), "GRU": (1, 0, 2)}
ACTIVATIONS = {"LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"]}


def _check(op: Op) -> None:
    kind = op.node.op
    given = [a.decode() if isinstance(a, bytes) else a for a in op.attribute("activations", ACTIVATIONS[kind])]
    refused = {
        "direction": op.attribute("direction", "forward") != "forward",
        "layout": op.attribute("layout", 0) != 0,
        "clip": op.attribute("clip") is not None,
        "input_forget": op.attribute("input_forget", 0) != 0,
        "activations": given != ACTIVATIONS[kind],
        "linear_before_reset=0, PyTorch has 1": kind == "GRU" and op.attribute("linear_before_reset", 0) == 0,
        "peepholes": op.has(7),
        "sequence_lens": op.has(4) and not (op.is_constant(4) and (op.constant(4, "lens") == op.shape()[0]).all()),
        "an initial state": any(op.has(i) and not (op.is_constant(i) and not op.constant(i, "state").any())
                                for i in (5, 6)),
        "the last cell state": op.is_read(2),
        "the last state of several steps": op.is_read(1) and op.shape()[0] != 1,
    }
    for what, is_there in refused.items():
        if is_there:
            raise Refused(f"{what} cannot be expressed")


def _ordered(x: numpy.ndarray, kind: str) -> numpy.ndarray:
    """Blocks of rows, one for each gate, in PyTorch's order."""
    blocks = numpy.split(x, len(GATES[kind]))
    return numpy.concatenate([blocks[i] for i in GATES[kind]])


def recurrent(op: Op, to: Body) -> Ref:
    """All results are those of every step, (time, 1, N, hidden); of one step the last state is the same."""
    _check(op)
    kind = op.node.op
    w, r = op.constant(1, "W")[0], op.constant(2, "R")[0]
    biases = op.constant(3, "B")[0] if op.has(3) else numpy.zeros(2 * w.shape[0], numpy.float32)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    parameters = dict(zip(names, (_ordered(x, kind) for x in (w, r, *numpy.split(biases, 2)))))
    settings: dict[str, Any] = dict(input_size=w.shape[1], hidden_size=r.shape[1], bias=True)
    steps = to.function("operator.getitem", to.module(op, f"torch.nn.{kind}", settings, parameters, to.value(op)), 0)
    time, batch = op.shape()[:2]
    results = [(0, [time, 1, batch, r.shape[1]]), (1, [1, batch, r.shape[1]])]
    read = [to.method("reshape", steps, shape) for i, shape in results if op.is_read(i)]
    to.further_results(op, dict(zip([i for i, _ in results if op.is_read(i)], read)))
    return read[0]
