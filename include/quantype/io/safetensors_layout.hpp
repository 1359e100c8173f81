// SPDX-License-Identifier: BSL-1.0
// The JSON header of a safetensors file: one entry a tensor, checked before any data is touched.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <quantype/core/dtype.hpp>
#include <quantype/core/shape.hpp>
#include <quantype/host/error.hpp>
#include <quantype/io/element.hpp>
#include <quantype/io/in_quotes.hpp>
#include <quantype/io/json.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// The format's name of a dtype, e.g. "F32"; empty when it has none (the quantized dtypes).
constexpr std::string_view safetensors_name(dtype d) {
    switch (d) {
        case dtype::float16: return "F16";
        case dtype::float32: return "F32";
        case dtype::float64: return "F64";
        case dtype::int8: return "I8";
        case dtype::uint8: return "U8";
        case dtype::int16: return "I16";
        case dtype::uint16: return "U16";
        case dtype::int32: return "I32";
        case dtype::int64: return "I64";
        case dtype::boolean: return "BOOL";
        default: return "";
    }
}

namespace detail {

/// One tensor of the header; offsets in bytes from the start of the data section.
struct safetensors_entry {
    std::string name;
    dtype type = dtype::none;
    shape extents{};
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

inline const json& member(const json& entry, const char* key, const std::string& where) {
    const auto found = entry.find(key);
    if (found == entry.end()) raise(where + "the key \"" + key + "\" is missing");
    return *found;
}

inline std::vector<std::uint64_t> unsigned_list(const json& list, const char* key, const std::string& where) {
    if (!list.is_array()) raise(where + key + " is not a list");
    std::vector<std::uint64_t> out;
    for (const json& item : list) {
        if (!item.is_number_unsigned()) {
            raise(where + key + " holds something else than whole numbers of 0 to 2^64 - 1");
        }
        out.push_back(item.get<std::uint64_t>());
    }
    return out;
}

inline dtype safetensors_dtype(const json& value, const std::string& where) {
    if (!value.is_string()) raise(where + "dtype is not a text");
    const auto& text = value.get_ref<const std::string&>();
    for (const dtype d : {dtype::float16, dtype::float32, dtype::float64, dtype::int8, dtype::uint8, dtype::int16,
                          dtype::uint16, dtype::int32, dtype::int64, dtype::boolean}) {
        if (text == safetensors_name(d)) return d;
    }
    raise(where + "dtype " + in_quotes(text) +
          " is not supported; supported are F16 F32 F64 I8 U8 I16 U16 I32 I64 BOOL");
}

/// Checks one entry by itself: keys, dtype, shape, and that its offsets span what shape and dtype take.
inline safetensors_entry read_entry(const std::string& name, const json& entry, std::uint64_t data_size,
                                    const std::string& where) {
    if (!entry.is_object()) raise(where + "the entry is not an object");
    for (const auto& item : entry.items()) {
        if (item.key() != "dtype" && item.key() != "shape" && item.key() != "data_offsets") {
            raise(where + "unknown key " + in_quotes(item.key()));
        }
    }
    safetensors_entry out{name, safetensors_dtype(member(entry, "dtype", where), where), {}, 0, 0};
    out.extents = checked_shape(unsigned_list(member(entry, "shape", where), "shape", where), out.type, where);
    const auto offsets = unsigned_list(member(entry, "data_offsets", where), "data_offsets", where);
    if (offsets.size() != 2) raise(where + "data_offsets has " + std::to_string(offsets.size()) + " numbers, not 2");
    out.begin = offsets[0];
    out.end = offsets[1];
    const std::string range = "data_offsets [" + std::to_string(out.begin) + ", " + std::to_string(out.end) + "]";
    if (out.begin > out.end) raise(where + range + " end before they begin");
    if (out.end > data_size) {
        raise(where + range + " end past the data section of " + std::to_string(data_size) + " bytes");
    }
    const std::uint64_t expected = checked_byte_count(out.extents, out.type, where);
    if (out.end - out.begin != expected) {
        raise(where + range + " span " + std::to_string(out.end - out.begin) + " bytes where shape " +
              to_string(out.extents) + " of " + std::string(name_of(out.type)) + " takes " + std::to_string(expected));
    }
    return out;
}

/// Checks the entries together: sorted by offset they fill the data section without overlap, hole or rest.
inline void check_contiguous(std::vector<safetensors_entry>& entries, std::uint64_t data_size,
                             const std::string& name) {
    std::sort(entries.begin(), entries.end(),
              [](const auto& a, const auto& b) { return a.begin != b.begin ? a.begin < b.begin : a.end < b.end; });
    std::uint64_t filled = 0;
    const safetensors_entry* previous = nullptr;
    for (const safetensors_entry& e : entries) {
        const std::string where = name + ": tensor " + in_quotes(e.name) + ": data_offsets [" +
                                  std::to_string(e.begin) + ", " + std::to_string(e.end) + "] ";
        if (e.begin < filled) {
            raise(where + "overlap tensor " + in_quotes(previous->name) + ", which ends at " + std::to_string(filled));
        }
        if (e.begin > filled) {
            raise(where + "leave a hole of " + std::to_string(e.begin - filled) + " bytes after byte " +
                  std::to_string(filled) + " of the data section");
        }
        filled = e.end;
        previous = &e;
    }
    if (filled != data_size) {
        raise(name + ": " + std::to_string(data_size - filled) + " bytes after the last tensor, which ends at byte " +
              std::to_string(filled) + " of the data section");
    }
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
