// SPDX-License-Identifier: BSL-1.0
// Tensors from and to numpy's .npy files.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <quantype/host/error.hpp>
#include <quantype/host/tensor.hpp>
#include <quantype/io/atomic_file.hpp>
#include <quantype/io/element.hpp>
#include <quantype/io/npy_header.hpp>
#include <quantype/io/read_file.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Longest .npy header that is read, in bytes. A header of max_rank dimensions takes fewer than 256.
inline constexpr std::uint64_t max_npy_header_bytes = 65536;

namespace detail {

inline constexpr std::string_view npy_magic = "\x93NUMPY";

/// Where the header's text lies: after the magic, two version bytes and a length of 2 (version 1) or 4 bytes.
struct npy_layout {
    std::size_t header = 0;
    std::size_t data = 0;
};

inline npy_layout locate_npy_header(std::span<const std::byte> bytes, const std::string& name) {
    const auto byte_at = [&](std::size_t i) { return std::to_integer<std::uint8_t>(bytes[i]); };
    if (bytes.size() < 10) {
        raise(name + ": " + std::to_string(bytes.size()) + " bytes are too few for an .npy file");
    }
    for (std::size_t i = 0; i < npy_magic.size(); ++i) {
        if (byte_at(i) != static_cast<std::uint8_t>(npy_magic[i]))
            raise(name + ": not an .npy file (wrong magic bytes)");
    }
    const int major = byte_at(6);
    const int minor = byte_at(7);
    if (major < 1 || major > 3 || minor != 0) {
        raise(name + ": .npy version " + std::to_string(major) + "." + std::to_string(minor) +
              " is not supported, only 1.0, 2.0 and 3.0");
    }
    const std::size_t start = major == 1 ? 10 : 12;
    if (bytes.size() < start) raise(name + ": the file ends inside the header length");
    std::uint64_t length = 0;
    for (std::size_t i = start; i > 8; --i) length = length << 8U | byte_at(i - 1);
    if (length > max_npy_header_bytes) {
        raise(name + ": header length " + std::to_string(length) + ", the limit is " +
              std::to_string(max_npy_header_bytes));
    }
    if (length > bytes.size() - start) {
        raise(name + ": header length " + std::to_string(length) + " goes past the end of the file of " +
              std::to_string(bytes.size()) + " bytes");
    }
    return {start, start + static_cast<std::size_t>(length)};
}

inline void append_text(std::vector<std::byte>& out, std::string_view text) {
    for (const char c : text) out.push_back(static_cast<std::byte>(c));
}

}  // namespace detail

/// The tensor in the bytes of an .npy file of version 1.0, 2.0 or 3.0: little-endian, C order, one array and nothing
/// after it, dtypes f2 f4 f8 i1 i2 i4 i8 u1 u2 b1, at most max_rank dimensions. Everything else is refused; `name`
/// starts the error.
inline any_tensor parse_npy(std::span<const std::byte> bytes, const std::string& name) {
    const detail::npy_layout layout = detail::locate_npy_header(bytes, name);
    std::string header;
    for (const std::byte b : bytes.subspan(layout.header, layout.data - layout.header)) {
        header += static_cast<char>(std::to_integer<unsigned char>(b));
    }
    if (!header.ends_with('\n')) raise(name + ": the header does not end in a newline");
    detail::npy_header_parser parser(header, name + ": ");
    parser.parse();
    const auto data = bytes.subspan(layout.data);
    any_tensor out{parser.type(), checked_shape(parser.extents(), parser.type(), name + ": "), {}};
    const std::uint64_t expected = checked_byte_count(out.extents, out.type, name + ": ");
    if (data.size() != expected) {
        raise(name + ": " + std::to_string(data.size()) + " bytes of data where shape " + to_string(out.extents) +
              " of " + std::string(name_of(out.type)) + " takes " + std::to_string(expected));
    }
    out.bytes.assign(data.begin(), data.end());
    check_consistent(out, name + ": ");
    return out;
}

/// Reads an .npy file; see parse_npy for what is taken.
inline any_tensor load_npy(const std::string& path) { return parse_npy(read_file(path), path); }

/// The bytes of an .npy file, version 1.0, the data starting at a multiple of 64. Refuses the quantized dtypes, which
/// numpy lacks: save their codes as int8, uint8 or int32. `name` starts the error.
inline std::vector<std::byte> npy_bytes(const any_tensor& t, const std::string& name) {
    const std::string_view descr = npy_descr(t.type);
    if (descr.empty()) raise(name + ": dtype " + std::string(name_of(t.type)) + " has no .npy form");
    check_consistent(t, name + ": ");
    std::string header = "{'descr': '" + std::string(descr) + "', 'fortran_order': False, 'shape': (";
    for (int i = 0; i < t.extents.rank; ++i) header += (i > 0 ? ", " : "") + std::to_string(t.extents[i]);
    header += t.extents.rank == 1 ? ",), }" : "), }";
    while ((10 + header.size() + 1) % 64 != 0) header += ' ';
    header += '\n';
    std::vector<std::byte> out;
    out.reserve(10 + header.size() + t.bytes.size());
    detail::append_text(out, detail::npy_magic);
    for (const std::size_t b : {std::size_t{1}, std::size_t{0}, header.size() & 255U, header.size() >> 8U}) {
        out.push_back(static_cast<std::byte>(b));
    }
    detail::append_text(out, header);
    out.insert(out.end(), t.bytes.begin(), t.bytes.end());
    return out;
}

/// Writes an .npy file, whole or not at all.
inline void save_npy(const std::string& path, const any_tensor& t) { write_file_atomically(path, npy_bytes(t, path)); }

QUANTYPE_END_NAMESPACE
