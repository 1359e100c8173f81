# SPDX-License-Identifier: BSL-1.0
"""usage: check_model.py FOLDER [MODULES]

FOLDER/model.onnx passes ONNX's checker; with MODULES, a folder that holds onnxruntime-node, its results in ONNX Runtime
are those of FOLDER/outputs.bin within one code.
"""
import subprocess
import sys
from pathlib import Path

import numpy
import onnx
from onnx import numpy_helper


def output_scale(model: onnx.ModelProto) -> float:
    """Of the last DequantizeLinear: one code of the output."""
    constants = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    last = next(n for n in model.graph.node if model.graph.output[0].name in n.output)
    assert last.op_type == "DequantizeLinear", "the output is not quantized"
    return float(constants[last.input[1]])


def compare(folder: Path, modules: str, model: onnx.ModelProto, level: str) -> int:
    shape = "x".join(str(d.dim_value) for d in model.graph.input[0].type.tensor_type.shape.dim)
    result = folder / f"runtime_{level}.bin"
    subprocess.run(["node", str(Path(__file__).with_name("run_ort.js")), modules, str(folder / "model.onnx"),
                    str(folder / "inputs.bin"), shape, str(result), level], check=True)
    want = numpy.fromfile(folder / "outputs.bin", "<f4")
    have = numpy.fromfile(result, "<f4")
    scale = output_scale(model)
    apart = numpy.abs(numpy.rint(want / scale) - numpy.rint(have / scale))
    print(f"onnx runtime, optimisations {level}: {want.size} codes, {int((apart == 0).sum())} equal, "
          f"{int((apart == 1).sum())} one apart, {int((apart > 1).sum())} more (largest {int(apart.max())})", flush=True)
    return int(have.size != want.size or apart.max() > 1)


def main() -> int:
    folder = Path(sys.argv[1])
    model = onnx.load(str(folder / "model.onnx"))
    onnx.checker.check_model(model, full_check=True)
    print(f"onnx checker: {len(model.graph.node)} nodes, opset {model.opset_import[0].version}, accepted", flush=True)
    if len(sys.argv) < 3:
        return 0
    return max(compare(folder, sys.argv[2], model, level) for level in ("disabled", "all"))


if __name__ == "__main__":
    sys.exit(main())
