// SPDX-License-Identifier: BSL-1.0
// Functions without a C++ function of their own: recorded as written, lowered to the form that takes the output's scale
// and zero point as keywords.
#include <quantype/backend/qnnpack.hpp>
#include <quantype/lower/plan.hpp>
#include <quantype/model/vocabulary/functions.hpp>
#include <quantype/model/vocabulary/methods.hpp>
#include <quantype/qconfig/default_mappings.hpp>

#include "static/small_backend.hpp"

using backend = qz::backends::qnnpack;
using mapping = qz::default_qnnpack_mapping;

struct net {
    using inputs = qz::inputs<qz::f32<1, 3, 8, 8>>;
    nn::conv2d<3, 4, 3> conv;
    QUANTYPE_MODULES(conv)
    constexpr auto forward(auto x) const { return qz::call<qz::fn::hardswish>(conv(x), qz::keyword<"inplace">(false)); }
};
constexpr int traced_call = function_node<net, qz::fn::hardswish>();
constexpr const qz::graph_view traced = qz::traced<net>::view.graph;
static_assert(traced[traced_call].arg_count == 2);
static_assert(traced.args[traced[traced_call].first_arg + 1].is_keyword("inplace"));

constexpr const qz::graph_view lowered = qz::stage::lowered<net, backend, mapping>.view();
constexpr int quantized_call() {
    for (int i = lowered.first; i >= 0; i = lowered[i].next)
        if (lowered[i].op->name == "torch.ops.quantized.hardswish") return i;
    return -1;
}
static_assert(quantized_call() >= 0 && lowered[quantized_call()].arg_count == 3);
static_assert(lowered.args[lowered[quantized_call()].first_arg + 1].is_keyword("output_scale"));
static_assert(lowered.args[lowered[quantized_call()].first_arg + 2].is_keyword("output_zero_point"));
static_assert(qz::can_run<net, backend, mapping>);

// torch.add is quantized as the operator is.
struct sum {
    using inputs = qz::inputs<qz::f32<1, 8>>;
    nn::linear<8, 8> a;
    QUANTYPE_MODULES(a)
    constexpr auto forward(auto x) const { return qz::call<qz::fn::torch_add>(a(x), x); }
};
static_assert(qz::can_run<sum, backend, mapping>);
