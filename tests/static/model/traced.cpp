// SPDX-License-Identifier: BSL-1.0
// The recorded graph: paths, shapes, several inputs, tuples, reused values.
#include "static/small_backend.hpp"

// Several inputs, two outputs.
struct two_in_two_out {
    using inputs = qz::inputs<qz::f32<2, 8>, qz::f32<1, 4>>;
    nn::linear<8, 4> fc;
    nn::relu relu;
    QUANTYPE_MODULES(fc, relu)
    constexpr auto forward(auto x, auto y) const {
        auto z = fc(x) + y;
        return qz::tuple(relu(z), z);
    }
};
namespace several {
constexpr const qz::trace_view& t = qz::traced<two_in_two_out>::view;
static_assert(t.graph.node_count == 6);  // x, y, fc, add, relu, output
static_assert(t.graph[0].kind == qz::node_kind::placeholder && t.graph[1].kind == qz::node_kind::placeholder);
static_assert(t.shape_of(t.graph[0]) == qz::shape(2, 8) && t.shape_of(t.graph[1]) == qz::shape(1, 4));
static_assert(t.shape_of(t.graph[3]) == qz::shape(2, 4));  // broadcast
constexpr const qz::node& out = t.graph[5];
static_assert(out.kind == qz::node_kind::output && out.arg_count == 3);
static_assert(t.graph.args[out.first_arg + 1].value == 4 && t.graph.args[out.first_arg + 2].value == 3);
}  // namespace several

// A path of 60 characters.
struct projection_t {
    nn::linear<8, 8> output_projection_layer;
    QUANTYPE_MODULES(output_projection_layer)
    constexpr auto forward(auto x) const { return output_projection_layer(x); }
};
struct attention_t {
    projection_t self_attention_block;
    QUANTYPE_MODULES(self_attention_block)
    constexpr auto forward(auto x) const { return self_attention_block(x); }
};
struct deep_model {
    using inputs = qz::inputs<qz::f32<1, 8>>;
    qz::sequential<attention_t, attention_t> transformer_en;
    QUANTYPE_MODULES(transformer_en)
    constexpr auto forward(auto x) const { return transformer_en(x); }
};
namespace deep {
constexpr std::string_view path = "transformer_en.1.self_attention_block.output_projection_layer";
static_assert(path.size() >= 60);
static_assert(module_node<deep_model>(path) == 2);
static_assert(qz::traced<deep_model>::view.module_path(1) == path);
static_assert(qz::traced<deep_model>::view.scope_path(0).empty());
struct by_path {
    static constexpr auto value = qz::qconfig_mapping().set_module_name(path, narrow);
};
static_assert(qz::can_quantize<deep_model, graph_backend, by_path>);
static_assert(config_at<deep_model, graph_backend, by_path>(2) && !config_at<deep_model, graph_backend, by_path>(1));
}  // namespace deep

// Functional ops and methods, with PyTorch's shapes.
struct functional_model {
    using inputs = qz::inputs<qz::f32<1, 3, 8, 8>>;
    nn::conv2d<3, 4, 3, nn::stride<2>, nn::padding<1>> conv;
    nn::max_pool2d<2> pool;
    nn::linear<32, 5> fc;
    QUANTYPE_MODULES(conv, pool, fc)
    constexpr auto forward(auto x) const {
        auto y = qz::relu(conv(x));
        auto z = qz::cat({pool(y), pool(y)}, 1);
        return fc(z.reshape({z.size(0), -1})) * 2 + 0.5;
    }
};
namespace functional {
using net = functional_model;
constexpr const qz::trace_view& t = qz::traced<net>::view;
static_assert(t.shape_of(t.graph[module_node<net>("conv")]) == qz::shape(1, 4, 4, 4));
static_assert(t.shape_of(t.graph[function_node<net, qz::fn::cat>()]) == qz::shape(1, 8, 2, 2));
static_assert(t.shape_of(t.graph[function_node<net, qz::method::reshape>()]) == qz::shape(1, 32));
constexpr const qz::node& scaled = t.graph[function_node<net, qz::fn::mul>()];
static_assert(scaled.arg_count == 2 && t.call(scaled).attrs().has_scalar && t.call(scaled).attrs().scalar == 2.0);
static_assert(t.module_count == 3 && module_node<net>("pool", 1) > module_node<net>("pool", 0));
}  // namespace functional

// Another input shape for the same model.
using small = qz::at_shape<functional_model, qz::f32<1, 3, 7, 7>>;
static_assert(qz::traced<small>::view.shape_of(qz::traced<small>::view.graph[1]) == qz::shape(1, 4, 4, 4));

// More function calls than the first guess has room for: the trace is made again with its exact sizes.
struct many_calls {
    using inputs = qz::inputs<qz::f32<1, 4>>;
    nn::relu relu;
    QUANTYPE_MODULES(relu)
    constexpr auto forward(auto x) const {
        for (int i = 0; i < 60; ++i) x = x + x;
        for (int i = 0; i < 12; ++i) x = x * 2;
        return relu(x);
    }
};
namespace guess {
static_assert(!qz::detail::first_trace<many_calls>.fitted && qz::detail::first_trace<functional_model>.fitted);
constexpr const qz::trace_view& t = qz::traced<many_calls>::view;
static_assert(t.graph.node_count == 75 && t.call(t.graph[70]).attrs().has_scalar);
static_assert(t.shape_of(t.graph[73]) == qz::shape(1, 4));
}  // namespace guess

// A sequential hands one value on; its last module may give several.
struct twice {
    nn::relu relu;
    QUANTYPE_MODULES(relu)
    constexpr auto forward(auto x) const { return qz::tuple(relu(x), x); }
};
struct in_a_row {
    using inputs = qz::inputs<qz::f32<1, 4>>;
    qz::sequential<> nothing;
    qz::sequential<nn::relu, nn::linear<4, 4>, twice> body;
    QUANTYPE_MODULES(nothing, body)
    constexpr auto forward(auto x) const { return body(nothing(x)); }
};
namespace sequentials {
constexpr const qz::trace_view& t = qz::traced<in_a_row>::view;
static_assert(t.graph.node_count == 5);  // x, relu, linear, relu, output
static_assert(t.module_path(t.graph[2].module) == "body.1" && t.module_path(t.graph[3].module) == "body.2.relu");
static_assert(t.graph.args[t.graph[4].first_arg + 1].value == 3 && t.graph.args[t.graph[4].first_arg + 2].value == 2);
}  // namespace sequentials
