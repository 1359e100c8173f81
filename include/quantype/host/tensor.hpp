// SPDX-License-Identifier: BSL-1.0
// Owning tensors and named sets of them, for the host side.
#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <quantype/core/dtype.hpp>
#include <quantype/core/tensor_view.hpp>
#include <quantype/host/error.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Dense row-major tensor that owns its elements.
template <class T>
struct tensor {
    shape extents{};
    std::vector<T> data{};

    tensor() = default;
    explicit tensor(shape s) : extents(s), data(static_cast<std::size_t>(s.count())) {}
    tensor(shape s, std::vector<T> values) : extents(s), data(std::move(values)) {
        if (static_cast<std::int64_t>(data.size()) != s.count())
            raise("tensor: number of values does not match the shape");
    }
    tensor_view<T> view() { return {data.data(), extents}; }
    tensor_view<const T> view() const { return {data.data(), extents}; }
    std::int64_t count() const { return extents.count(); }
};

/// One entry of a file of tensors: raw little-endian bytes with their dtype and shape.
struct any_tensor {
    dtype type = dtype::none;
    shape extents{};
    std::vector<std::byte> bytes{};
};

/// Tensors by PyTorch name ("layer1.0.conv1.weight"), in alphabetical order.
using tensor_map = std::map<std::string, any_tensor>;

/// "[3, 3, 10]", as PyTorch prints a shape.
inline std::string to_string(const shape& s) {
    std::string text = "[";
    for (int i = 0; i < s.rank; ++i) text += (i ? ", " : "") + std::to_string(s[i]);
    return text + "]";
}

QUANTYPE_END_NAMESPACE
