// SPDX-License-Identifier: BSL-1.0
// Conversion, lowering and the memory plan of a residual block.
#include <quantype/lower/plan.hpp>

#include "static/small_backend.hpp"

struct residual_model {
    using inputs = qz::inputs<qz::f32<4, 64>>;
    nn::linear<64, 64> a;
    nn::linear<64, 64> b;
    QUANTYPE_MODULES(a, b)
    constexpr auto forward(auto x) const {
        auto y = a(x);
        return b(y) + y;
    }
};
using m = narrow_everywhere;
static_assert(qz::can_run<residual_model, graph_backend, m>);

constexpr int count_code(const qz::graph_view& g, qz::op_code code) {
    int n = 0;
    for (int i = g.first; i >= 0; i = g[i].next) n += g[i].op->code == code ? 1 : 0;
    return n;
}
// The reference form: quantize and dequantize around every op; lowered: one at each end.
constexpr auto reference = qz::stage::reference<residual_model, graph_backend, m>.view();
constexpr auto lowered = qz::stage::lowered<residual_model, graph_backend, m>.view();
static_assert(count_code(reference, qz::op_code::quantize) == 4 && count_code(reference, qz::op_code::dequantize) >= 4);
static_assert(count_code(lowered, qz::op_code::quantize) == 1 && count_code(lowered, qz::op_code::dequantize) == 1);

constexpr auto& plan = qz::stage::plan<residual_model, graph_backend, m>;
static_assert(plan.step_count == 5);
static_assert(plan.steps[1].kind == qz::step_kind::linear && plan.steps[2].kind == qz::step_kind::linear);
static_assert(plan.steps[3].kind == qz::step_kind::add && plan.steps[3].input_count == 2);

// Values that are alive at the same time never overlap in the arena.
constexpr bool overlaps() {
    for (int i = 0; i < plan.value_count; ++i)
        for (int j = 0; j < i; ++j) {
            const qz::plan_value &a = plan.values[i], &b = plan.values[j];
            if (a.place != qz::value_place::arena || b.place != qz::value_place::arena) continue;
            const bool time = a.first_step <= b.last_step && b.first_step <= a.last_step;
            if (time && a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes) return true;
        }
    return false;
}
static_assert(!overlaps());
static_assert(plan.arena_bytes >= 2 * 256 && plan.arena_bytes <= 3 * 256);  // at most three tensors of 4 x 64 codes
static_assert(plan.arena_bytes % qz::arena_alignment == 0);
