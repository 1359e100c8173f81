// SPDX-License-Identifier: BSL-1.0
// Text from a file, made safe to print in an error.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// `text` in double quotes, for an error message. Whatever is not printable ASCII becomes \xNN, so that a hostile file
/// cannot steer a terminal; text of more than 120 characters is cut and ends in "...".
inline std::string in_quotes(std::string_view text) {
    constexpr std::size_t longest = 120;
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text.substr(0, longest)) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (code >= 0x20 && code < 0x7f) {
            out += c;
        } else {
            out += "\\x";
            out += digits[code >> 4U];
            out += digits[code & 15U];
        }
    }
    if (text.size() > longest) out += "...";
    return out + '"';
}

QUANTYPE_END_NAMESPACE
