# SPDX-License-Identifier: BSL-1.0
"""The executor's own cost: instructions of a small model run by it and by the same calls written by hand, counted by
valgrind's callgrind; then code size of each whole model's executor, with the compiler's seconds and memory, at -O2.

usage: measure.py <results folder> <include folder> <compiler>...
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = [("autoencoder", "mlperf_tiny"), ("resnet8", "mlperf_tiny"), ("ds_cnn", "mlperf_tiny"),
          ("mobilenet_v1", "mlperf_tiny"), ("mobilenet_v2", "mobilenet_v2"), ("resnet18", "resnet18"),
          ("resnet50", "resnet50")]
UNIT = """#include "models/backend.hpp"
#include "models/%s.hpp"
#include <quantype/run/execute.hpp>
#include <quantype/run/simd_kernels.hpp>
using namespace bench_models;
void run(const qz::step_data* data, const qz::run_buffers& buffers);
void run(const qz::step_data* data, const qz::run_buffers& buffers) {
    qz::execute<%s, device, mapping, qz::simd_kernels<>, qz::no_hook>(data, buffers);
}
"""


def compile_unit(command, folder, text):
    """(user seconds, peak megabytes, bytes of code)."""
    source, unit = os.path.join(folder, "unit.cpp"), os.path.join(folder, "unit.o")
    with open(source, "w") as file:
        file.write(text)
    command = [*command, "-c", source, "-o", unit]
    pid = os.spawnvp(os.P_NOWAIT, command[0], command)
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        raise SystemExit("FAILED: does not compile: " + " ".join(command))
    sections = subprocess.run(["objdump", "-h", "-w", unit], stdout=subprocess.PIPE, text=True, check=True).stdout
    code = sum(int(m[1], 16) for m in re.finditer(r"^ *\d+ \.text\S* +([0-9a-f]+) ", sections, re.M))
    return usage.ru_utime, usage.ru_maxrss / 1024, code


def instructions(program, function):
    """Of three calls less one, halved: one call."""
    counts = []
    for calls in ("1", "3"):
        run = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                              "--toggle-collect=" + function, program, calls], stderr=subprocess.PIPE, text=True,
                             check=False)
        found = re.search(r"Collected : (\d+)", run.stderr)
        if run.returncode != 0 or not found:
            raise SystemExit("FAILED: %s under valgrind: %s" % (program, run.stderr[-500:]))
        counts.append(int(found[1]))
    return (counts[1] - counts[0]) // 2


def main(arguments):
    results, include, compilers = arguments[0], arguments[1], arguments[2:]
    level = ["-mavx2"] if platform.machine() == "x86_64" else []
    record, failed = {"calls": [], "size": []}, 0
    print("instructions of one run, three linear layers between floats, %s -O2; no kernel is inlined" % "".join(level))
    for compiler in compilers:
        name = os.path.basename(compiler)
        flags = [compiler, "-std=c++20", "-O2", *level, "-I", include, "-I", os.path.dirname(HERE)]
        with tempfile.TemporaryDirectory() as folder:
            if not shutil.which("valgrind"):
                print("  not measured: needs valgrind")
                break
            program = os.path.join(folder, "calls")
            subprocess.run([*flags, os.path.join(HERE, "calls.cpp"), "-o", program], check=True)
            ours, hand = instructions(program, "by_executor"), instructions(program, "by_hand")
        print("  %-12s executor %d, by hand %d: %s" % (name, ours, hand, "equal" if ours == hand else "NOT equal"))
        record["calls"].append({"compiler": name, "executor": ours, "by_hand": hand})
        failed += ours == 0 or ours != hand
        sys.stdout.flush()
    print("executors of whole models with their kernels, %s -O2" % "".join(level))
    print("  %-14s %-12s %10s %8s %6s" % ("model", "compiler", "code, KB", "seconds", "MB"))
    for compiler in compilers:
        name = os.path.basename(compiler)
        flags = [compiler, "-std=c++20", "-O2", *level, "-I", include, "-I", os.path.dirname(HERE)]
        for model, header in MODELS:
            with tempfile.TemporaryDirectory() as folder:
                seconds, megabytes, code = compile_unit(flags, folder, UNIT % (header, model))
            print("  %-14s %-12s %10.1f %8.1f %6.0f" % (model, name, code / 1024, seconds, megabytes))
            record["size"].append({"model": model, "compiler": name, "bytes": code, "user_s": seconds, "mb": megabytes})
            sys.stdout.flush()
    with open(os.path.join(results, "executor.json"), "w") as file:
        json.dump(record, file, indent=1)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
