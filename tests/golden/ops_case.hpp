// SPDX-License-Identifier: BSL-1.0
// What the ops_*.cpp golden tests share: reading cases and tensors, comparing codes, counting.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <quantype/kernel/contract/quantize.hpp>
#include <quantype/kernel/scalar/layout.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/catch.hpp"

#ifndef QUANTYPE_GOLDEN_DIR
#define QUANTYPE_GOLDEN_DIR "../shared/pytorch/golden"
#endif

namespace ops {

namespace qz = quantype;
using nlohmann::json;

inline std::size_t product(const std::vector<int>& dims) {
    std::size_t n = 1;
    for (int d : dims) n *= static_cast<std::size_t>(d);
    return n;
}

inline constexpr std::size_t any_count = static_cast<std::size_t>(-1);

/// Raw elements of a .npy file (version 1, C order); refuses another dtype or another number of elements.
template <class T>
std::vector<T> read_npy(const std::string& path, const std::string& descr, std::size_t count = any_count) {
    std::ifstream in(path, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (bytes.size() < 10 || bytes.compare(0, 6, "\x93NUMPY") != 0)
        throw std::runtime_error(path + ": not a .npy file");
    const std::size_t header = 10 + static_cast<unsigned char>(bytes[8]) + 256U * static_cast<unsigned char>(bytes[9]);
    const std::string text = bytes.substr(10, header - 10);
    if (text.find("'" + descr + "'") == std::string::npos || text.find("'fortran_order': False") == std::string::npos)
        throw std::runtime_error(path + ": expected " + descr + " in C order, header is " + text);
    if (count == any_count) count = (bytes.size() - header) / sizeof(T);
    if (bytes.size() != header + count * sizeof(T)) throw std::runtime_error(path + ": wrong number of elements");
    std::vector<T> values(count);
    if (count) std::memcpy(values.data(), bytes.data() + header, count * sizeof(T));
    return values;
}

/// One tensor of a case: codes (as int) or floats, with qparams.
struct tensor {
    std::vector<int> dims;
    std::string dtype;
    std::vector<int> codes;
    std::vector<float> values;
    std::vector<double> scales;
    std::vector<int> zero_points;

    double scale() const { return scales.at(0); }
    int zero_point() const { return zero_points.at(0); }
    int dim(int i) const { return dims.at(static_cast<std::size_t>(i)); }
    int rank() const { return static_cast<int>(dims.size()); }
    int count() const { return static_cast<int>(product(dims)); }
    template <class Code>
    std::vector<Code> as() const {
        return {codes.begin(), codes.end()};
    }
    /// Scale of channel c: per channel, or the one of the tensor.
    double scale_of(int c) const { return scales.size() == 1 ? scales[0] : scales.at(static_cast<std::size_t>(c)); }
};

inline tensor read_tensor(const std::string& folder, const json& j) {
    tensor t;
    t.dims = j.at("shape").get<std::vector<int>>();
    t.dtype = j.at("dtype").get<std::string>();
    const std::string path = folder + "/" + j.at("file").get<std::string>();
    if (t.dtype == "float32") {
        t.values = read_npy<float>(path, "<f4", product(t.dims));
        return t;
    }
    if (t.dtype == "quint8") {
        const auto raw = read_npy<std::uint8_t>(path, "|u1", product(t.dims));
        t.codes.assign(raw.begin(), raw.end());
    } else {
        const auto raw = read_npy<std::int8_t>(path, "|i1", product(t.dims));
        t.codes.assign(raw.begin(), raw.end());
    }
    if (j.at("qscheme") == "per_channel") {
        t.scales = j.at("scales").get<std::vector<double>>();
        t.zero_points = j.at("zero_points").get<std::vector<int>>();
    } else {
        t.scales = {j.at("scale").get<double>()};
        t.zero_points = {j.at("zero_point").get<int>()};
    }
    return t;
}

/// Codes NCHW -> NHWC and back, for any spatial extent.
template <class Code>
std::vector<Code> permuted(const std::vector<Code>& x, int n, int c, int h, int w, bool to_nchw) {
    std::vector<Code> y(x.size());
    qz::kernel::permute_config config{n, {h, w, c}, to_nchw};
    qz::kernel::scalar::permute_loop<Code>(config, {x.data(), y.data()});
    return y;
}

/// Compares with the recorded output; codes, or floats bit by bit.
struct checker {
    tensor expected;
    std::size_t differing = 0;

    template <class Code>
    void codes(const std::vector<Code>& got) {
        REQUIRE(got.size() == expected.codes.size());
        for (std::size_t i = 0; i < got.size(); ++i)
            if (static_cast<int>(got[i]) != expected.codes[i]) ++differing;
    }
    void floats(const std::vector<float>& got) {
        REQUIRE(got.size() == expected.values.size());
        for (std::size_t i = 0; i < got.size(); ++i)
            if (std::memcmp(&got[i], &expected.values[i], sizeof(float)) != 0) ++differing;
    }
};

/// One case: reads its tensors by name.
struct test_case {
    const std::string& folder;
    const json& j;
    tensor at(const char* name) const { return read_tensor(folder, j.at(name)); }
    bool has(const char* name) const { return j.contains(name) && !j.at(name).is_null(); }
    const json& attrs() const { return j.at("attrs"); }
    double output_scale() const { return j.at("output_scale").get<double>(); }
    int output_zero_point() const { return j.at("output_zero_point").get<int>(); }
};

/// Runs a case and gives the result to the checker; throws or returns.
using handler = std::function<void(const test_case&, checker&)>;
/// Why an op is not run here.
using reasons = std::map<std::string, std::string>;

/// Runs every case of a group: ops with a handler are compared with the output of the engine qnnpack (where that
/// refused, with onednn's), ops in `skips` are named with the reason, anything else fails.
inline void run_group(const std::string& group, const std::map<std::string, handler>& handlers, const reasons& skips) {
    const std::string folder = std::string(QUANTYPE_GOLDEN_DIR) + "/" + group;
    std::ifstream file(folder + "/manifest.json");
    if (!file) {
        WARN("SKIPPED golden " + group + ": no " + folder + "/manifest.json");
        std::printf("golden %s: 0 cases run, 1 skipped\n", group.c_str());
        return;
    }
    int run = 0, skipped = 0;
    const json manifest = json::parse(file);
    for (const json& j : manifest.at("cases")) {
        const std::string op = j.at("op").get<std::string>(), id = j.at("id").get<std::string>();
        INFO(group << " " << id);
        const json& outputs = j.at("outputs");
        const json& mobile = outputs.contains("both") ? outputs.at("both") : outputs.at("qnnpack");
        const json& expected = mobile.contains("error") && outputs.contains("onednn") ? outputs.at("onednn") : mobile;
        if (skips.count(op) || expected.contains("error")) {
            std::printf("skipped %s: %s\n", id.c_str(), skips.count(op) ? skips.at(op).c_str() : "no engine ran it");
            ++skipped;
            continue;
        }
        REQUIRE(handlers.count(op) == 1);
        checker check{read_tensor(folder, expected)};
        handlers.at(op)({folder, j}, check);
        INFO(check.differing << " of " << check.expected.count() << " values differ");
        CHECK(check.differing == 0);
        ++run;
    }
    std::printf("golden %s: %d cases run, %d skipped\n", group.c_str(), run, skipped);
    CHECK(run > 0);
}

}  // namespace ops
