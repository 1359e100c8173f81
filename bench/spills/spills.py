# SPDX-License-Identifier: BSL-1.0
"""Counts references to the stack in the innermost loops of the kernels, in their disassembly, for each x86-64 level.

usage: spills.py all <results folder> <include folder> <compiler>...   every loop, every level, as a table and as JSON
       spills.py few <include folder> <compiler>...                    the products at some levels; fails on a reference
       spills.py self-test <compiler>...                               a planted spill must be found, a clean loop not

A loop is what a jump backwards spans; it is innermost when it spans no other. Loops without a vector register are left
out: they copy pointers or halos. A loop counts as a product when it multiplies codes.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

WIDE = ["-mavx512f", "-mavx512cd", "-mavx512dq", "-mavx512bw"]
LEVELS = {
    "sse2": [],
    "sse4.1": ["-msse4.1"],
    "avx2": ["-mavx2"],
    "avxvnni": ["-mavx2", "-mavxvnni"],
    "avx512bw": WIDE,
    "avx512vnni": [*WIDE, "-mavx512vnni"],
}
FEW = ("avx2", "avx512vnni")
MULTIPLY = re.compile(r"(\{vex\} )?(v?pmaddwd|v?pmaddubsw|vpdpbusd|vpdpwssd)")
# Of depthwise tiles, g++ keeps two distances in memory: x86-64 has too few general registers for 12 addresses. What the
# loop may read so; a vector on the stack is never allowed.
KNOWN = {"depthwise_tile": 2}
LINE = re.compile(r"^ *([0-9a-f]+):\t(.*)$")
JUMP = re.compile(r"^j\w+ +([0-9a-f]+) ")

PLANTED = """
#include <immintrin.h>
extern "C" void loop(const __m128i* from, __m128i* to, long n) {
    __m128i sum = _mm_setzero_si128();
    %s kept = _mm_setzero_si128();
    for (long i = 0; i < n; ++i) {
        sum = _mm_add_epi32(sum, _mm_madd_epi16(from[i], from[i + 1]));
        kept = sum;
    }
    to[0] = kept;
}
"""


def functions(path):
    """(name, [(address, text)]) of each function."""
    text = subprocess.run(["objdump", "-d", "-C", "--no-show-raw-insn", path], stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    found = []
    for line in text.splitlines():
        head = re.match(r"^[0-9a-f]+ <(.*)>:$", line)
        if head:
            found.append((head[1], []))
            continue
        instruction = LINE.match(line)
        if instruction and found:
            found[-1][1].append((int(instruction[1], 16), instruction[2].strip()))
    return found


def comes_back(code, first, last):
    """Whether the jump at `last` is reached from `first` within the span: a rare case that stands behind the function's
    end jumps backwards too, but is no loop."""
    span = [(address, text) for address, text in code if first <= address <= last]
    place = {address: i for i, (address, _) in enumerate(span)}
    seen, open_ = set(), [0]
    while open_:
        i = open_.pop()
        if i in seen or i >= len(span):
            continue
        seen.add(i)
        text = span[i][1]
        jump = JUMP.match(text)
        if jump and int(jump[1], 16) in place:
            open_.append(place[int(jump[1], 16)])
        if not re.match(r"(bnd )?(ret|jmp)", text):
            open_.append(i + 1)
    return len(span) - 1 in seen


def innermost(code):
    """The instructions of each innermost loop of a function. A loop with a call is not one: the call's loops count."""
    start, spans = code[0][0], set()
    for address, text in code:
        jump = JUMP.match(text)
        if jump and start <= int(jump[1], 16) <= address and comes_back(code, int(jump[1], 16), address):
            spans.add((int(jump[1], 16), address))
    for first, last in sorted(spans):
        if not any((a, b) != (first, last) and first <= a and b <= last for a, b in spans):
            loop = [text for address, text in code if first <= address <= last]
            if not any(text.startswith("call") for text in loop):
                yield loop


def short_name(name):
    """The function's own name. Concepts in a mangled name are beyond older demanglers."""
    if not name.startswith("_ZN"):
        return re.sub(r"\(.*|<.*", "", name).split("::")[-1].strip()
    rest, last = name[3:], name
    while rest[:1].isdigit():
        digits = re.match(r"\d+", rest)[0]
        last, rest = rest[len(digits) : len(digits) + int(digits)], rest[len(digits) + int(digits) :]
    return last


def loops_of(path):
    for name, code in functions(path):
        if not code:
            continue
        # %rbp is an ordinary register unless the function makes it its frame.
        framed = any(re.match(r"mov +%rsp,%rbp", text) for _, text in code)
        stack = re.compile(r"\(%rsp|\(%rbp" if framed else r"\(%rsp")
        for loop in innermost(code):
            if not any(re.search(r"%[xyz]mm", text) for text in loop):
                continue
            yield {
                "function": short_name(name),
                "product": any(MULTIPLY.match(text) for text in loop),
                "instructions": len(loop),
                "stack": sum(bool(stack.search(text)) for text in loop),
                "vectors": sum(bool(stack.search(text)) and re.search(r"%[xyz]mm", text) is not None for text in loop),
                "text": loop,
            }


def compile_loops(compiler, level, include, folder, few):
    path = os.path.join(folder, "loops.o")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "loops.cpp")
    subprocess.run([compiler, "-std=c++20", "-O2", "-I", include, *LEVELS[level], *(["-DQUANTYPE_FEW"] if few else []),
                    '-DQUANTYPE_EXPECT_ARCH="%s"' % level, "-c", source, "-o", path], check=True)
    return list(loops_of(path))


def count(compilers, levels, include, few):
    print("references to the stack in innermost vector loops, -O2")
    print("%-12s %-12s %8s %6s   %8s %6s" % ("level", "compiler", "products", "stack", "others", "stack"))
    record = []
    for level in levels:
        for compiler in compilers:
            name = os.path.basename(compiler)
            with tempfile.TemporaryDirectory() as folder:
                loops = compile_loops(compiler, level, include, folder, few)
            products = [l for l in loops if l["product"]]
            others = [l for l in loops if not l["product"]]
            print("%-12s %-12s %8d %6d   %8d %6d" % (level, name, len(products), sum(l["stack"] for l in products),
                                                    len(others), sum(l["stack"] for l in others)))
            for l in loops:
                if l["stack"]:
                    print("    %s: %d of %d instructions%s" % (l["function"], l["stack"], l["instructions"],
                                                               ", a product" if l["product"] else ""))
            sys.stdout.flush()
            if not products:
                raise SystemExit("FAILED: %s, %s: no loop that multiplies was found" % (level, name))
            record += [{"level": level, "compiler": name, **{k: v for k, v in l.items() if k != "text"}} for l in loops]
    return record


def self_test(compilers):
    for compiler in compilers:
        for kind, spilled in (("volatile __m128i", True), ("__m128i", False)):
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "planted.cpp")
                text = PLANTED % kind
                if spilled:  # a C++ class type has no volatile assignment; a vector type has
                    text = text.replace("volatile __m128i kept = _mm_setzero_si128()", "volatile __m128i kept{}")
                with open(path, "w") as file:
                    file.write(text)
                subprocess.run([compiler, "-O2", "-c", path, "-o", path + ".o"], check=True)
                loops = [l for l in loops_of(path + ".o") if l["product"]]
            found = sum(l["stack"] for l in loops)
            print("self-test: %s, %s: %d loops, %d references" % (os.path.basename(compiler), kind, len(loops), found))
            if not loops or (found > 0) != spilled:
                raise SystemExit("FAILED: the planted spill is not told from a clean loop")


def main(arguments):
    if not shutil.which("objdump"):
        raise SystemExit("spills.py: needs objdump")
    mode, rest = arguments[0], arguments[1:]
    if mode == "self-test":
        return self_test(rest)
    results = rest.pop(0) if mode == "all" else None
    record = count(rest[1:], LEVELS if mode == "all" else FEW, rest[0], mode == "few")
    if results:
        with open(os.path.join(results, "spills.json"), "w") as file:
            json.dump(record, file, indent=1)
    products = [l for l in record if l["product"]]
    bad = [l for l in products if l["vectors"] or l["stack"] > KNOWN.get(l["function"], 0)]
    for l in bad:
        print("FAILED: %(level)s, %(compiler)s, %(function)s: %(stack)d references to the stack, "
              "%(vectors)d with a vector" % l)
    print("%d loops of products: %d with a vector on the stack, %d that read a distance from it (known), %d failed" % (
        len(products), sum(l["vectors"] > 0 for l in products), sum(l["stack"] > 0 and l not in bad for l in products),
        len(bad)))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
