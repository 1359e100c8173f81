// SPDX-License-Identifier: BSL-1.0
// The recorded golden data: the folder of a group, its manifest, its arrays, and the closing line of a golden test.
#pragma once
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include "support/catch.hpp"

#include "support/npy.hpp"

#ifndef QUANTYPE_GOLDEN_DIR
#error "QUANTYPE_GOLDEN_DIR must name the folder of the recorded golden data"
#endif

namespace support {

using json = nlohmann::ordered_json;

/// A number of the manifest: JSON numbers as they are, "inf", "-inf", "nan" as strings.
inline double number(const json& j) {
    if (!j.is_string()) return j.get<double>();
    const auto text = j.get<std::string>();
    if (text == "inf") return std::numeric_limits<double>::infinity();
    if (text == "-inf") return -std::numeric_limits<double>::infinity();
    if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
    throw std::runtime_error("manifest: not a number: " + text);
}

/// The float32 that was widened when it was recorded.
inline float number32(const json& j) { return static_cast<float>(number(j)); }

/// A list of float32, or one number as a list of one.
inline std::vector<float> numbers32(const json& j) {
    std::vector<float> values;
    if (!j.is_array()) return {number32(j)};
    for (const json& x : j) values.push_back(number32(x));
    return values;
}

/// One folder of the golden data. `present` is false when the folder is not on this machine.
struct golden_group {
    std::string name{};
    std::string folder{};
    bool present = false;
    json manifest{};

    explicit golden_group(std::string group, const std::string& root = QUANTYPE_GOLDEN_DIR)
        : name(std::move(group)), folder(root + "/" + name) {
        std::ifstream in(folder + "/manifest.json");
        present = static_cast<bool>(in);
        if (present) manifest = json::parse(in);
    }

    const json& cases() const { return manifest.at("cases"); }
    npy_array load(const std::string& file) const { return read_npy(folder + "/" + file); }
    /// Array of a file name or of a tensor descriptor {file, ...}.
    npy_array load(const json& j) const {
        return load(j.is_string() ? j.get<std::string>() : j.at("file").get<std::string>());
    }
    std::vector<float> floats(const json& j) const { return elements<float>(load(j)); }
};

/// The line that CI reads.
inline void report(const golden_group& g, std::size_t run, std::size_t skipped) {
    std::printf("golden %s: %zu cases run, %zu skipped\n", g.name.c_str(), run, skipped);
    std::fflush(stdout);
}

/// True when the group's data are here. Otherwise says so, loudly, and prints the closing line with nothing run.
inline bool available(const golden_group& g) {
    if (g.present) return true;
    WARN("SKIPPED golden " << g.name << ": no " << g.folder << "/manifest.json");
    report(g, 0, 0);
    return false;
}

}  // namespace support
