// SPDX-License-Identifier: BSL-1.0
// Saves a converted model and loads it again, bit for bit. The file is a safetensors file (io/format.hpp); it carries
// the model's hash, so that it is never loaded into another graph, backend or mapping.
#pragma once
#include <charconv>
#include <cstdio>
#include <string>

#include <quantype/io/model_file.hpp>
#include <quantype/lower/model_hash.hpp>
#include <quantype/run/model.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

inline std::string hex(std::uint64_t x) {
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(x));
    return text;
}

template <class T>
any_tensor vector_tensor(const std::vector<T>& values, dtype d = dtype_of<T>) {
    return to_any_tensor(tensor<T>(shape(static_cast<int>(values.size())), values), d);
}

/// "weights.12": tensors of the node's weight in a saved model. Node numbers are part of what the hash stands for.
inline std::string weight_key(int node) { return "weights." + std::to_string(node); }

/// "recurrent.12.0": weight 0 of a recurrent module.
inline std::string recurrent_key(int node, int k) {
    return "recurrent." + std::to_string(node) + "." + std::to_string(k);
}

inline void save_weight(tensor_map& t, const std::string& key, const quantized_weight& w) {
    t[key] = to_any_tensor(tensor<std::int8_t>(w.extents, w.codes), dtype::qint8);
    t[key + "_scale"] = vector_tensor(w.scale);
    if (w.float_zero_point.empty()) {
        t[key + "_zero_point"] = vector_tensor(w.zero_point);
    } else {
        t[key + "_float_zero_point"] = vector_tensor(w.float_zero_point);
        t[key + "_bits"] = vector_tensor(std::vector<std::int32_t>{w.type == dtype::quint4x2 ? 4 : 8});
    }
    if (!w.bias.empty()) t[key + ".bias"] = vector_tensor(w.bias);
}

inline quantized_weight load_weight(const tensor_map& t, const std::string& name, const std::string& path) {
    quantized_weight w;
    w.extents = t.at(name).extents;
    w.codes = get<std::int8_t>(t, name, path).data;
    w.scale = get<float>(t, name + "_scale", path).data;
    const bool table = t.contains(name + "_float_zero_point");
    if (table) {
        w.float_zero_point = get<float>(t, name + "_float_zero_point", path).data;
        w.type = get<std::int32_t>(t, name + "_bits", shape(1), path).data[0] == 4 ? dtype::quint4x2 : dtype::quint8;
    } else {
        w.zero_point = get<std::int32_t>(t, name + "_zero_point", path).data;
    }
    for (const std::int8_t code : w.codes)
        if (w.type == dtype::quint4x2 && (code < 0 || code > 15)) raise(path + ": " + name + ": a code is above 15");
    if ((table ? w.float_zero_point.size() : w.zero_point.size()) != w.scale.size() || w.scale.empty() ||
        w.codes.size() % w.scale.size() != 0)
        raise(path + ": " + name + ": codes, scales and zero points do not fit together");
    if (t.contains(name + ".bias")) w.bias = get<float>(t, name + ".bias", path).data;
    return w;
}

/// The number behind the last dot of "weights.12".
inline int number_in(const std::string& name, std::size_t begin, const std::string& path) {
    int number = -1;
    const char* end = name.data() + name.size();
    if (const auto r = std::from_chars(name.data() + begin, end, number); r.ec != std::errc{} || r.ptr != end)
        raise(path + ": tensor " + in_quotes(name) + " is not named weights.<number>");
    return number;
}

inline void add_qparams(tensor_map& t, const std::string& key, const std::vector<value_qparams>& values) {
    std::vector<float> scale;
    std::vector<std::int32_t> zero_point;
    for (const value_qparams& v : values) {
        scale.push_back(v.scale);
        zero_point.push_back(v.zero_point);
    }
    t[key + ".scale"] = vector_tensor(scale);
    t[key + ".zero_point"] = vector_tensor(zero_point);
}
inline std::vector<value_qparams> read_qparams(const tensor_map& t, const std::string& key, const std::string& path) {
    const tensor<float> scale = get<float>(t, key + ".scale", path);
    const tensor<std::int32_t> zero_point = get<std::int32_t>(t, key + ".zero_point", scale.extents, path);
    std::vector<value_qparams> r;
    for (std::size_t i = 0; i < scale.data.size(); ++i) r.push_back({scale.data[i], zero_point.data[i]});
    return r;
}

inline tensor_map saved_numbers(const quantized_parameters& q) {
    tensor_map t;
    add_qparams(t, "values", q.values);
    if (!q.inputs.empty()) add_qparams(t, "inputs", q.inputs);
    for (const auto& [node, w] : q.weights) save_weight(t, weight_key(node), w);
    for (const auto& [node, weights] : q.recurrent)
        for (std::size_t k = 0; k < weights.size(); ++k)
            save_weight(t, recurrent_key(node, static_cast<int>(k)), weights[k]);
    for (const auto& [node, bias] : q.integer_bias) t[weight_key(node) + ".integer_bias"] = vector_tensor(bias);
    return t;
}

inline quantized_parameters loaded_numbers(const tensor_map& t, const std::string& path) {
    quantized_parameters q;
    q.values = read_qparams(t, "values", path);
    if (t.contains("inputs.scale")) q.inputs = read_qparams(t, "inputs", path);
    for (const auto& [name, value] : t) {
        if (value.type != dtype::qint8) continue;
        if (name.starts_with("recurrent.")) {
            const std::size_t dot = name.rfind('.');
            const int node = number_in(name.substr(0, dot), 10, path), k = number_in(name, dot + 1, path);
            std::vector<quantized_weight>& weights = q.recurrent[node];
            if (k < 0 || k >= 2 * 2 * max_recurrent_layers)
                raise(path + ": tensor " + in_quotes(name) + " is no weight of a recurrent layer");
            if (weights.size() <= static_cast<std::size_t>(k)) weights.resize(static_cast<std::size_t>(k) + 1);
            weights[static_cast<std::size_t>(k)] = load_weight(t, name, path);
            continue;
        }
        if (!name.starts_with("weights.")) continue;
        const int node = number_in(name, 8, path);
        if (t.contains(name + ".integer_bias"))
            q.integer_bias[node] = get<std::int32_t>(t, name + ".integer_bias", path).data;
        q.weights[node] = load_weight(t, name, path);
    }
    return q;
}

/// Parameters that stay float: of modules that are not called as quantized layers.
inline std::vector<int> float_modules(const trace_view& t, const graph_view& g, const quantized_parameters& q) {
    std::vector<int> r;
    for (int m = 0; m < t.module_count; ++m) {
        bool needed = false;
        for (int i = g.first; i >= 0; i = g[i].next) {
            const int parts = g[i].fusion < 0 ? 1 : g.fusions[g[i].fusion].count;
            const bool coded = q.weights.contains(i) || q.recurrent.contains(i);
            for (int k = 0; k < parts && !coded && g[i].origin >= 0; ++k) {
                const int call = g[i].fusion < 0 ? g[i].origin : g.fusions[g[i].fusion].parts[k];
                if (t.graph[call].module == m) needed = true;
            }
        }
        if (needed) r.push_back(m);
    }
    return r;
}

}  // namespace detail

namespace detail {

/// "standalone.0.": what the tensors of standalone module 0 begin with.
inline std::string part_prefix(int k) { return "standalone." + std::to_string(k) + "."; }

/// Everything of a model that is not in its types, its standalone modules included.
template <class Net, class Backend, class Mapping, class Kernels>
tensor_map saved_tensors(const quantized_model<Net, Backend, Mapping, Kernels>& model) {
    tensor_map t = saved_numbers(model.quantized());
    constexpr graph_view g = stage::lowered<Net, Backend, Mapping>.view();
    const trace_view& trace = traced<Net>::view;
    for (int m : float_modules(trace, g, model.quantized()))
        for (int k = 0; k < trace.modules[m].parameter_count; ++k)
            t["float." + model.parameters().name_of(m, k)] = to_any_tensor(model.parameters().of(m, k));
    model.parts().for_each([&](const auto& part, int k) {
        for (const auto& [name, value] : saved_tensors(part)) t[part_prefix(k) + name] = value;
    });
    return t;
}

/// The tensors that begin with a prefix, without it.
inline tensor_map tensors_behind(const tensor_map& t, const std::string& prefix) {
    tensor_map r;
    for (const auto& [name, value] : t)
        if (name.starts_with(prefix)) r[name.substr(prefix.size())] = value;
    return r;
}

/// The numbers of a model and of its standalone modules.
inline quantized_parameters all_loaded_numbers(const prepared_view& p, const tensor_map& t, const std::string& path) {
    quantized_parameters q = loaded_numbers(t, path);
    for (int k = 0; k < p.part_count; ++k)
        q.parts.push_back(all_loaded_numbers(p.parts[k].prepared, tensors_behind(t, part_prefix(k)), path));
    return q;
}
/// The float parameters, those of standalone modules under the names that they have in the whole model.
inline tensor_map loaded_floats(const prepared_view& p, const tensor_map& t) {
    tensor_map r = tensors_behind(t, "float.");
    for (int k = 0; k < p.part_count; ++k) {
        const std::string path(p.trace.module_path(p.graph[p.parts[k].node].module));
        for (const auto& [name, value] : loaded_floats(p.parts[k].prepared, tensors_behind(t, part_prefix(k))))
            r[path + "." + name] = value;
    }
    return r;
}

}  // namespace detail

/// Writes a converted model, whole or not at all.
template <class Net, class Backend, class Mapping, class Kernels>
void save_model(const quantized_model<Net, Backend, Mapping, Kernels>& model, const std::string& path) {
    write_model_file(path, detail::saved_tensors(model),
                     {{"model_hash", detail::hex(model_hash<Net, Backend, Mapping>)},
                      {"backend", std::string(Backend::name())},
                      {"engine", std::string(Backend::engine::name)}});
}

/// Reads a model that save_model wrote for the same model, backend and mapping; refuses any other by its hash.
template <class Net, class Backend, class Mapping>
quantized_model<Net, Backend, Mapping> load_model(const std::string& path) {
    const tensor_file file = read_model_file(path);
    const std::string want = detail::hex(model_hash<Net, Backend, Mapping>);
    const auto have = file.metadata.find("model_hash");
    if (have == file.metadata.end()) raise(path + ": the file carries no model_hash");
    if (have->second != want)
        raise(path + ": saved from another model, backend or mapping: its model_hash is " + have->second +
              ", this program's is " + want);
    constexpr prepared_view p = prepared_view_of<Net, Backend, Mapping>();
    return {p, model_parameters::bind_some(p.trace, detail::loaded_floats(p, file.tensors), path),
            detail::all_loaded_numbers(p, file.tensors, path)};
}

QUANTYPE_END_NAMESPACE
