// SPDX-License-Identifier: BSL-1.0
// Saving and loading a converted model; format.hpp describes the file.
#pragma once
#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <quantype/host/error.hpp>
#include <quantype/io/format.hpp>
#include <quantype/io/in_quotes.hpp>
#include <quantype/io/safetensors.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

inline constexpr std::string_view dtype_prefix = "dtype.";

/// The plain dtype that the codes of a quantized one are stored as; any other dtype is its own.
constexpr dtype stored_dtype(dtype d) {
    switch (d) {
        case dtype::qint8: return dtype::int8;
        case dtype::quint8: return dtype::uint8;
        case dtype::qint32: return dtype::int32;
        default: return d;
    }
}

inline void check_not_reserved(const std::string& key, const std::string& name) {
    if (key == "format" || key == "format_version" || key.starts_with(dtype_prefix)) {
        raise(name + ": metadata " + in_quotes(key) + ": the key is reserved");
    }
}

/// Takes one text out of the metadata.
inline std::string take(metadata_map& metadata, const std::string& key, const std::string& name) {
    const auto found = metadata.find(key);
    if (found == metadata.end()) raise(name + ": not a saved quantype model: metadata \"" + key + "\" is missing");
    std::string text = found->second;
    metadata.erase(found);
    return text;
}

inline void check_format(metadata_map& metadata, const std::string& name) {
    const std::string format = take(metadata, "format", name);
    if (format != model_format) {
        raise(name + ": not a saved quantype model: metadata \"format\" is " + in_quotes(format) + ", not " +
              in_quotes(model_format));
    }
    const std::string version = take(metadata, "format_version", name);
    if (version == model_format_version) return;
    const bool number =
        !version.empty() && version.size() < 20 && version.find_first_not_of("0123456789") == std::string::npos;
    raise(name + ": format version " + (number ? version : in_quotes(version)) +
          " is not supported by this build, which reads " + std::string(model_format_version));
}

/// Gives a tensor the quantized dtype that the metadata names.
inline void restore_dtype(tensor_map& tensors, const std::string& tensor, const std::string& text,
                          const std::string& name) {
    const std::string where = name + ": metadata " + in_quotes(std::string(dtype_prefix) + tensor) + ": ";
    const auto found = tensors.find(tensor);
    if (found == tensors.end()) raise(where + "the file has no such tensor");
    for (const dtype d : {dtype::qint8, dtype::quint8, dtype::qint32}) {
        if (text != name_of(d)) continue;
        if (found->second.type != stored_dtype(d)) {
            raise(where + text + " is stored as " + std::string(name_of(stored_dtype(d))) + ", not as " +
                  std::string(name_of(found->second.type)));
        }
        found->second.type = d;
        return;
    }
    raise(where + in_quotes(text) + " is not a quantized dtype of format version " + std::string(model_format_version));
}

}  // namespace detail

/// The bytes of a saved model; the tensors may be of quantized dtypes. Refuses reserved metadata keys and whatever
/// safetensors_bytes refuses.
inline std::vector<std::byte> model_file_bytes(const tensor_map& tensors, const metadata_map& metadata,
                                               const std::string& name) {
    for (const auto& [key, text] : metadata) detail::check_not_reserved(key, name);
    metadata_map all = metadata;
    all["format"] = model_format;
    all["format_version"] = model_format_version;
    tensor_map stored = tensors;
    for (auto& [tensor, t] : stored) {
        const dtype plain = detail::stored_dtype(t.type);
        if (plain != t.type) all[std::string(detail::dtype_prefix) + tensor] = name_of(t.type);
        t.type = plain;
    }
    return safetensors_bytes(stored, all, name);
}

/// Makes a model out of the contents of a safetensors file: checks format and version, restores the quantized dtypes
/// and takes the reserved keys out of the metadata. `name` starts the error.
inline tensor_file model_from(tensor_file file, const std::string& name) {
    detail::check_format(file.metadata, name);
    for (auto item = file.metadata.begin(); item != file.metadata.end();) {
        if (!item->first.starts_with(detail::dtype_prefix)) {
            ++item;
            continue;
        }
        detail::restore_dtype(file.tensors, item->first.substr(detail::dtype_prefix.size()), item->second, name);
        item = file.metadata.erase(item);
    }
    return file;
}

/// Writes a saved model, whole or not at all.
inline void write_model_file(const std::string& path, const tensor_map& tensors, const metadata_map& metadata = {}) {
    write_file_atomically(path, model_file_bytes(tensors, metadata, path));
}

/// Reads a saved model: the tensors and metadata that were given to write_model_file. Refuses other files and other
/// format versions by name, and whatever parse_safetensors refuses.
inline tensor_file read_model_file(const std::string& path) { return model_from(load_safetensors_file(path), path); }

QUANTYPE_END_NAMESPACE
