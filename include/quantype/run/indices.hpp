// SPDX-License-Identifier: BSL-1.0
// Inputs of indices on the desk, where all tensors of a call are float32: an int64 tensor becomes one, exactly, and is
// checked against the tables that read it.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <quantype/host/tensor.hpp>
#include <quantype/model/traced.hpp>

QUANTYPE_BEGIN_NAMESPACE

inline tensor<float> as_float(tensor<float> t) { return t; }
/// Refuses numbers that float32 does not hold: a table has at most 2^24 rows.
inline tensor<float> as_float(const tensor<std::int64_t>& t) {
    tensor<float> r(t.extents);
    for (std::size_t i = 0; i < t.data.size(); ++i) {
        if (t.data[i] < -(1 << 24) || t.data[i] > 1 << 24)
            raise("index " + std::to_string(t.data[i]) + " is beyond 2^24");
        r.data[i] = static_cast<float>(t.data[i]);
    }
    return r;
}

namespace detail {

/// The largest number that the readers of input `number` allow: the last row of a table, or the count of indices that
/// an offset points into.
inline std::int64_t largest_index(const trace_view& t, int number) {
    std::int64_t most = 1 << 24;
    for (int i = t.graph.first; i >= 0; i = t.graph[i].next) {
        int k = 0;
        for_each_input(t.graph, i, [&](const argument& a) {
            const attributes& op = t.call(t.graph[i]).attrs();
            const bool table = (op.code == op_code::embedding && k == 0) || op.code == op_code::embedding_bag;
            if (a.value == number && table) {
                const std::int64_t end = k == 0 ? op.in - 1 : t.shape_of(t.graph[first_input(t.graph, i)]).count();
                most = end < most ? end : most;
            }
            ++k;
        });
    }
    return most;
}

/// The numbers of input `number` as int64; refuses what is no index of the tables that read it.
inline std::vector<std::int64_t> as_indices(const tensor<float>& x, int number, const trace_view& t) {
    const std::int64_t most = largest_index(t, number);
    std::vector<std::int64_t> r;
    for (const float f : x.data) {
        if (!(f >= 0.0f && f <= static_cast<float>(most)) || f != static_cast<float>(static_cast<std::int64_t>(f)))
            raise("input " + std::to_string(number) + ": " + std::to_string(f) + " is not an integer in 0.." +
                  std::to_string(most));
        r.push_back(static_cast<std::int64_t>(f));
    }
    return r;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
