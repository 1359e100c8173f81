// SPDX-License-Identifier: BSL-1.0
// One call of a graph as an ONNX node: the operator and its attributes.
// Takes: attributes and shapes of a call, names of what it reads. Refuses: what ONNX has no operator for, by name.
#pragma once
#include <map>
#include <string>
#include <vector>

#include <quantype/core/attributes.hpp>
#include <quantype/io/onnx_file.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace onnx {

namespace detail {

using integers = std::vector<std::int64_t>;

inline integers list_of(const int* first, int count) { return {first, first + count}; }

inline integers pads_of(const window& w) {
    integers pads = list_of(w.pad_before, w.rank);
    pads.insert(pads.end(), w.pad_after, w.pad_after + w.rank);
    return pads;
}

/// Dimensions counted from the front.
inline integers axes_of(const attributes& a, int rank) {
    integers axes = list_of(a.axes, a.axis_count);
    for (std::int64_t& d : axes) d = d < 0 ? d + rank : d;
    return axes;
}

}  // namespace detail

/// A call that reads values alone: its inputs by name, its output's name, shapes of the first input and the output.
struct plain_call {
    const attributes& a;
    const std::vector<std::string>& inputs;
    const std::string& output;
    const shape& in;
    const shape& out;
};

/// Writes plain calls.
class node_writer {
public:
    explicit node_writer(model_builder& to) : to_(to) {}

    /// False when ONNX has no operator for the call.
    bool write(const plain_call& c) {
        using std::vector;
        switch (c.a.code) {
            case op_code::relu: return simple("Relu", c);
            case op_code::sigmoid: return simple("Sigmoid", c);
            case op_code::tanh: return simple("Tanh", c);
            case op_code::sin: return simple("Sin", c);
            case op_code::hardswish: return simple("HardSwish", c);
            case op_code::hardsigmoid: return simple("HardSigmoid", c, {{"alpha", 1.0f / 6.0f}, {"beta", 0.5f}});
            case op_code::relu6: return clip(c, 0, 6);
            case op_code::hardtanh: return clip(c, static_cast<float>(c.a.axes[0]), static_cast<float>(c.a.axes[1]));
            case op_code::clamp: return clip(c, static_cast<float>(c.a.scalar), static_cast<float>(c.a.limit));
            case op_code::leaky_relu: return simple("LeakyRelu", c, {{"alpha", static_cast<float>(c.a.scalar)}});
            case op_code::elu: return simple("Elu", c, {{"alpha", static_cast<float>(c.a.scalar)}});
            case op_code::softmax: return simple("Softmax", c, {{"axis", detail::axes_of(c.a, c.in.rank)[0]}});
            case op_code::dropout:
            case op_code::identity: return simple("Identity", c);
            case op_code::max_pool: return max_pool(c);
            case op_code::avg_pool: return avg_pool(c);
            case op_code::adaptive_avg_pool: return adaptive_avg_pool(c);
            case op_code::mean:
                return simple("ReduceMean", c,
                              {{"axes", detail::axes_of(c.a, c.in.rank)}, {"keepdims", std::int64_t{c.a.keepdim}}});
            case op_code::add: return binary("Add", c);
            case op_code::sub: return binary("Sub", c);
            case op_code::mul: return binary("Mul", c);
            case op_code::matmul: return simple("MatMul", c);
            case op_code::cat: return simple("Concat", c, {{"axis", detail::axes_of(c.a, c.in.rank)[0]}});
            case op_code::flatten:
            case op_code::reshape: return reshape(c);
            case op_code::pad: return pad(c);
            case op_code::permute: return simple("Transpose", c, {{"perm", detail::axes_of(c.a, c.in.rank)}});
            case op_code::transpose: return transpose(c);
            case op_code::narrow: return narrow(c);
            case op_code::repeat: return repeat(c);
            case op_code::pixel_shuffle:
                return simple("DepthToSpace", c, {{"blocksize", std::int64_t{c.a.axes[0]}}, {"mode", "CRD"}});
            default: return false;
        }
    }

private:
    bool simple(std::string_view op, const plain_call& c, const std::vector<attribute>& attributes = {}) {
        to_.node(op, c.inputs, c.output, attributes);
        return true;
    }
    std::string scalar(const plain_call& c, std::string_view what, float value) {
        const std::string name = c.output + "." + std::string(what);
        to_.constant<float>(name, {}, {value});
        return name;
    }
    bool clip(const plain_call& c, float low, float high) {
        to_.node("Clip", {c.inputs[0], scalar(c, "low", low), scalar(c, "high", high)}, c.output);
        return true;
    }
    bool binary(std::string_view op, const plain_call& c) {
        std::vector<std::string> inputs = c.inputs;
        if (inputs.size() == 1) inputs.push_back(scalar(c, "number", static_cast<float>(c.a.scalar)));
        to_.node(op, inputs, c.output);
        return true;
    }
    static std::vector<attribute> window_of(const plain_call& c, const window& w) {
        return {{"kernel_shape", detail::list_of(w.kernel, w.rank)},
                {"strides", detail::list_of(w.stride, w.rank)},
                {"pads", detail::pads_of(w)},
                {"ceil_mode", std::int64_t{c.a.geometry.ceil_mode}}};
    }
    bool max_pool(const plain_call& c) {
        std::vector<attribute> attributes = window_of(c, c.a.geometry);
        attributes.emplace_back("dilations", detail::list_of(c.a.geometry.dilation, c.a.geometry.rank));
        return simple("MaxPool", c, attributes);
    }
    bool avg_pool(const plain_call& c) {
        if (c.a.divisor_override != 0) return false;
        std::vector<attribute> attributes = window_of(c, c.a.geometry);
        attributes.emplace_back("count_include_pad", std::int64_t{c.a.count_include_pad});
        return simple("AveragePool", c, attributes);
    }
    /// Windows of equal size alone; where sizes do not divide, ONNX has no operator.
    bool adaptive_avg_pool(const plain_call& c) {
        window w;
        w.rank = c.a.axis_count;
        bool whole = true;
        for (int i = 0; i < w.rank; ++i) {
            if (c.in[2 + i] % c.out[2 + i] != 0) return false;
            w.kernel[i] = w.stride[i] = c.in[2 + i] / c.out[2 + i];
            whole = whole && c.out[2 + i] == 1;
        }
        return whole ? simple("GlobalAveragePool", c) : simple("AveragePool", c, window_of(c, w));
    }
    bool reshape(const plain_call& c) {
        const std::string name = c.output + ".shape";
        std::vector<std::int64_t> extents = detail::integers(c.out.dims, c.out.dims + c.out.rank);
        to_.constant(name, {c.out.rank}, extents);
        to_.node("Reshape", {c.inputs[0], name}, c.output);
        return true;
    }
    bool pad(const plain_call& c) {
        std::vector<std::int64_t> pads(static_cast<std::size_t>(2 * c.in.rank), 0);
        for (int i = 0; 2 * i < c.a.axis_count; ++i) {
            const auto d = static_cast<std::size_t>(c.in.rank - 1 - i);
            pads[d] = c.a.axes[2 * i];
            pads[d + static_cast<std::size_t>(c.in.rank)] = c.a.axes[2 * i + 1];
        }
        to_.constant(c.output + ".pads", {2 * c.in.rank}, pads);
        to_.node("Pad", {c.inputs[0], c.output + ".pads", scalar(c, "value", static_cast<float>(c.a.scalar))},
                 c.output);
        return true;
    }
    std::string numbers(const plain_call& c, std::string_view what, const detail::integers& values) {
        const std::string name = c.output + "." + std::string(what);
        to_.constant(name, {static_cast<std::int64_t>(values.size())}, values);
        return name;
    }
    bool narrow(const plain_call& c) {
        const int axis = c.a.axes[0] < 0 ? c.a.axes[0] + c.in.rank : c.a.axes[0], start = c.a.axes[1];
        to_.node("Slice",
                 {c.inputs[0], numbers(c, "starts", {start}), numbers(c, "ends", {start + c.out[axis]}),
                  numbers(c, "axes", {axis})},
                 c.output);
        return true;
    }
    /// More counts than dimensions would add dimensions, which Tile does not.
    bool repeat(const plain_call& c) {
        if (c.a.axis_count != c.in.rank) return false;
        to_.node("Tile", {c.inputs[0], numbers(c, "repeats", detail::list_of(c.a.axes, c.a.axis_count))}, c.output);
        return true;
    }
    bool transpose(const plain_call& c) {
        detail::integers perm;
        for (int i = 0; i < c.in.rank; ++i) perm.push_back(i);
        const detail::integers axes = detail::axes_of(c.a, c.in.rank);
        std::swap(perm[static_cast<std::size_t>(axes[0])], perm[static_cast<std::size_t>(axes[1])]);
        return simple("Transpose", c, {{"perm", perm}});
    }

    model_builder& to_;
};

}  // namespace onnx

QUANTYPE_END_NAMESPACE
