// SPDX-License-Identifier: BSL-1.0
// The choice of an arch level at run time: what the CPU has, compared with the compiler's own detection and with
// /proc/cpuinfo, and what is chosen or refused on CPUs that this machine is not.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <quantype/run/level_model.hpp>
#include <set>
#include <sstream>

namespace {

namespace qz = quantype;
namespace levels = quantype::levels;
using qz::detail::level_state;

/// Words of the line that names the CPU's features; empty where there is no such file.
std::set<std::string> features_by_the_kernel() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with("flags") && !line.starts_with("Features")) continue;
        std::istringstream words(line.substr(line.find(':') + 1));
        std::set<std::string> all;
        for (std::string word; words >> word;) all.insert(word);
        return all;
    }
    return {};
}

/// All levels; `built` and `on_cpu` name those that are.
std::vector<level_state> states(const std::set<std::string_view>& built, const std::set<std::string_view>& on_cpu) {
    std::vector<level_state> all = qz::detail::states_of(levels::list<>{}, levels::all{});
    for (level_state& s : all) s.built = built.contains(s.name), s.on_cpu = on_cpu.contains(s.name);
    return all;
}
const std::set<std::string_view> old_cpu{"sse2", "sse4.1"}, this_kind{"sse2", "sse4.1", "avx2"},
    server{"sse2", "sse4.1", "avx2", "avx512bw", "avx512vnni"}, program{"sse2", "avx2", "avx512vnni"};

std::string chosen(const std::set<std::string_view>& built, const std::set<std::string_view>& on_cpu,
                   std::string_view wanted = {}) {
    return std::string(qz::detail::choose_level(states(built, on_cpu), wanted));
}

}  // namespace

TEST_CASE("levels: the CPU's are those that others find") {
#if defined(__x86_64__)
    CHECK(levels::sse2::on_cpu());
    CHECK(levels::sse4_1::on_cpu() == (__builtin_cpu_supports("sse4.1") != 0));
    CHECK(levels::avx2::on_cpu() == (__builtin_cpu_supports("avx2") != 0));
    CHECK(levels::avx512bw::on_cpu() ==
          (__builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
           __builtin_cpu_supports("avx512cd") != 0));
    CHECK(levels::avx512vnni::on_cpu() == (levels::avx512bw::on_cpu() && __builtin_cpu_supports("avx512vnni") != 0));
    CHECK_FALSE(levels::neon64::on_cpu());
    CHECK_FALSE(levels::generic::on_cpu());
    const std::set<std::string> features = features_by_the_kernel();
    if (!features.empty()) CHECK(levels::avxvnni::on_cpu() == features.contains("avx_vnni"));
#elif defined(__aarch64__)
    CHECK(levels::neon64::on_cpu());
    CHECK_FALSE(levels::sse2::on_cpu());
#endif
    for (const std::string_view name : qz::cpu_levels()) CHECK(chosen({name}, {name}) == name);
    const auto here = qz::cpu_levels();
    CHECK(std::count(here.begin(), here.end(), qz::this_level::name) == 1);
}

TEST_CASE("levels: the best that is built and on the CPU, or the one that is named") {
    CHECK(chosen(program, old_cpu) == "sse2");
    CHECK(chosen(program, this_kind) == "avx2");
    CHECK(chosen(program, server) == "avx512vnni");
    CHECK(chosen(program, server, "avx2") == "avx2");
    CHECK(chosen(program, server, "sse2") == "sse2");
    CHECK(chosen({"neon64", "i8mm", "dotprod"}, {"neon64", "dotprod"}) == "dotprod");
}

TEST_CASE("levels: what is missing is named") {
    CHECK_THROWS_WITH(chosen(program, this_kind, "avx512vnni"),
                      "level \"avx512vnni\" is asked for, and this CPU lacks it: it has sse2, sse4.1, avx2; "
                      "the program is built for sse2, avx2, avx512vnni");
    CHECK_THROWS_WITH(chosen(program, this_kind, "sse4.1"),
                      "level \"sse4.1\" is asked for, and the program is not built for it: it is for sse2, "
                      "avx2, avx512vnni; the CPU has sse2, sse4.1, avx2");
    CHECK_THROWS_WITH(chosen(program, this_kind, "avx3"),
                      "level \"avx3\" is asked for, and there is no such level; the program is built for "
                      "sse2, avx2, avx512vnni, the CPU has sse2, sse4.1, avx2");
    CHECK_THROWS_WITH(chosen({"avx2", "avx512bw"}, old_cpu),
                      "this program is built for levels that this CPU lacks: avx2, avx512bw; the CPU has "
                      "sse2, sse4.1");
}
