// SPDX-License-Identifier: BSL-1.0
// Access to a lowered model for the tests of real models: its nodes in order, and the codes behind every step of a run.
#pragma once
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include <quantype/run/model.hpp>

#include "support/vector_kernels.hpp"

namespace real_models {

namespace qz = quantype;

/// The stages of one model under one backend and mapping.
template <class Net, class Backend, class Mapping>
struct stages {
    static constexpr qz::graph_view lowered = qz::stage::lowered<Net, Backend, Mapping>.view();
    static constexpr qz::prepared_view prepared = qz::prepared_view_of<Net, Backend, Mapping>();
    static constexpr const auto& plan = qz::stage::plan<Net, Backend, Mapping>;

    /// Nodes that a printed graph shows between its inputs and its output.
    static std::vector<int> calls() {
        std::vector<int> r;
        for (int i = lowered.first; i >= 0; i = lowered[i].next) {
            const qz::node& n = lowered[i];
            const bool number = n.op->code == qz::op_code::qparam;
            if (n.kind != qz::node_kind::placeholder && n.kind != qz::node_kind::output && !number) r.push_back(i);
        }
        return r;
    }
    static bool gives_codes(int i) {
        return lowered[i].op->code == qz::op_code::quantize || lowered[i].form == qz::node_form::quantized;
    }
    /// PyTorch's target: a module's path, or the name of the function or method.
    static std::string target(int i) {
        const qz::node& n = lowered[i];
        if (n.kind == qz::node_kind::call_module) return std::string(prepared.trace.path_of(n));
        const std::string_view op = n.op->name;
        return std::string(op.starts_with("method:") ? op.substr(7) : op);
    }
    static bool is_weighted(int i) {
        const qz::op_code code = lowered[i].op->code;
        return gives_codes(i) && (code == qz::op_code::linear || code == qz::op_code::conv);
    }
    /// True when the step behind the node does the next node's work too, whose codes alone are there.
    static bool merged(int node) {
        for (int i = 0; i < plan.step_count; ++i)
            if (plan.steps[i].node == node && plan.steps[i].clamp_node >= 0) return true;
        return false;
    }
    static int resolve(int v) {
        while (plan.values[v].place == qz::value_place::alias) v = plan.values[v].offset;
        return v;
    }
};

/// The codes of a value in logical order (N, C, H, W), as bytes.
inline std::vector<std::uint8_t> logical_codes(const qz::plan_value& v, const std::byte* at) {
    const auto bytes = static_cast<std::size_t>(v.extents.count());
    std::vector<std::uint8_t> codes(bytes);
    std::memcpy(codes.data(), at, bytes);
    if (v.order == qz::value_order::contiguous || v.extents.rank < 3) return codes;
    const auto channels = static_cast<std::size_t>(v.extents[1]);
    const std::size_t plane = bytes / channels / static_cast<std::size_t>(v.extents[0]);
    std::vector<std::uint8_t> r(bytes);
    for (std::size_t i = 0; i < bytes; ++i) {
        const std::size_t c = i % channels, pixel = i / channels % plane, n = i / channels / plane;
        r[(n * channels + c) * plane + pixel] = codes[i];
    }
    return r;
}

/// Hook of the executor: keeps the codes of every node, aliases included, while `on`.
template <class Stages>
struct code_recorder {
    static inline std::map<int, std::vector<std::uint8_t>> codes{};
    static inline bool on = false;

    template <int Step>
    static void after(const qz::run_buffers& b) {
        if (on) keep(Stages::plan.steps[Step].output, b);
    }

private:
    static void keep(int written, const qz::run_buffers& b) {
        if (Stages::plan.values[written].place != qz::value_place::arena) return;  // the caller's copy
        for (int v = 0; v < Stages::plan.value_count; ++v) {
            const qz::plan_value& x = Stages::plan.values[v];
            if (x.codes && Stages::resolve(v) == written)
                codes[x.node] = logical_codes(x, b.arena + Stages::plan.values[written].offset);
        }
    }
};

/// Runs one sample; the model's only output.
template <class Recorder, class Model>
std::vector<float> run_sample(const Model& model, const float* input, bool record = false) {
    std::vector<qz::tensor<float>> outputs = model.empty_outputs();
    float* out = outputs[0].data.data();
    Recorder::on = record;
    model.template run<Recorder>(&input, &out, model.own_arena());
    return outputs[0].data;
}

/// A model packed for the specification and for the vector kernels.
template <class Model>
struct both_kernels {
    const Model& scalar;
    decltype(scalar.template with<vector_kernels>()) simd;

    explicit both_kernels(const Model& m) : scalar(m), simd(m.template with<vector_kernels>()) {}

    /// Runs one sample with the vector kernels; where codes are recorded also with the scalar ones, whose codes are
    /// kept and whose outputs must be the same.
    template <class Recorder>
    std::vector<float> run(const float* input, bool record) const {
        std::vector<float> y = run_sample<Recorder>(simd, input);
        if (record) CHECK(run_sample<Recorder>(scalar, input, true) == y);
        return y;
    }
};

inline std::size_t differing(const std::vector<std::uint8_t>& got, const std::byte* want) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < got.size(); ++i) n += got[i] != std::to_integer<std::uint8_t>(want[i]);
    return n;
}

}  // namespace real_models
