// SPDX-License-Identifier: BSL-1.0
// A small reader of .npy files for the tests: version 1, little endian, C order. Independent of the library's own
// reader, so that neither hides a fault of the other.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace support {

/// A whole .npy file. `descr` is numpy's type string: |u1 |i1 <i4 <i8 <f4 |b1.
struct npy_array {
    std::string descr{};
    std::vector<std::int64_t> shape{};
    std::vector<char> bytes{};

    std::int64_t count() const {
        std::int64_t n = 1;
        for (std::int64_t d : shape) n *= d;
        return n;
    }
};

inline npy_array read_npy(const std::string& path) {
    const auto refuse = [&](const char* why) { throw std::runtime_error(path + ": " + why); };
    std::ifstream in(path, std::ios::binary);
    if (!in) refuse("cannot be opened");
    const std::string all((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (all.size() < 10 || all.compare(0, 8, std::string("\x93NUMPY\x01\x00", 8)) != 0) refuse("not .npy version 1");
    const std::size_t length = static_cast<unsigned char>(all[8]) + 256u * static_cast<unsigned char>(all[9]);
    if (all.size() < 10 + length) refuse("the header is cut off");
    const std::string header = all.substr(10, length);
    if (header.find("'fortran_order': False") == std::string::npos) refuse("not in C order");

    npy_array a;
    const std::size_t descr = header.find("'descr': '");
    const std::size_t shape = header.find("'shape': (");
    if (descr == std::string::npos || shape == std::string::npos) refuse("no descr or shape");
    a.descr = header.substr(descr + 10, header.find('\'', descr + 10) - descr - 10);
    for (std::size_t i = shape + 10; i < header.size() && header[i] != ')';) {
        if (header[i] < '0' || header[i] > '9') {
            ++i;
            continue;
        }
        std::int64_t n = 0;
        for (; header[i] >= '0' && header[i] <= '9'; ++i) n = 10 * n + (header[i] - '0');
        a.shape.push_back(n);
    }
    a.bytes.assign(all.begin() + static_cast<std::ptrdiff_t>(10 + length), all.end());
    const std::int64_t width = a.descr.size() == 3 ? a.descr[2] - '0' : 0;
    if (static_cast<std::int64_t>(a.bytes.size()) != a.count() * width) refuse("its length does not fit its shape");
    return a;
}

template <class T>
constexpr const char* npy_descr() {
    if constexpr (std::is_same_v<T, float>) return "<f4";
    if constexpr (std::is_same_v<T, std::uint8_t>) return "|u1";
    if constexpr (std::is_same_v<T, std::int8_t>) return "|i1";
    if constexpr (std::is_same_v<T, std::int32_t>) return "<i4";
    if constexpr (std::is_same_v<T, std::int64_t>) return "<i8";
    return "?";
}

/// The elements as T, which must be the file's own type.
template <class T>
std::vector<T> elements(const npy_array& a) {
    if (a.descr != npy_descr<T>())
        throw std::runtime_error("npy: expected " + std::string(npy_descr<T>()) + ", have " + a.descr);
    std::vector<T> values(static_cast<std::size_t>(a.count()));
    if (!values.empty()) std::memcpy(values.data(), a.bytes.data(), a.bytes.size());
    return values;
}

/// The elements of any integer array (|u1 |i1 <i4 <i8 |b1), widened.
inline std::vector<std::int64_t> integers(const npy_array& a) {
    const auto widen = [](const auto& v) { return std::vector<std::int64_t>(v.begin(), v.end()); };
    if (a.descr == "|i1") return widen(elements<std::int8_t>(a));
    if (a.descr == "<i4") return widen(elements<std::int32_t>(a));
    if (a.descr == "<i8") return elements<std::int64_t>(a);
    if (a.descr == "|b1") {
        npy_array b = a;
        b.descr = "|u1";
        return widen(elements<std::uint8_t>(b));
    }
    return widen(elements<std::uint8_t>(a));
}

}  // namespace support
