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


def cases(data: Path) -> Any:
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
                   and op != "Constant"]
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
            lines[kind] += [mapping_text(case.name, found.body.float_calls())]
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
