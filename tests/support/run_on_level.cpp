// SPDX-License-Identifier: BSL-1.0
// usage: run_on_level <level> <program>
// Runs a program that was built for an arch level, or says loudly that this CPU cannot and returns 77 (skipped). It is
// a program of its own because one built for the level could stop at an unknown instruction before its first line.
#include <unistd.h>

#include <cstdio>
#include <string_view>

namespace {

constexpr int skipped = 77;

bool cpu_has(std::string_view level) {
    if (level == "sse2") return __builtin_cpu_supports("sse2") != 0;
    if (level == "sse4_1") return __builtin_cpu_supports("sse4.1") != 0;
    if (level == "avx2") return __builtin_cpu_supports("avx2") != 0;
    if (level == "emulated_avx512bw") return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
    if (level == "avx512bw") {
        return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512cd") != 0 &&
               __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512bw") != 0;
    }
    return false;
}

}  // namespace

int main(int count, char** words) {
    if (count != 3) {
        std::fprintf(stderr, "usage: run_on_level <level> <program>\n");
        return 2;
    }
    if (!cpu_has(words[1])) {
        std::printf("SKIPPED: this CPU has no %s, so %s was not run\n", words[1], words[2]);
        return skipped;
    }
    execl(words[2], words[2], static_cast<char*>(nullptr));
    std::perror(words[2]);
    return 2;
}
