// SPDX-License-Identifier: BSL-1.0
// The values of a model's calls in three forms: float, reference (quantize - dequantize around float ops), and int8.
#pragma once
#include <cstring>
#include <map>
#include <vector>

#include <quantype/run/model.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace debug {

/// Values by traced call (traced<Net>::view.calls), logical order (N, C, H, W), float32. A call whose value does not
/// exist in a form, because it was fused into the next one, has no entry.
using call_values = std::map<int, tensor<float>>;

namespace detail {

/// The call whose value a node has: its own, or that of the relu that lowering merged into it.
inline int call_of_value(const trace_view& t, const node& n) {
    if (!n.relu) return n.origin;
    for (int i = t.graph.first; i >= 0; i = t.graph[i].next)
        if (t.graph[i].op->code == op_code::relu && first_input(t.graph, i) == n.origin) return i;
    return n.origin;
}

inline call_values by_call(const graph_view& g, const std::vector<tensor<float>>& values) {
    call_values r;
    for (int i = g.first; i >= 0; i = g[i].next) {
        const tensor<float>& v = values[static_cast<std::size_t>(i)];
        if (g[i].origin >= 0 && g[i].kind != node_kind::output && !v.data.empty()) r[g[i].origin] = v;
    }
    return r;
}

/// A value of the plan as floats in logical order.
inline tensor<float> dequantized(const plan_value& v, const std::byte* at, const value_qparams& q) {
    tensor<float> r(v.extents);
    const std::size_t count = r.data.size();
    const bool images = v.order == value_order::channels_last && v.extents.rank > 2;
    const std::size_t channels = images ? static_cast<std::size_t>(v.extents[1]) : 1;
    const std::size_t plane = images ? count / channels / static_cast<std::size_t>(v.extents[0]) : count;
    for (std::size_t k = 0; k < count; ++k) {
        float x = 0;
        if (!v.codes)
            std::memcpy(&x, at + 4 * k, 4);
        else if (v.type == dtype::qint8)
            x = dequantize(static_cast<std::int8_t>(at[k]), q.scale, q.zero_point);
        else
            x = dequantize(static_cast<std::uint8_t>(at[k]), q.scale, q.zero_point);
        // Memory runs over images, pixels, channels; logical order over images, channels, pixels.
        const std::size_t c = k % channels, pixel = k / channels % plane, n = k / channels / plane;
        r.data[(n * channels + c) * plane + pixel] = x;
    }
    return r;
}

/// Hook of the executor that keeps what every step wrote. One run at a time in a thread.
template <class Net, class Backend, class Mapping>
struct value_keeper {
    static constexpr const auto& plan = stage::plan<Net, Backend, Mapping>;
    static inline thread_local call_values* seen = nullptr;
    static inline thread_local const packed_model* packed = nullptr;

    template <int Step>
    static void after(const run_buffers& b) {
        keep(plan.steps[Step].output, b);
    }

private:
    static int resolve(int v) {
        while (plan.values[v].place == value_place::alias) v = plan.values[v].offset;
        return v;
    }
    static int shift_of(int v) {
        int shift = 0;
        for (; plan.values[v].place == value_place::alias; v = plan.values[v].offset) shift += plan.values[v].shift;
        return shift;
    }
    static void keep(int written, const run_buffers& b) {
        const plan_value& memory = plan.values[written];
        if (memory.rows > 0) return;  // a band's buffer: the value is never whole
        const std::byte* at = memory.place == value_place::output
                                  ? reinterpret_cast<const std::byte*>(b.outputs[memory.offset])
                                  : b.arena + memory.offset;
        constexpr graph_view g = stage::lowered<Net, Backend, Mapping>.view();
        for (int v = 0; v < plan.value_count; ++v) {
            if (resolve(v) != written) continue;
            const plan_value& x = plan.values[v];
            const value_qparams q = x.codes ? packed->qparams[static_cast<std::size_t>(x.qparams)] : value_qparams{};
            (*seen)[call_of_value(traced<Net>::view, g[x.node])] = dequantized(x, at + shift_of(v), q);
        }
    }
};

}  // namespace detail

/// Values of the float model, nothing fused or quantized.
inline call_values float_values(const calibration& c, const std::vector<tensor<float>>& inputs) {
    const trace_view& t = c.view().trace;
    return detail::by_call(t.graph, float_runner(t, t.graph, c.parameters()).run(inputs));
}

/// Values of the reference form: float ops on quantized and dequantized weights and activations.
template <class Net, class Backend, class Mapping, class Kernels>
call_values reference_values(const calibration& p, const quantized_model<Net, Backend, Mapping, Kernels>& m,
                             const std::vector<tensor<float>>& inputs) {
    constexpr graph_view reference = stage::reference<Net, Backend, Mapping>.view();
    return detail::by_call(reference,
                           run_reference(p, reference_forms_of<Net, Backend, Mapping>(), m.quantized(), inputs));
}

/// Values of the int8 model, dequantized. Shapes of the inputs are those of the model.
template <class Net, class Backend, class Mapping, class Kernels>
call_values int8_values(const quantized_model<Net, Backend, Mapping, Kernels>& m,
                        const std::vector<tensor<float>>& inputs) {
    using keeper = detail::value_keeper<Net, Backend, Mapping>;
    call_values r;
    keeper::seen = &r;
    keeper::packed = &m.packed();
    m.template operator()<keeper>(inputs);
    keeper::seen = nullptr;
    return r;
}

}  // namespace debug

QUANTYPE_END_NAMESPACE
