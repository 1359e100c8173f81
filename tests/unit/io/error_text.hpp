// SPDX-License-Identifier: BSL-1.0
// What the tests of the readers share.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <quantype/host/error.hpp>

namespace io_test {

/// The text of the quantype::error that `action` raises; "(no error)" when it raises none.
template <class Action>
std::string error_text(const Action& action) {
    try {
        action();
    } catch (const quantype::error& e) {
        return e.what();
    }
    return "(no error)";
}

inline std::vector<std::byte> bytes_of(std::string_view text) {
    std::vector<std::byte> out;
    for (const char c : text) out.push_back(static_cast<std::byte>(c));
    return out;
}

inline std::string little_endian(std::uint64_t value, int size) {
    std::string out;
    for (int i = 0; i < size; ++i) out += static_cast<char>(static_cast<unsigned char>(value >> (8 * i) & 255U));
    return out;
}

}  // namespace io_test
