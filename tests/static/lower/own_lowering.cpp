// SPDX-License-Identifier: BSL-1.0
// A backend's own kernel takes the place of its pattern in the lowered graph; where the pattern stays in float, or
// reads a value that is not quantized, it does not.
#include <quantype/kernel/contract/own_op.hpp>
#include <quantype/lower/plan.hpp>
#include <quantype/model/call.hpp>
#include <quantype/model/functional.hpp>

namespace {

namespace qz = quantype;
namespace nn = qz::nn;

struct fused {
    static constexpr qz::op_info op{"mine.matmul_tanh", qz::node_kind::call_function, qz::op_code::custom};
    static void run(const qz::code_tensor (&)[2], const qz::code_tensor&) {}
};
struct codes : qz::dtype_config {
    static constexpr qz::dtype_with_constraints input_dtype = qz::quint8, output_dtype = qz::quint8;
};
struct device : decltype(qz::backend_config<"device">().set_backend_pattern_configs(
                    qz::backend_pattern_config(qz::pattern<qz::fn::matmul, nn::tanh>)
                        .add_dtype_config<codes>()
                        .set_lowering<fused>(),
                    qz::backend_pattern_config(qz::pattern<qz::fn::matmul>).add_dtype_config<codes>())){};

struct net {
    using inputs = qz::inputs<qz::f32<2, 3>, qz::f32<3, 2>>;
    nn::tanh tanh;
    QUANTYPE_MODULES(tanh)
    constexpr auto forward(auto x, auto y) const { return tanh(qz::matmul(x, y)); }
};
struct everywhere {
    static constexpr auto value =
        qz::qconfig_mapping().set_global(qz::qconfig{qz::min_max_observer(), qz::default_weight_observer});
};
struct no_tanh {
    static constexpr auto value = everywhere::value.set_module_name("tanh", qz::no_qconfig);
};

template <class Mapping>
constexpr int calls_of(qz::op_id op) {
    constexpr qz::graph_view g = qz::stage::lowered<net, device, Mapping>.view();
    int count = 0;
    for (int i = g.first; i >= 0; i = g[i].next) count += g[i].op == op ? 1 : 0;
    return count;
}
template <class Mapping>
constexpr int steps_of(qz::step_kind kind) {
    constexpr auto& plan = qz::stage::plan<net, device, Mapping>;
    int count = 0;
    for (int s = 0; s < plan.step_count; ++s) count += plan.steps[s].kind == kind ? 1 : 0;
    return count;
}

static_assert(calls_of<everywhere>(qz::id_of<fused>) == 1);
static_assert(calls_of<everywhere>(qz::id_of<nn::tanh>) == 0);
static_assert(steps_of<everywhere>(qz::step_kind::own_op) == 1);
static_assert(steps_of<everywhere>(qz::step_kind::quantize) == 2);
static_assert(steps_of<everywhere>(qz::step_kind::dequantize) == 1);
static_assert(qz::can_run<net, device, everywhere>);

// Only the last op's QConfig counts for a pattern.
static_assert(calls_of<no_tanh>(qz::id_of<fused>) == 0);
static_assert(calls_of<no_tanh>(qz::id_of<nn::tanh>) == 1);

}  // namespace
