// SPDX-License-Identifier: BSL-1.0
// What the fuzz targets share: a property that must hold, and equality of tensors.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

#include <quantype/host/error.hpp>
#include <quantype/host/tensor.hpp>
#include <quantype/io/weights.hpp>

namespace fuzz {

/// Ends the program when a property does not hold, so that the fuzzer keeps the input.
inline void require(bool holds, const char* property) {
    if (holds) return;
    std::fprintf(stderr, "property broken: %s\n", property);
    std::abort();
}

inline bool equal(const quantype::any_tensor& a, const quantype::any_tensor& b) {
    return a.type == b.type && a.extents == b.extents && a.bytes == b.bytes;
}

inline bool equal(const quantype::tensor_map& a, const quantype::tensor_map& b) {
    if (a.size() != b.size()) return false;
    for (const auto& [name, t] : a) {
        const auto found = b.find(name);
        if (found == b.end() || !equal(t, found->second)) return false;
    }
    return true;
}

/// True when `action` raises quantype::error; every other exception leaves and ends the program.
template <class Action>
bool refused(const Action& action) {
    try {
        action();
    } catch (const quantype::error& e) {
        require(e.what()[0] != '\0', "an error has a text");
        return true;
    }
    return false;
}

inline std::span<const std::byte> bytes_of(const std::uint8_t* data, std::size_t size) {
    return std::as_bytes(std::span(data, size));
}

}  // namespace fuzz
