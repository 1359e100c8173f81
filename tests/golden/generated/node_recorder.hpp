// SPDX-License-Identifier: BSL-1.0
// Hook of the executor that keeps the value of every node of a lowered graph, in logical order (N, C, H, W).
//
// PyTorch's mobile engine misplaces the result of a clamp (relu6) on an image that stands channels last in memory: the
// codes are right, but the memory is read as if it were N, C, H, W. The record holds what came of it. For the nodes in
// `misplaced` the hook does the same to the library's result, so that what follows can be compared code for code.
#pragma once
#include <cstring>
#include <map>
#include <set>
#include <vector>

#include <quantype/run/model.hpp>

namespace values {

namespace qz = quantype;

/// Codes of a quantized value, or floats of any other.
struct node_value {
    std::vector<std::int64_t> codes{};
    std::vector<float> floats{};
};

/// Element k of a channels-last image stands at place_of(k) in logical order.
class image_order {
public:
    explicit image_order(const qz::shape& s)
        : channels_(static_cast<std::size_t>(s[1])),
          plane_(static_cast<std::size_t>(s.count()) / channels_ / static_cast<std::size_t>(s[0])) {}
    std::size_t place_of(std::size_t k) const {
        const std::size_t c = k % channels_, pixel = k / channels_ % plane_, n = k / channels_ / plane_;
        return (n * channels_ + c) * plane_ + pixel;
    }

private:
    std::size_t channels_;
    std::size_t plane_;
};

template <class T>
std::vector<T> channels_last(const qz::shape& s, const std::vector<T>& logical) {
    const image_order order(s);
    std::vector<T> r(logical.size());
    for (std::size_t k = 0; k < r.size(); ++k) r[k] = logical[order.place_of(k)];
    return r;
}

template <class T>
std::vector<T> in_logical_order(const qz::plan_value& v, const std::byte* at) {
    const auto count = static_cast<std::size_t>(v.extents.count());
    std::vector<T> memory(count);
    std::memcpy(memory.data(), at, count * sizeof(T));
    if (v.order == qz::value_order::contiguous || v.extents.rank < 3) return memory;
    const image_order order(v.extents);
    std::vector<T> logical(count);
    for (std::size_t k = 0; k < count; ++k) logical[order.place_of(k)] = memory[k];
    return logical;
}

template <class Net, class Backend, class Mapping>
struct node_recorder {
    static constexpr const auto& plan = qz::stage::plan<Net, Backend, Mapping>;
    static inline std::map<int, node_value> seen{};
    static inline std::set<int> misplaced{};

    template <int Step>
    static void after(const qz::run_buffers& b) {
        const int written = plan.steps[Step].output;
        if (plan.steps[Step].kind == qz::step_kind::clamp && misplaced.count(plan.steps[Step].node) != 0)
            misplace(plan.values[written], b.arena + plan.values[written].offset);
        for (int v = 0; v < plan.value_count; ++v)
            if (v == written || (plan.values[v].place == qz::value_place::alias && resolve(v) == written))
                keep(v, written, b);
    }

private:
    static int resolve(int v) {
        while (plan.values[v].place == qz::value_place::alias) v = plan.values[v].offset;
        return v;
    }
    static void misplace(const qz::plan_value& v, std::byte* at) {
        const auto wrong = channels_last(v.extents, in_logical_order<std::uint8_t>(v, at));
        const auto memory = v.order == qz::value_order::contiguous ? wrong : channels_last(v.extents, wrong);
        std::memcpy(at, memory.data(), memory.size());
    }
    static void keep(int v, int written, const qz::run_buffers& b) {
        const qz::plan_value& x = plan.values[v];
        const qz::plan_value& memory = plan.values[written];
        const std::byte* at = memory.place == qz::value_place::output
                                  ? reinterpret_cast<const std::byte*>(b.outputs[memory.offset])
                                  : b.arena + memory.offset;
        node_value& value = seen[x.node];
        if (!x.codes) {
            value.floats = in_logical_order<float>(x, at);
        } else if (x.type == qz::dtype::qint8) {
            const auto codes = in_logical_order<std::int8_t>(x, at);
            value.codes.assign(codes.begin(), codes.end());
        } else {
            const auto codes = in_logical_order<std::uint8_t>(x, at);
            value.codes.assign(codes.begin(), codes.end());
        }
    }
};

}  // namespace values
