# SPDX-License-Identifier: BSL-1.0
"""usage: write_cases.py DATA FOLDER: sends the cases of libonnx-testdata through the importer.

Writes FOLDER/float_cases.hpp and coded_cases.hpp (models and the list of cases), <case>.safetensors (weights, inputs, expected outputs)
and refused.txt (the cases that cannot be expressed, with the reasons).
"""
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy
import onnx
from onnx import numpy_helper

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from quantype_export.files import write_all  # noqa: E402
from quantype_export.from_onnx import READ, Imported, mapping_text, read_onnx, tensors_of  # noqa: E402
from quantype_export.problems import CannotExport, Problem, Problems  # noqa: E402
from quantype_export.write_model import HeaderWriter, headers_for  # noqa: E402

GROUPS = ("node", "pytorch-converted", "pytorch-operator", "simple")


def tensor(path: Path) -> numpy.ndarray:
    value = onnx.TensorProto()
    value.ParseFromString(path.read_bytes())
    return numpy_helper.to_array(value)


def values_of(folder: Path, kind: str, names: list[str]) -> dict[str, numpy.ndarray]:
    return {name: tensor(folder / f"{kind}_{i}.pb") for i, name in enumerate(names)}


class Case:
    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.model = onnx.load(str(folder / "model.onnx"))
        self.ops = sorted({n.op_type for n in self.model.graph.node})
        self.data = folder / "test_data_set_0"

    def read(self) -> Imported:
        """With all inputs as inputs; else without single numbers, or all but the first: weights are constants here."""
        initial = {i.name for i in self.model.graph.initializer}
        inputs = [i for i in self.model.graph.input if i.name not in initial]
        for value in [*inputs, *self.model.graph.output]:
            if not value.type.HasField("tensor_type"):
                raise CannotExport([Problem(value.name, "its type", "is a sequence or optional; only tensors can be expressed")])
        self.inputs = values_of(self.data, "input", [i.name for i in inputs])
        self.outputs = values_of(self.data, "output", [o.name for o in self.model.graph.output])
        ways = [{}, {k: v for k, v in self.inputs.items() if v.size == 1}, dict(list(self.inputs.items())[1:])]
        for given in ways:
            try:
                return self._read(given)
            except CannotExport as error:
                why = error
        raise why

    def _read(self, given: dict[str, numpy.ndarray]) -> Imported:
        problems = Problems()
        found = read_onnx(self.model, self.name, None, problems, given)
        self.lines = HeaderWriter(found.model, problems).struct_lines()
        problems.raise_if_any()
        return found

    def tensors(self, found: Imported) -> dict[str, numpy.ndarray]:
        """Weights and numbers by name; values with "input." and "output.", codes as the numbers they stand for."""
        result = {f"weight.{k}": v for k, v in found.body.parameters.items()}
        result |= {f"number.{k}": v for k, v in found.body.numbers.items()}
        graph, quantized = found.body.graph, found.body.quantization.values
        for i, value in enumerate(graph.inputs):
            data = self.inputs[value.removesuffix(".float") if value not in self.inputs else value]
            result[f"input.{i}"] = self.as_floats(data, quantized.get(value))
        for i, (value, data) in enumerate(zip(graph.outputs, self.outputs.values())):
            result[f"output.{i}"] = self.as_floats(data, quantized.get(value))
            if value in quantized and data.dtype != numpy.float32:
                result[f"output.{i}.scale"] = numpy.array([quantized[value][0]], numpy.float32)
        return result

    @staticmethod
    def as_floats(data: numpy.ndarray, numbers: tuple[float, int] | None) -> numpy.ndarray:
        if data.dtype == numpy.float32 or numbers is None:
            return data.astype(numpy.float32)
        shift = 128 if data.dtype == numpy.int8 else 0
        scale, zero_point = numbers
        return ((data.astype(numpy.int32) + shift - zero_point) * numpy.float32(scale)).astype(numpy.float32)


class DynamicLayer(Case):
    """A layer as ONNX Runtime's quantizer writes it, with the result that ONNX's definitions give; the data has none."""

    def __init__(self) -> None:
        self.name, self.ops = "own_dynamic_layer", ["Add", "Cast", "DynamicQuantizeLinear", "MatMulInteger", "Mul"]
        random = numpy.random.default_rng(1)
        x = random.normal(size=(3, 8)).astype("f4")
        w, b = random.integers(0, 256, (8, 5)).astype("u1"), random.normal(size=5).astype("f4")
        sw, zw = numpy.float32(0.01), numpy.uint8(128)
        low, high = numpy.minimum(x.min(), 0), numpy.maximum(x.max(), 0)
        scale = numpy.float32((high - low) / numpy.float32(255))
        zero_point = numpy.clip(numpy.rint(-low / scale), 0, 255)
        codes = numpy.clip(numpy.rint(x / scale) + zero_point, 0, 255)
        sums = ((codes - zero_point) @ (w.astype(int) - int(zw))).astype("f4")
        self.inputs, self.outputs = {"x": x}, {"out": sums * (scale * sw) + b}
        node, constant = onnx.helper.make_node, numpy_helper.from_array
        info = onnx.helper.make_tensor_value_info
        graph = onnx.helper.make_graph(
            [node("DynamicQuantizeLinear", ["x"], ["q", "s", "z"]), node("MatMulInteger", ["q", "w", "z", "zw"], ["i"]),
             node("Cast", ["i"], ["c"], to=onnx.TensorProto.FLOAT), node("Mul", ["s", "sw"], ["k"]),
             node("Mul", ["c", "k"], ["y"]), node("Add", ["y", "b"], ["out"])],
            "dynamic", [info("x", onnx.TensorProto.FLOAT, [3, 8])], [info("out", onnx.TensorProto.FLOAT, [3, 5])],
            [constant(w, "w"), constant(b, "b"), constant(numpy.array(sw), "sw"), constant(numpy.array(zw), "zw")])
        self.model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)])
        onnx.checker.check_model(self.model, full_check=True)

    def read(self) -> Imported:
        return self._read({})


def cases(data: Path) -> Any:
    yield DynamicLayer()
    for group in GROUPS:
        for folder in sorted((data / group).iterdir()):
            if (folder / "model.onnx").is_file():
                yield Case(folder, f"{group}_{folder.name.removeprefix('test_')}".replace("-", "_"))


def main() -> None:
    data, folder = Path(sys.argv[1]), Path(sys.argv[2])
    files: dict[Path, bytes] = {}
    lines: dict[str, list[str]] = {"float": [], "coded": []}
    lists: dict[str, list[str]] = {"float": [], "coded": []}
    refused: list[str] = []
    outside: Counter[str] = Counter()
    for case in cases(data):
        unknown = [op for op in case.ops if op not in READ and "Linear" not in op and "Integer" not in op
                   and op != "Constant" and not (op == "Cast" and "DynamicQuantizeLinear" in case.ops)]
        if unknown:
            outside[unknown[0]] += 1
            continue
        try:
            found = case.read()
        except CannotExport as error:
            refused.append(f"{case.name}: {error.problems[0].what}: {error.problems[0].reason}")
            continue
        kind = "coded" if found.body.is_quantized() else "float"
        lines[kind] += [*case.lines, ""]
        entry = f'X({case.name}, "{",".join(case.ops)}")'
        if kind == "coded":
            lines[kind] += [mapping_text(case.name, found.body)]
        lists[kind].append(entry)
        files[folder / f"{case.name}.safetensors"] = tensors_of(case.tensors(found))
    for kind in lines:
        includes = "".join(f"#include <{h}>\n" for h in headers_for("\n".join(lines[kind])))
        files[folder / f"{kind}_cases.hpp"] = (
            f"// Written by tests/onnx/write_cases.py from libonnx-testdata.\n#pragma once\n{includes}\n"
            "namespace onnx_cases {\n\nnamespace qz = quantype;\nnamespace nn = qz::nn;\n\n" + "\n".join(lines[kind])
            + "\n}  // namespace onnx_cases\n\n#define ONNX_CASES(X) \\\n    " + " \\\n    ".join(lists[kind])
            + f'\n#define ONNX_OPERATORS "{",".join(sorted(READ))}"\n').encode()
    words = [f"{sum(outside.values())} cases of {len(outside)} operators outside the vocabulary: "
             + ", ".join(f"{op} {n}" for op, n in sorted(outside.items()))]
    files[folder / "refused.txt"] = "".join(f"{line}\n" for line in [*refused, *words]).encode()
    write_all(files)
    print(f"{len(lists['float'])} float cases, {len(lists['coded'])} quantized; {len(refused)} in a form that cannot be expressed")


if __name__ == "__main__":
    main()
