// SPDX-License-Identifier: BSL-1.0
// Bytes and elements: sizes of dtypes, checked shapes, and the way between any_tensor and tensor<T>.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>

#include <quantype/core/dtype.hpp>
#include <quantype/core/shape.hpp>
#include <quantype/host/error.hpp>
#include <quantype/host/tensor.hpp>

QUANTYPE_BEGIN_NAMESPACE

static_assert(std::endian::native == std::endian::little, "the file readers copy little-endian data as it is");

/// Bytes of one element; 0 for dtypes without a whole number of bytes (quint4x2) or without elements (none).
constexpr std::size_t element_size(dtype d) {
    switch (d) {
        case dtype::float64:
        case dtype::int64: return 8;
        case dtype::float32:
        case dtype::qint32:
        case dtype::int32: return 4;
        case dtype::float16:
        case dtype::int16:
        case dtype::uint16: return 2;
        case dtype::quint8:
        case dtype::qint8:
        case dtype::int8:
        case dtype::uint8:
        case dtype::boolean: return 1;
        case dtype::none:
        case dtype::quint4x2: return 0;
    }
    return 0;
}

/// The plain dtype of a C++ type, e.g. float32 of float. Booleans are read and kept as std::uint8_t.
template <class T>
inline constexpr dtype dtype_of = dtype::none;
template <>
inline constexpr dtype dtype_of<float> = dtype::float32;
template <>
inline constexpr dtype dtype_of<double> = dtype::float64;
template <>
inline constexpr dtype dtype_of<std::int8_t> = dtype::int8;
template <>
inline constexpr dtype dtype_of<std::uint8_t> = dtype::uint8;
template <>
inline constexpr dtype dtype_of<std::int16_t> = dtype::int16;
template <>
inline constexpr dtype dtype_of<std::uint16_t> = dtype::uint16;
template <>
inline constexpr dtype dtype_of<std::int32_t> = dtype::int32;
template <>
inline constexpr dtype dtype_of<std::int64_t> = dtype::int64;

/// True when elements of dtype `d` are, bit for bit, values of T: the plain dtype or the codes of a quantized one.
template <class T>
constexpr bool holds(dtype d) {
    if (d == dtype_of<T>) return true;
    switch (dtype_of<T>) {
        case dtype::int8: return d == dtype::qint8;
        case dtype::uint8: return d == dtype::quint8 || d == dtype::boolean;
        case dtype::int32: return d == dtype::qint32;
        default: return false;
    }
}

/// Checked shape of a tensor found in a file: at most max_rank extents, each at most 2^31 - 1, and no product of them
/// (zeros left out, so that shape::count() cannot overflow on the way) takes 2^63 bytes or more. `where` starts the
/// error.
inline shape checked_shape(std::span<const std::uint64_t> extents, dtype d, const std::string& where) {
    if (extents.size() > static_cast<std::size_t>(max_rank)) {
        raise(where + std::to_string(extents.size()) + " dimensions, the limit is " + std::to_string(max_rank));
    }
    constexpr auto longest = static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max());
    constexpr auto most_bytes = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    shape s;
    std::uint64_t bytes = element_size(d);
    for (const std::uint64_t extent : extents) {
        if (extent > longest) {
            raise(where + "dimension " + std::to_string(s.rank) + " is " + std::to_string(extent) + ", the limit is " +
                  std::to_string(longest));
        }
        const std::uint64_t factor = extent == 0 ? 1 : extent;
        if (bytes > most_bytes / factor) raise(where + "the shape takes more than 2^63 bytes");
        bytes *= factor;
        s.dims[s.rank++] = static_cast<std::int32_t>(extent);
    }
    return s;
}

/// Bytes that a tensor of shape `s` takes. For shapes made by a program, so negative extents are refused too.
inline std::uint64_t checked_byte_count(const shape& s, dtype d, const std::string& where) {
    if (s.rank < 0 || s.rank > max_rank) raise(where + "rank " + std::to_string(s.rank) + " is out of range");
    std::uint64_t extents[max_rank] = {};
    for (int i = 0; i < s.rank; ++i) {
        if (s.dims[i] < 0) raise(where + "dimension " + std::to_string(i) + " is " + std::to_string(s.dims[i]));
        extents[i] = static_cast<std::uint64_t>(s.dims[i]);
    }
    const shape same = checked_shape(std::span(extents).first(static_cast<std::size_t>(s.rank)), d, where);
    return static_cast<std::uint64_t>(same.count()) * element_size(d);
}

/// Refuses a tensor whose number of bytes is not that of its shape and dtype, and booleans other than 0 and 1.
inline void check_consistent(const any_tensor& t, const std::string& where) {
    const std::uint64_t expected = checked_byte_count(t.extents, t.type, where);
    if (t.bytes.size() != expected) {
        raise(where + std::to_string(t.bytes.size()) + " bytes where shape " + to_string(t.extents) + " of " +
              std::string(name_of(t.type)) + " takes " + std::to_string(expected));
    }
    if (t.type != dtype::boolean) return;
    for (std::size_t i = 0; i < t.bytes.size(); ++i) {
        if (const auto b = std::to_integer<int>(t.bytes[i]); b > 1) {
            raise(where + "element " + std::to_string(i) + " is " + std::to_string(b) + " where a boolean is 0 or 1");
        }
    }
}

/// The elements as values of T, unchanged, NaN and infinity included. Refuses another dtype (see `holds`).
template <class T>
tensor<T> values_of(const any_tensor& t, const std::string& name = "tensor") {
    static_assert(dtype_of<T> != dtype::none, "T is float, double or an integer type of 8, 16, 32 or 64 bits");
    if (!holds<T>(t.type)) {
        raise(name + ": dtype " + std::string(name_of(t.type)) + " where " + std::string(name_of(dtype_of<T>)) +
              " is expected");
    }
    check_consistent(t, name + ": ");
    tensor<T> out(t.extents);
    if (!t.bytes.empty()) std::memcpy(out.data.data(), t.bytes.data(), t.bytes.size());
    return out;
}

/// The tensor as bytes. `d` may name a quantized dtype when T is the type of its codes; default: the plain dtype of T.
template <class T>
any_tensor to_any_tensor(const tensor<T>& t, dtype d = dtype_of<T>) {
    static_assert(dtype_of<T> != dtype::none, "T is float, double or an integer type of 8, 16, 32 or 64 bits");
    if (!holds<T>(d)) raise("to_any_tensor: elements are not of dtype " + std::string(name_of(d)));
    any_tensor out{d, t.extents, std::vector<std::byte>(t.data.size() * sizeof(T))};
    if (!out.bytes.empty()) std::memcpy(out.bytes.data(), t.data.data(), out.bytes.size());
    check_consistent(out, "to_any_tensor: ");
    return out;
}

QUANTYPE_END_NAMESPACE
