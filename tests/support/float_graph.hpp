// SPDX-License-Identifier: BSL-1.0
// Runs recorded float networks with the float32 kernels: the list of nodes of a model.json, one call after the other.
#pragma once
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <quantype/host/tensor.hpp>
#include <quantype/kernel/float32/evaluate.hpp>
#include <quantype/model/infer.hpp>

namespace support {

using floats = quantype::tensor<float>;
using graph_json = nlohmann::ordered_json;

/// One call: infers the output's shape, then evaluates.
inline floats call(const quantype::attributes& a, const std::vector<const floats*>& inputs,
                   const std::vector<const float*>& parameters) {
    std::vector<quantype::shape> shapes;
    std::vector<quantype::tensor_view<const float>> views;
    for (const floats* in : inputs) {
        shapes.push_back(in->extents);
        views.push_back(in->view());
    }
    const int n = static_cast<int>(inputs.size());
    const quantype::op_info op{"", quantype::node_kind::call_function, a.code};
    const quantype::infer_result shape = quantype::infer(op, a, shapes.data(), n);
    if (shape.error != quantype::shape_error::none) quantype::raise("float_graph: shapes do not fit");
    floats out(shape.out);
    const float* const* p = parameters.empty() ? nullptr : parameters.data();
    if (!quantype::kernel::float32::evaluate(a, views.data(), n, p, out.view()))
        quantype::raise("float_graph: unknown op");
    return out;
}

inline quantype::attributes attributes_with(quantype::op_code code) {
    quantype::attributes a;
    a.code = code;
    return a;
}

/// A number for both dimensions, or one for each.
inline void read_pair(const graph_json& attrs, const char* key, int (&to)[3]) {
    if (!attrs.contains(key)) return;
    const graph_json& j = attrs.at(key);
    for (std::size_t i = 0; i < 2; ++i) to[i] = j.is_array() ? j.at(i).get<int>() : j.get<int>();
}

/// Geometry of a conv2d or pool node under the spellings of the models' files.
inline quantype::window read_window(const graph_json& attrs) {
    quantype::window w;
    w.rank = 2;
    read_pair(attrs, "kernel", w.kernel);
    read_pair(attrs, "kernel_size", w.kernel);
    read_pair(attrs, "stride", w.stride);
    read_pair(attrs, "dilation", w.dilation);
    read_pair(attrs, "padding", w.pad_before);
    read_pair(attrs, "padding", w.pad_after);
    if (attrs.contains("pad_top_bottom_left_right"))
        for (std::size_t i = 0; i < 2; ++i) {
            w.pad_before[i] = attrs.at("pad_top_bottom_left_right").at(2 * i).get<int>();
            w.pad_after[i] = attrs.at("pad_top_bottom_left_right").at(2 * i + 1).get<int>();
        }
    return w;
}

/// A network of model.json and its float32 weights by name.
struct float_graph {
    graph_json description{};
    std::map<std::string, floats> weights{};

    const graph_json& nodes() const { return description.at("nodes"); }

    const floats* weight(const graph_json& node, const std::string& role) const {
        std::string name = node.at("name").get<std::string>() + "." + role;
        if (node.contains("weights")) {
            if (!node.at("weights").contains(role)) return nullptr;
            name = node.at("weights").at(role).get<std::string>();
        }
        const auto found = weights.find(name);
        return found == weights.end() ? nullptr : &found->second;
    }

    floats run_weighted(const graph_json& node, const std::vector<const floats*>& in) const {
        const floats* w = weight(node, "weight");
        const floats* b = weight(node, "bias");
        if (!w) quantype::raise("float_graph: no weight for " + node.at("name").get<std::string>());
        const graph_json& attrs = node.at("attrs");
        quantype::attributes a =
            attributes_with(node.at("op") == "linear" ? quantype::op_code::linear : quantype::op_code::conv);
        a.bias = b != nullptr;
        a.groups = attrs.value("groups", 1);
        a.out = w->extents[0];
        a.in = w->extents[1] * a.groups;
        if (a.code == quantype::op_code::conv) a.geometry = read_window(attrs);
        std::vector<const float*> p{w->data.data()};
        if (b) p.push_back(b->data.data());
        return call(a, in, p);
    }

    floats run_batch_norm(const graph_json& node, const std::vector<const floats*>& in) const {
        quantype::attributes a = attributes_with(quantype::op_code::batch_norm);
        a.geometry.rank = 2;
        a.in = a.out = in[0]->extents[1];
        a.scalar = node.at("attrs").at("eps").get<double>();
        std::vector<const float*> p;
        for (const char* role : {"weight", "bias", "running_mean", "running_var"})
            p.push_back(weight(node, role)->data.data());
        return call(a, in, p);
    }

    floats run_plain(const graph_json& node, const std::vector<const floats*>& in) const {
        using quantype::op_code;
        const std::string op = node.at("op").get<std::string>();
        const std::map<std::string, op_code> codes = {{"relu", op_code::relu},
                                                      {"relu6", op_code::relu6},
                                                      {"add", op_code::add},
                                                      {"identity", op_code::identity},
                                                      {"softmax", op_code::softmax},
                                                      {"flatten", op_code::flatten},
                                                      {"maxpool2d", op_code::max_pool},
                                                      {"avgpool2d", op_code::avg_pool},
                                                      {"pad", op_code::pad},
                                                      {"adaptiveavgpool2d", op_code::adaptive_avg_pool}};
        quantype::attributes a = attributes_with(codes.at(op));
        const auto axes = [&a](std::initializer_list<int> values) {
            for (int v : values) a.axes[a.axis_count++] = v;
        };
        if (op == "flatten") axes({1, -1});
        if (op == "softmax") axes({-1});
        if (op == "maxpool2d" || op == "avgpool2d") a.geometry = read_window(node.at("attrs"));
        if (op == "adaptiveavgpool2d")
            axes({node.at("attrs").at("output_size").get<int>(), node.at("attrs").at("output_size").get<int>()});
        if (op == "pad") {
            const quantype::window w = read_window(node.at("attrs"));
            axes({w.pad_before[1], w.pad_after[1], w.pad_before[0], w.pad_after[0]});
        }
        return call(a, in, {});
    }

    floats run_node(const graph_json& node, const std::vector<const floats*>& in) const {
        const std::string op = node.at("op").get<std::string>();
        if (op == "batchnorm2d") return run_batch_norm(node, in);
        if (op != "linear" && op != "conv2d") return run_plain(node, in);
        floats y = run_weighted(node, in);
        if (node.value("act", "") == "relu") y = call(attributes_with(quantype::op_code::relu), {&y}, {});
        return y;
    }

    /// Every node's value for one batch; names that no node makes are the input.
    std::map<std::string, floats> run(const floats& input) const {
        std::map<std::string, floats> values;
        for (const graph_json& node : nodes()) {
            std::vector<const floats*> in;
            for (const graph_json& name : node.at("inputs")) {
                const auto found = values.find(name.get<std::string>());
                in.push_back(found == values.end() ? &input : &found->second);
            }
            values[node.at("name").get<std::string>()] = in.empty() ? input : run_node(node, in);
        }
        return values;
    }
};

}  // namespace support
