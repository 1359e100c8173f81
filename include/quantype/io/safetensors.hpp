// SPDX-License-Identifier: BSL-1.0
// Named tensors from and to safetensors files.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <quantype/host/error.hpp>
#include <quantype/host/tensor.hpp>
#include <quantype/io/atomic_file.hpp>
#include <quantype/io/element.hpp>
#include <quantype/io/in_quotes.hpp>
#include <quantype/io/json.hpp>
#include <quantype/io/read_file.hpp>
#include <quantype/io/safetensors_layout.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Longest JSON header that is read, in bytes; a model of 10,000 tensors takes about 1.5 million.
inline constexpr std::uint64_t max_safetensors_header_bytes = std::uint64_t{1} << 24U;

/// Texts of a file by key: the format's "__metadata__".
using metadata_map = std::map<std::string, std::string>;

/// What a safetensors file holds.
struct tensor_file {
    tensor_map tensors{};
    metadata_map metadata{};
};

namespace detail {

inline constexpr const char* metadata_key = "__metadata__";

inline std::uint64_t safetensors_header_length(std::span<const std::byte> bytes, const std::string& name) {
    if (bytes.size() < 8) {
        raise(name + ": " + std::to_string(bytes.size()) + " bytes are too few for a safetensors file");
    }
    std::uint64_t length = 0;
    for (std::size_t i = 8; i > 0; --i) length = length << 8U | std::to_integer<std::uint64_t>(bytes[i - 1]);
    if (length > bytes.size() - 8) {
        raise(name + ": header length " + std::to_string(length) + " goes past the end of the file of " +
              std::to_string(bytes.size()) + " bytes");
    }
    if (length > max_safetensors_header_bytes) {
        raise(name + ": header length " + std::to_string(length) + ", the limit is " +
              std::to_string(max_safetensors_header_bytes));
    }
    return length;
}

inline metadata_map read_metadata(const json& value, const std::string& name) {
    if (!value.is_object()) raise(name + ": __metadata__ is not an object");
    metadata_map out;
    for (const auto& item : value.items()) {
        if (!item.value().is_string()) raise(name + ": __metadata__ " + in_quotes(item.key()) + " is not a text");
        out.emplace(item.key(), item.value().get_ref<const std::string&>());
    }
    return out;
}

inline json parse_safetensors_header(std::span<const std::byte> bytes, const std::string& name) {
    std::string text;
    text.reserve(bytes.size());
    for (const std::byte b : bytes) text += static_cast<char>(std::to_integer<unsigned char>(b));
    if (!text.starts_with('{')) raise(name + ": the header does not start with '{'");
    return parse_json(text, name + ": header");
}

inline void check_written_name(const std::string& tensor, const std::string& where) {
    if (tensor.empty()) raise(where + "the name is empty");
    if (tensor == metadata_key) raise(where + "the name is reserved");
    if (!is_json_text(tensor)) raise(where + "the name is not valid UTF-8");
}

inline json metadata_json(const metadata_map& metadata, const std::string& name) {
    json out = json::object();
    for (const auto& [key, text] : metadata) {
        if (!is_json_text(key)) raise(name + ": metadata key " + in_quotes(key) + " is not valid UTF-8");
        if (!is_json_text(text)) raise(name + ": metadata " + in_quotes(key) + " is not valid UTF-8");
        out[key] = text;
    }
    return out;
}

/// Large elements first and then by name, so that every tensor starts at a multiple of its element size.
inline std::vector<const tensor_map::value_type*> writing_order(const tensor_map& tensors) {
    std::vector<const tensor_map::value_type*> order;
    for (const auto& item : tensors) order.push_back(&item);
    std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
        const std::size_t size_a = element_size(a->second.type);
        const std::size_t size_b = element_size(b->second.type);
        return size_a != size_b ? size_a > size_b : a->first < b->first;
    });
    return order;
}

inline json entry_json(const any_tensor& t, std::uint64_t begin) {
    json extents = json::array();
    for (int i = 0; i < t.extents.rank; ++i) extents.push_back(t.extents[i]);
    json offsets = json::array();
    offsets.push_back(begin);
    offsets.push_back(begin + t.bytes.size());
    json out = json::object();
    out["dtype"] = std::string(safetensors_name(t.type));
    out["shape"] = std::move(extents);
    out["data_offsets"] = std::move(offsets);
    return out;
}

}  // namespace detail

/// The tensors and metadata in the bytes of a safetensors file. Checked, with `name` and the tensor in the error:
/// header length, JSON (depth, duplicate names), dtype, rank, shape products, and that the data offsets fill the file
/// exactly.
inline tensor_file parse_safetensors(std::span<const std::byte> bytes, const std::string& name) {
    const auto length = static_cast<std::size_t>(detail::safetensors_header_length(bytes, name));
    const json header = detail::parse_safetensors_header(bytes.subspan(8, length), name);
    const auto data = bytes.subspan(8 + length);
    tensor_file out;
    std::vector<detail::safetensors_entry> entries;
    for (const auto& item : header.items()) {
        if (item.key() == detail::metadata_key) {
            out.metadata = detail::read_metadata(item.value(), name);
            continue;
        }
        const std::string where = name + ": tensor " + in_quotes(item.key()) + ": ";
        if (item.key().empty()) raise(where + "the name is empty");
        entries.push_back(detail::read_entry(item.key(), item.value(), data.size(), where));
    }
    detail::check_contiguous(entries, data.size(), name);
    for (const auto& e : entries) {
        const auto part = data.subspan(static_cast<std::size_t>(e.begin), static_cast<std::size_t>(e.end - e.begin));
        any_tensor t{e.type, e.extents, std::vector<std::byte>(part.begin(), part.end())};
        check_consistent(t, name + ": tensor " + in_quotes(e.name) + ": ");
        out.tensors.emplace(e.name, std::move(t));
    }
    return out;
}

/// Reads a safetensors file with its metadata; see parse_safetensors for what is refused.
inline tensor_file load_safetensors_file(const std::string& path) { return parse_safetensors(read_file(path), path); }

/// Reads the tensors of a safetensors file.
inline tensor_map load_safetensors(const std::string& path) { return load_safetensors_file(path).tensors; }

/// The bytes of a safetensors file; the same tensors and metadata always give the same bytes. Refuses the quantized
/// dtypes, which the format lacks: save their codes as int8, uint8 or int32 (write_model_file keeps the dtype as well).
inline std::vector<std::byte> safetensors_bytes(const tensor_map& tensors, const metadata_map& metadata,
                                                const std::string& name) {
    json header = json::object();
    if (!metadata.empty()) header[detail::metadata_key] = detail::metadata_json(metadata, name);
    const auto order = detail::writing_order(tensors);
    std::uint64_t size = 0;
    for (const auto* item : order) {
        const auto& [tensor, t] = *item;
        const std::string where = name + ": tensor " + in_quotes(tensor) + ": ";
        detail::check_written_name(tensor, where);
        if (safetensors_name(t.type).empty()) {
            raise(where + "dtype " + std::string(name_of(t.type)) + " has no safetensors form");
        }
        check_consistent(t, where);
        header[tensor] = detail::entry_json(t, size);
        size += t.bytes.size();
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    if (text.size() > max_safetensors_header_bytes) {
        raise(name + ": the header would take " + std::to_string(text.size()) + " bytes, the limit is " +
              std::to_string(max_safetensors_header_bytes));
    }
    std::vector<std::byte> out;
    out.reserve(8 + text.size() + static_cast<std::size_t>(size));
    for (unsigned i = 0; i < 8; ++i) out.push_back(static_cast<std::byte>(std::uint64_t{text.size()} >> 8U * i & 255U));
    for (const char c : text) out.push_back(static_cast<std::byte>(c));
    for (const auto* item : order) out.insert(out.end(), item->second.bytes.begin(), item->second.bytes.end());
    return out;
}

/// Writes a safetensors file, whole or not at all.
inline void save_safetensors(const std::string& path, const tensor_map& tensors, const metadata_map& metadata = {}) {
    write_file_atomically(path, safetensors_bytes(tensors, metadata, path));
}

QUANTYPE_END_NAMESPACE
