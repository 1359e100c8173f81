# SPDX-License-Identifier: BSL-1.0
"""usage: python3 tools/quantype_export model FILE.py:FUNCTION --input 1x3x64x64 [--input ...] --out FOLDER [--name NAME]
       python3 tools/quantype_export model FILE.onnx [--input 1x3x64x64 ...] --out FOLDER [--name NAME]
       python3 tools/quantype_export backend FILE.json [--name NAME] --out FILE.hpp
       python3 tools/quantype_export backend FILE.py:FUNCTION [--name NAME] --out FILE.hpp
       python3 tools/quantype_export mapping FILE.json|FILE.py:FUNCTION [--name NAME] --out FILE.hpp

--input  is the shape of a float32 input; of an input of indices (int64) with i64 before it: i64:2x5.
model    FUNCTION gives an nn.Module; for a model prepared by prepare_fx, or trained after prepare_qat_fx, it gives
         (float module, prepared module, BackendConfig). Writes NAME.hpp, NAME.safetensors, NAME_quantized.safetensors.
         From an ONNX file (needs python3-onnx) --input replaces shapes that the file leaves open.
backend  FUNCTION gives a BackendConfig or the dict of its to_dict(). Writes the backend as a C++ type.

mapping  FUNCTION gives a QConfigMapping. Writes it as C++.

What cannot be expressed is printed, all of it; then nothing is written and the exit status is 1.
"""
import argparse
import importlib.util
import sys
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # started by the folder's name
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from quantype_export.files import read_json  # noqa: E402
from quantype_export.model import Indices  # noqa: E402
from quantype_export.problems import CannotExport  # noqa: E402


def call(place: str) -> Any:
    """What FUNCTION of "FILE.py:FUNCTION" gives."""
    file, colon, function = place.rpartition(":")
    if not colon or not Path(file).is_file():
        raise SystemExit(f"quantype_export: {place}: give an existing FILE.py, a colon and the name of a function")
    sys.path.insert(0, str(Path(file).resolve().parent))
    spec = importlib.util.spec_from_file_location(Path(file).stem, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[Path(file).stem] = module  # torch.fx and pickle look classes up by their module
    spec.loader.exec_module(module)
    if not hasattr(module, function):
        raise SystemExit(f"quantype_export: {file} has no function {function}")
    return getattr(module, function)()


def shape(text: str) -> list[int]:
    try:
        extents = [int(part) for part in text.removeprefix("i64:").split("x")]
    except ValueError:
        extents = []
    if not extents or min(extents) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a shape such as 1x3x64x64, or i64:2x5 for indices")
    return Indices(extents) if text.startswith("i64:") else extents


def tell(files: list[Path], notes: list[str]) -> None:
    for note in notes:
        print(f"note: {note}")
    for file in files:
        print(f"wrote {file}")


def import_onnx(options: argparse.Namespace) -> None:
    try:
        from quantype_export.from_onnx import import_model
    except ImportError as error:
        raise SystemExit(f"quantype_export: ONNX files are read with python3-onnx, which is missing: {error}") from error
    tell(*import_model(Path(options.source), options.input, options.out, options.name or "", options.namespace))


def export_model_of(options: argparse.Namespace) -> None:
    if options.source.endswith(".onnx"):
        return import_onnx(options)
    if not options.input:
        raise SystemExit("quantype_export: a model in PyTorch needs --input, once for each of its inputs")
    from quantype_export.export import export_model

    given = call(options.source)
    model, prepared, backend_config = given if isinstance(given, tuple) else (given, None, None)
    files, notes = export_model(model.eval(), options.input, options.out, options.name or "", prepared, backend_config,
                                options.namespace)
    tell(files, notes)


def read_or_call(source: str) -> Any:
    """A JSON file, or what "FILE.py:FUNCTION" gives."""
    return read_json(source) if source.endswith(".json") else call(source)


def export_backend_of(options: argparse.Namespace) -> None:
    from quantype_export.backend import export_backend

    rows = export_backend(read_or_call(options.source), options.out, options.name or "", options.namespace)
    print(f"wrote {options.out}: {rows} patterns")


def export_mapping_of(options: argparse.Namespace) -> None:
    from quantype_export.mapping import export_mapping

    entries = export_mapping(read_or_call(options.source), options.out, options.name or "", options.namespace)
    print(f"wrote {options.out}: {entries} entries")


def main() -> int:
    parser = argparse.ArgumentParser(prog="quantype_export", usage=__doc__.split("\n\n")[0].removeprefix("usage: "))
    commands = parser.add_subparsers(required=True)
    model = commands.add_parser("model")
    model.add_argument("--input", type=shape, action="append")
    model.set_defaults(run=export_model_of)
    backend = commands.add_parser("backend")
    backend.set_defaults(run=export_backend_of)
    mapping = commands.add_parser("mapping")
    mapping.set_defaults(run=export_mapping_of)
    for command in (model, backend, mapping):
        command.add_argument("source")
        command.add_argument("--out", type=Path, required=True)
        command.add_argument("--name")
        command.add_argument("--namespace", default="exported")
    options = parser.parse_args()
    try:
        options.run(options)
    except CannotExport as error:
        things = "1 thing" if len(error.problems) == 1 else f"{len(error.problems)} things"
        print(f"quantype_export: {things} cannot be expressed; nothing was written:", file=sys.stderr)
        for problem in error.problems:
            print(f"  {problem}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"quantype_export: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
