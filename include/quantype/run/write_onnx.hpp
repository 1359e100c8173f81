// SPDX-License-Identifier: BSL-1.0
// Writes a converted model as ONNX with QuantizeLinear and DequantizeLinear around float operators (QDQ): the reference
// form, which ONNX Runtime, Netron and the importer of tools/quantype_export read.
// Takes: a quantized_model. Refuses: float16, dynamic quantization but of linear layers, and what ONNX has no operator
// for, by name.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include <quantype/model/fused_tail.hpp>
#include <quantype/report/node_names.hpp>
#include <quantype/run/model.hpp>
#include <quantype/run/onnx_nodes.hpp>
#include <quantype/run/onnx_weights.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// What a file is written from: the reference graph with the numbers of a converted model.
struct onnx_source {
    prepared_view prepared{};
    graph_view graph{};
    const quantized_parameters* numbers = nullptr;
    const model_parameters* parameters = nullptr;
    std::map<int, value_qparams> by_slot{};  ///< by observer slot: what the plan's codes have
    onnx_bias (*bias_of)(const quantized_parameters&, int node, float input_scale) = nullptr;
};

class onnx_exporter {
public:
    onnx_exporter(const onnx_source& s, std::string_view name)
        : s_(s), names_(report::names_of(s.prepared, s.graph)), to_(name), nodes_(to_) {}

    std::string bytes() {
        name_outputs();
        for (int i = s_.graph.first; i >= 0; i = s_.graph[i].next) add(i);
        return to_.bytes();
    }

private:
    const graph_view& g() const { return s_.graph; }
    const trace_view& trace() const { return s_.prepared.trace; }
    const shape& extents(int i) const { return trace().shape_of(g()[i]); }
    const std::string& name(int i) const { return names_[i]; }
    [[noreturn]] void refuse(int i, const std::string& why) const {
        raise("write_onnx: " + name(i) + " (" + std::string(g()[i].op->name) + "): " + why);
    }

    /// Results of the model are called output_0, output_1 ...
    void name_outputs() {
        int number = 0;
        for_each_input(g(), g().last, [&](const argument& a) {
            const std::string output = "output_" + std::to_string(number++);
            const auto k = static_cast<std::size_t>(a.value);
            const bool free = g()[a.value].kind != node_kind::placeholder && !is_output_.contains(a.value);
            if (free)
                names_.name[k] = output;
            else
                copies_.emplace_back(a.value, output);
            is_output_.insert(a.value);
            to_.output(output, extents(a.value), element_of(a.value));
        });
    }
    /// What a value of the file holds: codes behind a quantize and in a coded input, else float32.
    onnx::element element_of(int i) const {
        dtype type = dtype::float32;
        if (g()[i].op->code == op_code::quantize) type = s_.prepared.observer(g()[i].observer).args.dtype;
        if (is_coded_input(i)) type = dtype::quint8;
        return type == dtype::quint8  ? onnx::element::uint8
               : type == dtype::qint8 ? onnx::element::int8
                                      : onnx::element::float32;
    }
    bool is_coded_input(int i) const {
        return g()[i].kind == node_kind::placeholder && s_.prepared.options.custom.quantized_inputs.has(i);
    }

    void add(int i) {
        const node& n = g()[i];
        switch (n.op->code) {
            case op_code::input: return add_input(i);
            case op_code::output:
                for (const auto& [value, copy] : copies_) to_.node("Identity", {name(value)}, copy);
                return;
            case op_code::parameter:
            case op_code::qparam:
            case op_code::size: return;
            case op_code::quantize: return add_quantize(i);
            case op_code::dequantize: return add_dequantize(i);
            case op_code::quantize_dynamic: return add_quantize_dynamic(i);
            case op_code::to_dtype: refuse(i, "only 8-bit quantization can be written");
            default: break;
        }
        add_parts(i);
    }
    /// Codes come with the scale and zero point that conversion was given, in the order of the coded inputs.
    void add_input(int i) {
        to_.input(name(i), extents(i), element_of(i));
        if (!is_coded_input(i)) return;
        const value_qparams& q = s_.numbers->inputs[input_qparams_.size()];
        input_qparams_[i] = q;
        onnx::write_scale(to_, name(i), q, dtype::quint8);
    }

    // --- quantize and dequantize -------------------------------------------------------------------------------------
    value_qparams qparams_of(int quantize) const {
        const int slot = g()[quantize].observer;
        const auto found = s_.by_slot.find(slot);
        return found != s_.by_slot.end() ? found->second : s_.numbers->values[static_cast<std::size_t>(slot)];
    }
    bool is_parameter(int i) const { return g()[i].kind == node_kind::get_attr; }

    void add_quantize(int i) {
        const int x = first_input(g(), i);
        if (is_parameter(x)) return;  // its codes are written where they are dequantized
        const dtype type = s_.prepared.observer(g()[i].observer).args.dtype;
        onnx::write_scale(to_, name(i), qparams_of(i), type);
        to_.node("QuantizeLinear", {name(x), name(i) + ".scale", name(i) + ".zero_point"}, name(i));
    }
    /// ONNX's own rule for the scale and the zero point, over 0..255.
    void add_quantize_dynamic(int i) {
        if (s_.prepared.observer(g()[i].observer).args.dtype != dtype::quint8)
            refuse(i, "only 8-bit quantization can be written");
        const std::string x = name(first_input(g(), i));
        to_.node_of("DynamicQuantizeLinear", {x}, {name(i), name(i) + ".scale", name(i) + ".zero_point"});
    }
    bool is_dynamic(int dequantize) const {
        return g()[dequantize].op->code == op_code::dequantize &&
               g()[first_input(g(), dequantize)].op->code == op_code::quantize_dynamic;
    }

    void add_dequantize(int i) {
        const int q = first_input(g(), i);
        if (is_dynamic(i)) return;  // what reads it multiplies codes
        if (!is_coded_input(q)) {
            if (g()[q].op->code != op_code::quantize) refuse(i, "dequantizes what no quantize gives");
            const int x = first_input(g(), q);
            if (is_parameter(x)) {
                onnx::write_weight(to_, std::string(trace().module_path(g()[x].module)), s_.numbers->weights.at(x),
                                   false, name(i));
                return;
            }
        }
        scales_[i] = is_coded_input(q) ? input_qparams_.at(q).scale : qparams_of(q).scale;
        to_.node("DequantizeLinear", {name(q), name(q) + ".scale", name(q) + ".zero_point"}, name(i));
    }
    // --- calls -------------------------------------------------------------------------------------------------------
    /// A call, or the parts of a fused module one after another.
    void add_parts(int i) {
        std::vector<std::string> inputs;
        for_each_input(g(), i, [&](const argument& a) {
            if (g()[a.value].op->code != op_code::size) inputs.push_back(value(a.value));
        });
        const int first = first_input(g(), i);
        const fusion* f = g()[i].fusion < 0 ? nullptr : &g().fusions[g()[i].fusion];
        std::vector<std::string> extra;  // the other operand of a sum behind the root
        for (int k = extra_inputs(trace(), g(), i); k > 0; --k) {
            extra.push_back(inputs.back());
            inputs.pop_back();
        }
        std::vector<int> parts;
        for (int k = 0; k < (f ? f->count : 1); ++k)
            if (!(k == 1 && f->folds_batch_norm)) parts.push_back(f ? f->parts[k] : g()[i].origin);
        shape in = extents(first);
        for (std::size_t k = 0; k < parts.size(); ++k) {
            const bool last = k + 1 == parts.size();
            const std::string output = last ? name(i) : name(i) + ".part_" + std::to_string(k);
            const shape& out = last ? extents(i) : trace().calls[parts[k]].out;
            if (k > 0 && trace().calls[parts[k]].attrs().code == op_code::add)
                inputs.insert(inputs.end(), extra.begin(), extra.end());
            add_call(i, parts[k], inputs, output, in, out);
            inputs = {output};
            in = out;
        }
    }
    /// A value by name; float parameters are written where they are first read.
    std::string value(int i) {
        if (is_parameter(i) && written_.insert(i).second) {
            const tensor<float>& t = s_.parameters->of(g()[i].module, 0);
            to_.constant<float>(name(i), onnx::extents_of(t.extents, false), t.data);
        }
        return name(i);
    }
    void add_call(int i, int call, const std::vector<std::string>& inputs, const std::string& output, const shape& in,
                  const shape& out) {
        const attributes& a = trace().calls[call].attrs();
        const int first = first_input(g(), i);
        if (is_dynamic(first) && call == root_call(g(), i))
            return add_dynamic(i, a, name(first_input(g(), first)), output);
        if (is_weighted(a.code)) return add_weighted(i, a, inputs, output, in);
        if (a.code == op_code::instance_norm) return add_instance_norm(call, a, inputs, output);
        if (a.code == op_code::batch_norm) return add_batch_norm(call, a, inputs[0], output);
        if (!nodes_.write({a, inputs, output, in, out})) refuse(i, "ONNX has no operator for it in this form");
    }
    std::string path_of(int i) const {
        const node& n = trace().graph[traced_node(trace(), root_call(g(), i))];
        return n.module >= 0 ? std::string(trace().module_path(n.module)) : name(i);
    }

    void add_weighted(int i, const attributes& a, const std::vector<std::string>& inputs, const std::string& output,
                      const shape& in) {
        std::vector<std::string> operands = inputs;
        const bool product = a.code == op_code::linear && in.rank != 2;
        if (g()[i].kind == node_kind::call_module) add_parameters(i, a, product, operands);
        if (a.code != op_code::linear) return add_conv(a, operands, output);
        if (!product) return to_.node("Gemm", operands, output, {{"transB", std::int64_t{1}}});
        if (g()[i].kind != node_kind::call_module) refuse(i, "a function over more than two dimensions");
        const bool bias = operands.size() > 2;
        to_.node("MatMul", {operands[0], operands[1]}, bias ? output + ".product" : output);
        if (bias) to_.node("Add", {output + ".product", operands[2]}, output);
    }
    void add_conv(const attributes& a, const std::vector<std::string>& operands, const std::string& output) {
        const window& w = a.geometry;
        std::vector<onnx::attribute> attributes{{"kernel_shape", onnx::detail::list_of(w.kernel, w.rank)},
                                                {"strides", onnx::detail::list_of(w.stride, w.rank)},
                                                {"pads", onnx::detail::pads_of(w)},
                                                {"dilations", onnx::detail::list_of(w.dilation, w.rank)},
                                                {"group", std::int64_t{a.groups}}};
        const bool turned = a.code == op_code::conv_transpose;
        if (turned) attributes.emplace_back("output_padding", onnx::detail::list_of(a.axes, w.rank));
        to_.node(turned ? "ConvTranspose" : "Conv", operands, output, attributes);
    }
    /// A linear layer that quantizes its input when it runs, as ONNX Runtime's quantizer writes it: f32(acc) * (sx *
    /// sw)
    /// + bias.
    void add_dynamic(int i, const attributes& a, const std::string& codes, const std::string& output) {
        if (a.code != op_code::linear || g()[i].kind != node_kind::call_module)
            refuse(i, "of dynamic quantization only linear layers can be written");
        const quantized_weight& w = s_.numbers->weights.at(i);
        const std::string path = path_of(i) + (calls_[path_of(i)]++ == 0 ? "" : "." + name(i));
        const std::string weight = path + ".weight";
        onnx::write_codes(to_, weight, w, true);
        to_.node("MatMulInteger", {codes, weight, codes + ".zero_point", weight + ".zero_point"}, output + ".sum");
        to_.node("Cast", {output + ".sum"}, output + ".sum.float", {{"to", std::int64_t{1}}});
        to_.node("Mul", {codes + ".scale", weight + ".scale"}, output + ".scale");
        to_.node("Mul", {output + ".sum.float", output + ".scale"}, w.bias.empty() ? output : output + ".product");
        if (w.bias.empty()) return;
        to_.constant<float>(path + ".bias", {a.out}, w.bias);
        to_.node("Add", {output + ".product", path + ".bias"}, output);
    }
    /// Adds weight and bias of a module to the operands. A module that is called twice has them once.
    void add_parameters(int i, const attributes& a, bool transposed, std::vector<std::string>& operands) {
        const std::string path = path_of(i) + (calls_[path_of(i)]++ == 0 ? "" : "." + name(i));
        const bool coded = s_.numbers->weights.contains(i);
        if (coded) {
            onnx::write_weight(to_, path + ".weight", s_.numbers->weights.at(i), transposed, path + ".weight.float");
            operands.push_back(path + ".weight.float");
            add_bias(i, path, operands);
            return;
        }
        const layer_weights w = weights_of(trace(), g(), i, *s_.parameters);
        to_.constant<float>(path + ".weight", onnx::extents_of(w.extents, transposed),
                            onnx::in_order(w.weight, w.extents, transposed));
        operands.push_back(path + ".weight");
        if (w.bias.empty()) return;
        to_.constant<float>(path + ".bias", {a.out}, w.bias);
        operands.push_back(path + ".bias");
    }
    void add_bias(int i, const std::string& path, std::vector<std::string>& operands) {
        const quantized_weight& w = s_.numbers->weights.at(i);
        const auto input = scales_.find(first_input(g(), i));
        if (input == scales_.end()) refuse(i, "its weight is quantized, its input is not");
        const onnx_bias b = s_.bias_of(*s_.numbers, i, input->second);
        if (b.integers.empty() && b.floats.empty()) return;
        const std::string name = path + ".bias";
        if (b.integers.empty()) {
            to_.constant<float>(name, {static_cast<std::int64_t>(b.floats.size())}, b.floats);
            operands.push_back(name);
            return;
        }
        std::vector<float> units;
        for (const float s : w.scale) units.push_back(exact::mul(input->second, s));
        std::vector<std::int64_t> channels;
        if (w.per_channel()) channels.push_back(static_cast<std::int64_t>(units.size()));
        to_.constant<std::int32_t>(name, {static_cast<std::int64_t>(b.integers.size())}, b.integers);
        to_.constant<float>(name + ".scale", channels, units);
        to_.node("DequantizeLinear", {name, name + ".scale"}, name + ".float", {{"axis", std::int64_t{0}}});
        operands.push_back(name + ".float");
    }
    /// Scale and bias are 1 and 0 where the norm has none.
    void add_instance_norm(int call, const attributes& a, std::vector<std::string> operands,
                           const std::string& output) {
        const int module = trace().graph[traced_node(trace(), call)].module;
        const std::int64_t channels = trace().calls[call].out[1];
        for (int k = 0; k < 2 && operands.size() < 3; ++k) {
            operands.push_back(output + (k == 0 ? ".weight" : ".bias"));
            const std::vector<float> usual(static_cast<std::size_t>(channels), k == 0 ? 1.0f : 0.0f);
            to_.constant<float>(operands.back(), {channels}, a.bias ? s_.parameters->of(module, k).data : usual);
        }
        to_.node("InstanceNormalization", operands, output, {{"epsilon", static_cast<float>(a.scalar)}});
    }
    void add_batch_norm(int call, const attributes& a, const std::string& input, const std::string& output) {
        const int module = trace().graph[traced_node(trace(), call)].module;
        std::vector<std::string> operands{input};
        for (int k = 0; k < 4; ++k) {
            operands.push_back(s_.parameters->name_of(module, k));
            if (batch_norms_.contains(module)) continue;
            to_.constant<float>(operands.back(), {a.in}, s_.parameters->of(module, k).data);
        }
        batch_norms_.insert(module);
        to_.node("BatchNormalization", operands, output, {{"epsilon", static_cast<float>(a.scalar)}});
    }

    onnx_source s_;
    report::node_names names_;
    onnx::model_builder to_;
    onnx::node_writer nodes_;
    std::map<int, value_qparams> input_qparams_{};  ///< of inputs that are codes
    std::map<int, float> scales_{};                 ///< of dequantize nodes
    std::map<std::string, int> calls_{};            ///< of weighted modules, by path
    std::set<int> written_{};
    std::set<int> batch_norms_{};
    std::set<int> is_output_{};
    std::vector<std::pair<int, std::string>> copies_{};
};

}  // namespace detail

/// The bytes of a converted model as ONNX: opset 14, inputs and outputs of the model's shapes, float32, or uint8 and
/// int8 where the model takes and gives codes; codes of weights as they are, constants named after PyTorch's
/// parameters. Sums and products with a number have the scale and zero point that conversion gave them.
template <class Net, class Backend, class Mapping, class Kernels>
std::string onnx_bytes(const quantized_model<Net, Backend, Mapping, Kernels>& model,
                       std::string_view name = "quantype") {
    detail::onnx_source s;
    s.prepared = prepared_view_of<Net, Backend, Mapping>();
    s.graph = stage::reference<Net, Backend, Mapping>.view();
    s.numbers = &model.quantized();
    s.parameters = &model.parameters();
    s.bias_of = &detail::onnx_bias_of<typename Backend::engine>;
    constexpr const auto& plan = stage::plan<Net, Backend, Mapping>;
    constexpr graph_view lowered = stage::lowered<Net, Backend, Mapping>.view();
    for (int k = 0; k < plan.value_count; ++k) {
        const plan_value& v = plan.values[k];
        if (v.codes && v.qparams >= 0 && lowered[v.node].observer >= 0)
            s.by_slot[lowered[v.node].observer] = model.packed().qparams[static_cast<std::size_t>(v.qparams)];
    }
    return detail::onnx_exporter(s, name).bytes();
}

/// Writes a converted model as an ONNX file, whole or not at all.
template <class Net, class Backend, class Mapping, class Kernels>
void write_onnx(const quantized_model<Net, Backend, Mapping, Kernels>& model, const std::string& path) {
    write_file_atomically(path, onnx_bytes(model));
}

QUANTYPE_END_NAMESPACE
