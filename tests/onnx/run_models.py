#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""usage: run_models.py PYTHON FOLDER MODELS COMPILER [FLAG...]

Writes trained models as ONNX, and one that takes and gives codes, holds the files to ONNX's checker, imports them again, and compiles and runs what was
imported: results are equal bit for bit. PYTHON has the module onnx; MODELS is the folder of real models.
QUANTYPE_ONNX_RUNTIME, a folder that holds onnxruntime-node, adds ONNX Runtime to the comparison, and more models to the
digits network.
"""
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
REAL = {"mnist_cnn": 500, "kws_dscnn": 100, "mobilenetv2_224": 3}  # with the number of samples
# Here a code of difference grows on its way: in many layers, or from the ties of an average pool through random weights.
# ONNX Runtime's own ways to run them differ. Operators are held one by one, results as a whole are printed.
GROWING = {"features", "mobilenetv2_224"}
# The arithmetic. qnnpack rounds sums away from zero, ONNX Runtime to even.
BACKEND = {"mobilenetv2_224": "onnx", "features": "onnx", "codes": "onnx"}


def backend(name: str) -> str:
    return f"-DQUANTYPE_BACKEND=quantype::backends::{BACKEND.get(name, 'qnnpack')}"


def run(*command: object) -> None:
    subprocess.run([str(c) for c in command], check=True)


def real_header(models: str, name: str, header: Path) -> None:
    """The float model as a struct, `torch_net`."""
    sys.path.insert(0, str(SOURCE / "tools" / "model_generator"))
    from real_models import Description, Writer

    lines = Writer(Description(os.path.join(models, name)), False).struct("torch_net")
    text = "namespace qz = quantype;\nnamespace nn = quantype::nn;\n" + "\n".join(lines) + "\n"
    header.write_text("#pragma once\n" + text)


def write_model(name: str, folder: Path, models: str, compiler: list[str]) -> None:
    """FOLDER/model.onnx, inputs.bin, outputs.bin."""
    program = folder / "write"
    if name == "digits":
        run(*compiler, HERE / "write_digits.cpp", "-o", program)
        run(program, SOURCE / "examples" / "demo" / "data", folder)
        return
    if name in ("features", "codes"):
        run(*compiler, HERE / f"write_{name}.cpp", "-o", program)
        run(program, folder)
        return
    real_header(models, name, folder / "net.hpp")
    run(*compiler, backend(name), f'-DQUANTYPE_MODEL_HEADER="{folder / "net.hpp"}"', f'-DQUANTYPE_MODELS_DIR="{models}"', '-DQUANTYPE_GOLDEN_DIR=""',
        HERE / "write_real.cpp", "-o", program)
    run(program, name, folder, REAL[name])


def check(name: str, folder: Path, python: str, models: str, runtime: str, compiler: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    if name in GROWING:
        (folder / "growing").touch()
    write_model(name, folder, models, compiler)
    print(f"{name}:", flush=True)
    run(python, "-B", HERE / "check_model.py", folder, *filter(None, [runtime]))
    run(python, "-B", SOURCE / "tools" / "quantype_export", "model", folder / "model.onnx", "--name", "imported", "--out",
        folder)
    coded = ["-DQUANTYPE_CODED"] if name == "codes" else []
    run(*compiler, backend(name), *coded, f'-DQUANTYPE_IMPORTED_HEADER="{folder / "imported.hpp"}"', HERE / "read_model.cpp",
        "-o", folder / "read")
    run(folder / "read", folder)
    print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)


def main(python: str, folder: Path, models: str, compiler: list[str]) -> int:
    runtime = os.environ.get("QUANTYPE_ONNX_RUNTIME", "")
    names = ["digits", "codes", *(["features", *REAL] if runtime else [])]
    # Step by step: the writer records the codes of every node, those before a clamp too.
    compiler = [*compiler, "-O1" if runtime else "-O0", "-DQUANTYPE_FUSE_STEPS=0"]
    failed = 0
    for name in names:
        if name in REAL and not os.path.exists(os.path.join(models, name, "model.json")):
            print(f"SKIPPED {name}: no {models}/{name}", flush=True)
            continue
        try:
            check(name, folder / name, python, models, runtime, compiler)
        except subprocess.CalledProcessError as error:
            print(f"FAILED {name}: {error}", flush=True)
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4:]))
