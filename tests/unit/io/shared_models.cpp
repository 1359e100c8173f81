// SPDX-License-Identifier: BSL-1.0
// The readers over the files of real trained models: every one is read, and values that lie there twice are equal.
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <quantype/io/npy.hpp>
#include <quantype/io/npy_directory.hpp>
#include <quantype/io/safetensors.hpp>
#include <quantype/io/weights.hpp>

#ifndef QUANTYPE_MODELS_DIR
#define QUANTYPE_MODELS_DIR "../shared/models"
#endif

namespace fs = std::filesystem;
using namespace quantype;

namespace {

const std::string models_dir = QUANTYPE_MODELS_DIR;

bool absent() {
    if (fs::is_directory(models_dir)) return false;
    WARN("SKIPPED models: no folder " + models_dir);
    return true;
}

std::vector<std::string> files_with(const std::string& extension) {
    std::vector<std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(models_dir)) {
        if (entry.is_regular_file() && entry.path().extension() == extension) out.push_back(entry.path().string());
    }
    return out;
}

bool same(const any_tensor& a, const any_tensor& b) {
    return a.type == b.type && a.extents == b.extents && a.bytes == b.bytes;
}

}  // namespace

TEST_CASE("shared_models: every safetensors file is read, written and read again") {
    if (absent()) return;
    std::size_t tensors = 0;
    const auto files = files_with(".safetensors");
    CHECK_FALSE(files.empty());
    for (const std::string& path : files) {
        const tensor_file file = load_safetensors_file(path);
        const auto again = parse_safetensors(safetensors_bytes(file.tensors, file.metadata, path), path);
        CHECK(again.metadata == file.metadata);
        REQUIRE(again.tensors.size() == file.tensors.size());
        for (const auto& [name, t] : file.tensors) {
            if (!same(t, again.tensors.at(name))) FAIL(path << ": " << name);
            if (t.type == float32) CHECK_NOTHROW(get<float>(file.tensors, name, t.extents, path));
            ++tensors;
        }
    }
    std::printf("shared models: %zu safetensors files, %zu tensors read\n", files.size(), tensors);
}

TEST_CASE("shared_models: every npy file is read and written unchanged") {
    if (absent()) return;
    const auto files = files_with(".npy");
    CHECK_FALSE(files.empty());
    for (const std::string& path : files) {
        const any_tensor t = load_npy(path);
        if (!same(t, parse_npy(npy_bytes(t, path), path))) FAIL(path);
    }
    std::printf("shared models: %zu npy files read\n", files.size());
}

TEST_CASE("shared_models: weights.safetensors equals the npy files beside it") {
    if (absent()) return;
    std::size_t models = 0;
    std::size_t tensors = 0;
    for (const auto& entry : fs::directory_iterator(models_dir)) {
        const std::string file = (entry.path() / "weights.safetensors").string();
        const std::string folder = (entry.path() / "weights").string();
        if (!fs::exists(file) || !fs::is_directory(folder)) continue;
        const tensor_map a = load_safetensors(file);
        const tensor_map b = load_npy_directory(folder);
        REQUIRE(a.size() == b.size());
        for (const auto& [name, t] : a) {
            if (!b.contains(name) || !same(t, b.at(name))) FAIL(file << ": " << name);
            ++tensors;
        }
        ++models;
    }
    CHECK(models > 0);
    std::printf("shared models: %zu tensors of %zu models equal their npy files\n", tensors, models);
}
