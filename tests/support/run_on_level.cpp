// SPDX-License-Identifier: BSL-1.0
// usage: run_on_level <level> <program>
// Runs a program that was built for an arch level, or says loudly that this CPU cannot and returns 77 (skipped). It is
// a program of its own because one built for the level could stop at an unknown instruction before its first line.
#include <cpuid.h>
#include <unistd.h>

#include <cstdio>
#include <string_view>

namespace {

constexpr int skipped = 77;

bool has_avx512bw() {
    return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512cd") != 0 &&
           __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512bw") != 0;
}
/// GCC 12 does not know it by name: leaf 7.1, EAX bit 4 (Intel's manual, CPUID).
bool has_avxvnni() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a >> 4U & 1U) != 0;
}

bool cpu_has(std::string_view level) {
    if (level == "sse2") return __builtin_cpu_supports("sse2") != 0;
    if (level == "sse4_1") return __builtin_cpu_supports("sse4.1") != 0;
    if (level == "avx2") return __builtin_cpu_supports("avx2") != 0;
    if (level == "avxvnni") return __builtin_cpu_supports("avx2") != 0 && has_avxvnni();
    if (level == "avx512bw") return has_avx512bw();
    if (level == "avx512vnni") return has_avx512bw() && __builtin_cpu_supports("avx512vnni") != 0;
    const bool emulated = level.starts_with("emulated_");
    return emulated && __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
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
