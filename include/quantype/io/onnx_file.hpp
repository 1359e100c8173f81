// SPDX-License-Identifier: BSL-1.0
// An ONNX model as it is written: nodes, constants, inputs and outputs, in the protobuf encoding of onnx.proto. Writing
// needs a dozen fields of seven messages and no library; reading (tools/quantype_export) uses protobuf's.
#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <quantype/core/shape.hpp>
#include <quantype/io/atomic_file.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace onnx {

/// TensorProto.DataType.
enum class element : std::uint8_t { float32 = 1, uint8 = 2, int8 = 3, int32 = 6, int64 = 7 };

namespace detail {

/// One protobuf message: fields are appended in any order. A field is its number and wire type, then the value; numbers
/// are base 128, lowest digits first; texts and nested messages have their length before them.
class message {
public:
    message& number(int field, std::int64_t value) {
        key(field, 0);
        base128(static_cast<std::uint64_t>(value));
        return *this;
    }
    message& real(int field, float value) {
        key(field, 5);
        const auto bits = std::bit_cast<std::uint32_t>(value);
        for (int shift = 0; shift < 32; shift += 8) bytes_ += static_cast<char>((bits >> shift) & 255U);
        return *this;
    }
    message& text(int field, std::string_view value) {
        key(field, 2);
        base128(value.size());
        bytes_ += value;
        return *this;
    }
    message& nested(int field, const message& value) { return text(field, value.bytes_); }
    const std::string& bytes() const { return bytes_; }

private:
    void key(int field, unsigned wire_type) { base128((static_cast<std::uint64_t>(field) << 3) | wire_type); }
    void base128(std::uint64_t value) {
        for (; value > 127; value >>= 7) bytes_ += static_cast<char>((value & 127) | 128);
        bytes_ += static_cast<char>(value);
    }

    std::string bytes_{};
};

}  // namespace detail

/// An attribute of a node: an integer, a list of them, a float or a text.
class attribute {
public:
    attribute(std::string_view name, std::int64_t value) { start(name, 2).number(3, value); }
    attribute(std::string_view name, const std::vector<std::int64_t>& values) {
        start(name, 7);
        for (const std::int64_t v : values) message_.number(8, v);
    }
    attribute(std::string_view name, float value) { start(name, 1).real(2, value); }
    attribute(std::string_view name, const char* text) { start(name, 3).text(4, text); }

    const detail::message& proto() const { return message_; }

private:
    detail::message& start(std::string_view name, int type) { return message_.text(1, name).number(20, type); }

    detail::message message_{};
};

/// A model under construction: one graph, opset 14 (HardSwish), IR version 7.
class model_builder {
public:
    static constexpr int opset = 14;

    explicit model_builder(std::string_view name) { graph_.text(2, name); }

    void node(std::string_view op, const std::vector<std::string>& inputs, const std::string& output,
              const std::vector<attribute>& attributes = {}) {
        node_of(op, inputs, {output}, attributes);
    }
    /// A node of several results, named after the first.
    void node_of(std::string_view op, const std::vector<std::string>& inputs, const std::vector<std::string>& outputs,
                 const std::vector<attribute>& attributes = {}) {
        detail::message n;
        for (const std::string& input : inputs) n.text(1, input);
        for (const std::string& output : outputs) n.text(2, output);
        n.text(3, outputs[0]).text(4, op);
        for (const attribute& a : attributes) n.nested(5, a.proto());
        graph_.nested(1, n);
    }
    /// A constant: `count` values of T in row-major order.
    template <class T>
    void constant(std::string_view name, const std::vector<std::int64_t>& extents, const std::vector<T>& values) {
        static_assert(std::endian::native == std::endian::little, "quantype: ONNX files are written little-endian");
        detail::message t;
        for (const std::int64_t d : extents) t.number(1, d);
        t.number(2, static_cast<int>(element_of(T{}))).text(8, name);
        t.text(9, {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)});
        graph_.nested(5, t);
    }
    void input(std::string_view name, const shape& extents, element type) {
        graph_.nested(11, value(name, extents, type));
    }
    void output(std::string_view name, const shape& extents, element type) {
        graph_.nested(12, value(name, extents, type));
    }

    /// The whole file.
    std::string bytes() const {
        detail::message m, opsets;
        opsets.text(1, "").number(2, opset);
        m.number(1, 7)
            .text(2, "quantype")
            .text(3, std::to_string(QUANTYPE_VERSION_MAJOR) + "." + std::to_string(QUANTYPE_VERSION_MINOR));
        return m.nested(7, graph_).nested(8, opsets).bytes();
    }

private:
    static constexpr element element_of(float) { return element::float32; }
    static constexpr element element_of(std::uint8_t) { return element::uint8; }
    static constexpr element element_of(std::int8_t) { return element::int8; }
    static constexpr element element_of(std::int32_t) { return element::int32; }
    static constexpr element element_of(std::int64_t) { return element::int64; }

    static detail::message value(std::string_view name, const shape& extents, element of) {
        detail::message dims, tensor, type, result;
        for (int i = 0; i < extents.rank; ++i) dims.nested(1, detail::message().number(1, extents[i]));
        tensor.number(1, static_cast<int>(of)).nested(2, dims);
        type.nested(1, tensor);
        return result.text(1, name).nested(2, type);
    }

    detail::message graph_{};
};

}  // namespace onnx

QUANTYPE_END_NAMESPACE
