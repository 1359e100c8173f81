# SPDX-License-Identifier: BSL-1.0
"""Counts the instructions of one call of the linear kernel (48 rows, 256 inputs, 256 outputs) on AArch64's levels.

usage: count.py <results folder> <include folder>

qemu-user runs the program one instruction at a time and names each; a run with two calls less a run with one is one
call, to the instruction, with what stages rows and writes codes. The hot loop is what runs as often as the most frequent
instruction; it must neither touch the stack nor copy registers.
"""

import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

LEVELS = [  # name, flags, most instructions for a product
    ("neon64", ["-march=armv8-a"], 0.23),
    ("dotprod", ["-march=armv8.2-a+dotprod"], 0.085),
    ("i8mm", ["-march=armv8.2-a+i8mm"], 0.05),
]
COMPILERS = [
    ("g++", ["aarch64-linux-gnu-g++"]),
    ("clang++-19", ["clang++-19", "--target=aarch64-linux-gnu"]),
]
HEADERS = ["boost", "xsimd"]
PRODUCTS = 48 * 256 * 256
PRODUCTS_OF = {"smull": 8, "smlsl2": 8, "sdot": 16, "usmmla": 32}  # instructions of the hot loop that multiply


def build(compiler, level, flags, include, folder):
    """A static program, with the build machine's header-only libraries and nothing else of its /usr/include."""
    farm = os.path.join(folder, "include")
    os.makedirs(farm, exist_ok=True)
    for name in HEADERS:
        link = os.path.join(farm, name)
        if not os.path.exists(link):
            os.symlink(os.path.join("/usr/include", name), link)
    program = os.path.join(folder, level)
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "product.cpp")
    subprocess.run(
        compiler + ["-std=c++20", "-O2", "-static", "-I", include, "-isystem", farm, *flags,
                    '-DQUANTYPE_EXPECT_ARCH="%s"' % level, source, "-o", program], check=True)
    return program


def trace(qemu, program, calls):
    """How often each address was executed."""
    one = ["-one-insn-per-tb"] if "one-insn-per-tb" in subprocess.run([qemu, "-help"], stdout=subprocess.PIPE, text=True,
                                                                     check=False).stdout else ["-singlestep"]
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        os.mkfifo(log)
        run = subprocess.Popen([qemu, "-cpu", "max", *one, "-d", "exec,nochain", "-D", log, program, str(calls)])
        with open(log) as lines:
            for line in lines:
                if line.startswith("Trace"):
                    counts[line.split("[", 1)[1].split("/", 2)[1]] += 1
        if run.wait() != 0:
            sys.exit("count.py: %s failed under %s" % (program, qemu))
    return counts


def disassembly(program):
    """Text of each address."""
    text = subprocess.run(["aarch64-linux-gnu-objdump", "-d", "--no-show-raw-insn", program], stdout=subprocess.PIPE,
                          text=True, check=True).stdout
    return {int(m[1], 16): m[2] for m in re.finditer(r"^ *([0-9a-f]+):\t(.*)$", text, re.M)}


def measure(qemu, program):
    two, one = trace(qemu, program, 2), trace(qemu, program, 1)
    call = {int(a, 16): n - one[a] for a, n in two.items() if n > one[a]}
    most = max(call.values())
    text = disassembly(program)
    hot = [text[a] for a, n in sorted(call.items()) if n == most]
    products = sum(PRODUCTS_OF.get(t.split()[0], 0) for t in hot)
    return {
        "instructions": sum(call.values()) / PRODUCTS,
        "loop": len(hot) / products,
        "loop_instructions": len(hot),
        "loop_products": products,
        "stack": sum("[sp" in t or "[x29" in t for t in hot),
        "copies": sum(re.match(r"mov\s+v\d+\.16b", t) is not None for t in hot),
        "text": hot,
    }


def main():
    results, include = sys.argv[1:3]
    qemu = shutil.which("qemu-aarch64-static") or shutil.which("qemu-aarch64")
    if not qemu or not shutil.which("aarch64-linux-gnu-objdump"):
        print("instructions: needs qemu-user and g++-aarch64-linux-gnu; nothing was counted")
        return
    os.makedirs(results, exist_ok=True)
    record = []
    print("instructions for each product u8 * s8, linear layer of 48 rows, 256 inputs, 256 outputs, -O2")
    print("%-8s %-11s %9s %7s %8s %22s %6s %7s" % ("level", "compiler", "whole", "target", "loop", "loop: instructions of",
                                                  "stack", "copies"))
    for level, flags, target in LEVELS:
        for name, compiler in COMPILERS:
            if not shutil.which(compiler[0]):
                continue
            with tempfile.TemporaryDirectory() as folder:
                found = measure(qemu, build(compiler, level, flags, include, folder))
            record.append({"level": level, "compiler": name, "target": target, **found})
            print("%-8s %-11s %9.4f %7.3f %8.4f %9d for %5d MAC %6d %7d%s" % (
                level, name, found["instructions"], target, found["loop"], found["loop_instructions"],
                found["loop_products"], found["stack"], found["copies"],
                "" if found["instructions"] <= target else "  missed"))
    with open(os.path.join(results, "instructions.json"), "w") as file:
        json.dump(record, file, indent=1)


if __name__ == "__main__":
    main()
