// SPDX-License-Identifier: BSL-1.0
// A folder of .npy files as a set of named tensors.
#pragma once
#include <filesystem>
#include <string>
#include <system_error>

#include <quantype/host/error.hpp>
#include <quantype/host/tensor.hpp>
#include <quantype/io/npy.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Every `<tensor name>.npy` of a folder, e.g. "layer1.0.conv1.weight.npy". Files with another ending and folders
/// inside are left alone. Refuses a folder that cannot be listed or holds no .npy file, and whatever load_npy refuses.
inline tensor_map load_npy_directory(const std::string& folder) {
    std::error_code failure;
    std::filesystem::directory_iterator entry(folder, failure);
    tensor_map out;
    for (; !failure && entry != std::filesystem::directory_iterator(); entry.increment(failure)) {
        const std::filesystem::path& path = entry->path();
        if (path.extension() == ".npy") out.emplace(path.stem().string(), load_npy(path.string()));
    }
    if (failure) raise(folder + ": cannot list the folder: " + failure.message());
    if (out.empty()) raise(folder + ": the folder holds no .npy file");
    return out;
}

QUANTYPE_END_NAMESPACE
