# SPDX-License-Identifier: BSL-1.0
"""usage: check_model.py FOLDER [MODULES]

FOLDER/model.onnx passes ONNX's checker. With MODULES, a folder that holds onnxruntime-node, ONNX Runtime gives the codes
of quantype within one: of every operator when it reads the codes of quantype's own run (FOLDER/codes.safetensors), and
of the whole model (FOLDER/outputs.bin) unless FOLDER/growing says that differences grow on their way.
"""
import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

LEVELS = ("disabled", "all")
TYPES = {TensorProto.FLOAT: ("float32", "<f4"), TensorProto.UINT8: ("uint8", "u1")}


def type_of(value: Any) -> tuple[str, str]:
    """Of an input or output: its name for ONNX Runtime, and for numpy."""
    return TYPES[value.type.tensor_type.elem_type]


class Runtime:
    def __init__(self, folder: Path, modules: str) -> None:
        self.folder = folder
        self.modules = modules

    def run(self, model: Path, level: str, samples: int, inputs: dict[str, Any], outputs: list[str]) -> list[bytes]:
        """`inputs`: type, dims and file by name. Gives the bytes of the outputs."""
        files = [self.folder / f"runtime_{i}.bin" for i in range(len(outputs))]
        request = self.folder / "request.json"
        request.write_text(json.dumps({"samples": samples, "inputs": inputs,
                                       "outputs": {name: str(f) for name, f in zip(outputs, files)}}))
        subprocess.run(["node", str(Path(__file__).with_name("run_ort.js")), self.modules, str(model), str(request),
                        level], check=True)
        return [f.read_bytes() for f in files]


def read_safetensors(path: Path) -> dict[str, numpy.ndarray]:
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    entries = json.loads(data[8 : 8 + length])
    entries.pop("__metadata__", None)
    begin = 8 + length
    return {name: numpy.frombuffer(data[begin + e["data_offsets"][0] : begin + e["data_offsets"][1]], "u1").reshape(
        e["shape"]) for name, e in entries.items() if e["dtype"] == "U8"}


def output_scale(model: onnx.ModelProto) -> float:
    """Of the last DequantizeLinear: one code of the output."""
    constants = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    last = next(n for n in model.graph.node if model.graph.output[0].name in n.output)
    assert last.op_type == "DequantizeLinear", "the output is not quantized"
    return float(constants[last.input[1]])


def input_of(folder: Path, model: onnx.ModelProto, samples: int | None = None) -> tuple[int, dict[str, Any]]:
    """Number of samples in inputs.bin, or the first `samples`, and the request for them."""
    value = model.graph.input[0]
    dims = [d.dim_value for d in value.type.tensor_type.shape.dim]
    file = folder / "inputs.bin"
    name, kind = type_of(value)
    size = numpy.dtype(kind).itemsize * int(numpy.prod(dims))
    if samples is not None:
        (folder / "first.bin").write_bytes(file.read_bytes()[: size * samples])
        file = folder / "first.bin"
    return file.stat().st_size // size, {value.name: {"type": name, "dims": dims, "file": str(file)}}


def report(what: str, level: str, apart: numpy.ndarray) -> int:
    print(f"onnx runtime, {what}, optimisations {level}: {apart.size} codes, {int((apart == 0).sum())} equal, "
          f"{int((apart == 1).sum())} one apart, {int((apart > 1).sum())} more (largest {int(apart.max())})", flush=True)
    return int(apart.max() > 1)


def compare_whole(runtime: Runtime, model: onnx.ModelProto, level: str) -> int:
    samples, inputs = input_of(runtime.folder, model)
    found = runtime.run(runtime.folder / "model.onnx", level, samples, inputs, [model.graph.output[0].name])
    name, kind = type_of(model.graph.output[0])
    scale = output_scale(model) if name == "float32" else 1
    want, have = (numpy.rint(numpy.frombuffer(data, kind) / scale) for data in (
        (runtime.folder / "outputs.bin").read_bytes(), found[0]))
    return report("whole model", level, numpy.abs(want - have))


def operator_by_operator(model: onnx.ModelProto, codes: dict[str, numpy.ndarray]) -> onnx.ModelProto:
    """The model with every DequantizeLinear of a value reading an input `<codes>.given`, and all codes as outputs."""
    result = onnx.ModelProto()
    result.CopyFrom(model)
    del result.graph.output[:]
    made = [n.output[0] for n in result.graph.node if n.op_type == "QuantizeLinear"]
    assert set(made) == set(codes), f"codes of {sorted(set(made) ^ set(codes))} do not match"
    for name in made:
        result.graph.input.append(helper.make_tensor_value_info(f"{name}.given", TensorProto.UINT8, codes[name].shape))
        result.graph.output.append(helper.make_tensor_value_info(name, TensorProto.UINT8, codes[name].shape))
    for n in result.graph.node:
        if n.op_type == "DequantizeLinear" and n.input[0] in codes:
            n.input[0] += ".given"
    onnx.checker.check_model(result)
    return result


def compare_operators(runtime: Runtime, model: onnx.ModelProto, level: str) -> int:
    codes = read_safetensors(runtime.folder / "codes.safetensors")
    onnx.save(operator_by_operator(model, codes), str(runtime.folder / "operators.onnx"))
    _, inputs = input_of(runtime.folder, model, 1)
    for i, (name, value) in enumerate(codes.items()):
        file = runtime.folder / f"given_{i}.bin"
        file.write_bytes(value.tobytes())
        inputs[f"{name}.given"] = {"type": "uint8", "dims": list(value.shape), "file": str(file)}
    found = runtime.run(runtime.folder / "operators.onnx", level, 1, inputs, list(codes))
    apart = [numpy.abs(value.reshape(-1).astype(int) - numpy.frombuffer(have, "u1").astype(int))
             for value, have in zip(codes.values(), found)]
    for name, differences in zip(codes, apart):
        if differences.max() > 1:
            print(f"  {name}: {int((differences > 1).sum())} codes differ by up to {int(differences.max())}")
    return report(f"{len(codes)} operators on given codes", level, numpy.concatenate(apart))


def main() -> int:
    folder = Path(sys.argv[1])
    model = onnx.load(str(folder / "model.onnx"))
    onnx.checker.check_model(model, full_check=True)
    print(f"onnx checker: {len(model.graph.node)} nodes, opset {model.opset_import[0].version}, accepted", flush=True)
    if len(sys.argv) < 3:
        return 0
    runtime = Runtime(folder, sys.argv[2])
    failed = [compare_operators(runtime, model, level) for level in LEVELS]
    whole = [compare_whole(runtime, model, level) for level in LEVELS]
    return max(failed if (folder / "growing").exists() else failed + whole)


if __name__ == "__main__":
    sys.exit(main())
