// SPDX-License-Identifier: BSL-1.0
// Where observers stand and which share statistics: residual add, add with relu, cat, functional weights.
#include "static/small_backend.hpp"

// One observer watches a value that two patterns read.
struct residual_model {
    using inputs = qz::inputs<qz::f32<1, 8>>;
    nn::linear<8, 8> a;
    nn::linear<8, 8> b;
    QUANTYPE_MODULES(a, b)
    constexpr auto forward(auto x) const {
        auto y = a(x);
        return b(y) + y;
    }
};
namespace residual {
static_assert(qz::can_quantize<residual_model, graph_backend, narrow_everywhere>);
constexpr auto& prepared = qz::stage::prepared<residual_model, graph_backend, narrow_everywhere>;
static_assert(prepared.observer_count == 4);  // x, a, b, add
constexpr int slot(int node) { return observer_of<residual_model, graph_backend, narrow_everywhere>(node); }
static_assert(slot(module_node<residual_model>("a")) >= 0);
static_assert(slot(module_node<residual_model>("a")) != slot(module_node<residual_model>("b")));
static_assert(slot(function_node<residual_model, qz::fn::add>()) >= 0);
}  // namespace residual

// The longer pattern wins: nothing is observed between add and relu.
struct add_relu_model {
    using inputs = qz::inputs<qz::f32<1, 8>>;
    nn::linear<8, 8> a;
    nn::relu relu;
    QUANTYPE_MODULES(a, relu)
    constexpr auto forward(auto x) const { return relu(a(x) + x); }
};
namespace add_relu {
using m = narrow_everywhere;
static_assert(qz::can_quantize<add_relu_model, graph_backend, m>);
constexpr int sum = function_node<add_relu_model, qz::fn::add>();
static_assert(observer_of<add_relu_model, graph_backend, m>(sum) == -1);
static_assert(decision_at<add_relu_model, graph_backend, m>(sum) == qz::decision::inside_pattern);
static_assert(observer_of<add_relu_model, graph_backend, m>(module_node<add_relu_model>("relu")) >= 0);
static_assert(qz::stage::prepared<add_relu_model, graph_backend, m>.observer_count == 3);
}  // namespace add_relu

// A sum that has another reader cannot be inside the pattern, so the plain rows are used.
struct add_read_twice_model {
    using inputs = qz::inputs<qz::f32<1, 8>>;
    nn::linear<8, 8> a;
    nn::relu relu;
    QUANTYPE_MODULES(a, relu)
    constexpr auto forward(auto x) const {
        auto y = a(x) + x;
        return relu(y) + y;
    }
};
namespace add_read_twice {
using m = narrow_everywhere;
static_assert(qz::can_quantize<add_read_twice_model, graph_backend, m, qz::keep_float>);
static_assert(decision_at<add_read_twice_model, graph_backend, m>(module_node<add_read_twice_model>("relu")) ==
              qz::decision::no_pattern);
static_assert(observer_of<add_read_twice_model, graph_backend, m>(function_node<add_read_twice_model, qz::fn::add>()) >=
              0);
}  // namespace add_read_twice

// All inputs of a cat and its output share one observer.
struct cat_model {
    using inputs = qz::inputs<qz::f32<1, 8>>;
    nn::linear<8, 4> a;
    nn::linear<8, 6> b;
    QUANTYPE_MODULES(a, b)
    constexpr auto forward(auto x) const { return qz::cat({a(x), b(x)}, 1); }
};
namespace cat_sharing {
using m = narrow_everywhere;
static_assert(qz::can_quantize<cat_model, graph_backend, m>);
constexpr auto& prepared = qz::stage::prepared<cat_model, graph_backend, m>;
constexpr int instance(int node) { return prepared.observers[observer_of<cat_model, graph_backend, m>(node)].instance; }
constexpr int first = instance(module_node<cat_model>("a"));
static_assert(instance(module_node<cat_model>("b")) == first);
static_assert(instance(function_node<cat_model, qz::fn::cat>()) == first);
static_assert(instance(0) != first);  // the input's own
}  // namespace cat_sharing

// A functional linear: the weight gets the QConfig's weight observer, the bias none.
struct functional_model {
    using inputs = qz::inputs<qz::f32<1, 8>>;
    nn::parameter<4, 8> weight;
    nn::parameter<4> bias;
    QUANTYPE_MODULES(weight, bias)
    constexpr auto forward(auto x) const { return qz::linear(x, weight, bias); }
};
namespace functional {
using m = narrow_everywhere;
static_assert(qz::can_quantize<functional_model, graph_backend, m>);
constexpr auto& prepared = qz::stage::prepared<functional_model, graph_backend, m>;
static_assert(prepared.observer_count == 3);
constexpr int weight = observer_of<functional_model, graph_backend, m>(module_node<functional_model>("weight"));
static_assert(weight >= 0 && prepared.observers[weight].weight);
static_assert(observer_of<functional_model, graph_backend, m>(module_node<functional_model>("bias")) == -1);
}  // namespace functional

// A module that is called twice: two calls, each with an observer of its own.
struct reused_model {
    using inputs = qz::inputs<qz::f32<1, 8>>;
    nn::linear<8, 8> fc;
    QUANTYPE_MODULES(fc)
    constexpr auto forward(auto x) const { return fc(fc(x)); }
};
namespace reused {
using m = narrow_everywhere;
constexpr int one = module_node<reused_model>("fc", 0), two = module_node<reused_model>("fc", 1);
static_assert(one >= 0 && two > one);
static_assert(qz::traced<reused_model>::view.module_count == 1);
static_assert(observer_of<reused_model, graph_backend, m>(one) != observer_of<reused_model, graph_backend, m>(two));
static_assert(qz::stage::prepared<reused_model, graph_backend, m>.observer_count == 3);
}  // namespace reused
