#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""usage: run_models.py FOLDER COMPILER [FLAG...]

Has PyTorch quantize the models of models.py, exports them, compiles each exported header into a program and runs it:
all quantized values must be PyTorch's. Before that, every op that runs in float, and the modes of sequences. Without torch it says so and ends with 77.
"""
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODELS = ("resnet18", "mobilenet_v2")
CONFIGS = ("qnnpack", "native_x86", "qnnpack_qat")
SKIPPED = 77


def python_with_torch() -> str | None:
    """QUANTYPE_TORCH_PYTHON, this Python, or the system's: Debian's torch belongs to the last."""
    for python in filter(None, (os.environ.get("QUANTYPE_TORCH_PYTHON"), sys.executable, "/usr/bin/python3")):
        found = subprocess.run([python, "-c", "import torch, torch.ao.quantization.quantize_fx"], capture_output=True)
        if found.returncode == 0:
            return python
    return None


def run(command: list[str]) -> None:
    print("+", " ".join(command[:4]), "...", flush=True)
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    # PyTorch's C++ says of every dynamic layer that qnnpack has no reduced range.
    sys.stderr.writelines(line for line in done.stderr.splitlines(True) if "ignores reduce_range" not in line)
    done.check_returncode()


def main(folder: Path, compile_command: list[str]) -> int:
    python = python_with_torch()
    if python is None:
        print("SKIPPED export_models: torch cannot be imported; ./dev export-check installs python3-torch and runs this")
        return SKIPPED
    run([python, "-B", str(HERE / "test_torch.py")])
    features = folder / "features"
    run([python, "-B", str(HERE / "record_features.py"), str(features)])
    run([*compile_command, f"-I{features}", str(HERE / "features.cpp"), "-o", str(features / "check")])
    failed = int(subprocess.run([features / "check", features]).returncode != 0)
    names = folder / "names"
    run([python, "-B", str(HERE / "record_names.py"), str(names)])
    run([*compile_command, f"-I{names}", str(HERE / "names.cpp"), "-o", str(names / "check")])
    failed += subprocess.run([names / "check", names]).returncode != 0
    standalone = folder / "standalone"
    run([python, "-B", str(HERE / "record_standalone.py"), str(standalone)])
    run([*compile_command, f"-I{standalone}", str(HERE / "standalone.cpp"), "-o", str(standalone / "check")])
    failed += subprocess.run([standalone / "check", standalone]).returncode != 0
    floats = folder / "float_ops"
    run([python, "-B", str(HERE / "record_float_ops.py"), str(floats)])
    run([*compile_command, "-O0", f"-I{floats}", str(HERE / "float_ops.cpp"), "-o", str(floats / "check")])
    failed += subprocess.run([floats / "check", floats]).returncode != 0
    sequences = folder / "sequences"
    run([python, "-B", str(HERE / "record_sequences.py"), str(sequences)])
    headers = [f"-I{sequences / mode}" for mode in ("float", "dynamic", "static_half")]
    run([*compile_command, *headers, str(HERE / "sequences.cpp"), "-o", str(sequences / "check")])
    failed += subprocess.run([sequences / "check", sequences]).returncode != 0
    for model in MODELS:
        started = time.monotonic()
        for config in CONFIGS:
            run([python, "-B", str(HERE / "record.py"), model, config, str(folder / model / config)])
        header = folder / model / CONFIGS[0] / f"{model}.hpp"
        program = folder / model / "check"
        # Step by step, so that the codes behind every op can be compared.
        run([*compile_command, "-DQUANTYPE_FUSE_STEPS=0", f'-DQUANTYPE_EXPORTED_HEADER="{header}"', f"-DQUANTYPE_EXPORTED_NAME={model}",
             str(HERE / "models.cpp"), "-o", str(program)])
        failed += subprocess.run([program, folder / model]).returncode != 0
        print(f"{model}: {time.monotonic() - started:.0f} s", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
