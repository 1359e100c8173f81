// SPDX-License-Identifier: BSL-1.0
// What one backend has that another lacks, pattern by pattern, as constants.
#pragma once
#include <quantype/backend/table.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Two rows for one pattern, as positions in the tables of the two backends; -1 where a backend has none.
struct pattern_difference {
    int first = -1;
    int second = -1;
};

namespace detail {

/// True when two rows say the same. Of root-node and extra-inputs getters only the presence is compared.
constexpr bool same_row(const backend_view& a, const pattern_entry& x, const backend_view& b, const pattern_entry& y) {
    bool same = x.observation == y.observation && x.dtype_config_count == y.dtype_config_count &&
                x.root_module == y.root_module && x.qat_module == y.qat_module &&
                x.reference_module == y.reference_module && x.fused_module == y.fused_module &&
                x.lowered == y.lowered && x.has_fuser == y.has_fuser &&
                (x.root_getter == nullptr) == (y.root_getter == nullptr) &&
                (x.extra_inputs_getter == nullptr) == (y.extra_inputs_getter == nullptr) &&
                x.has_tensor_args_map == y.has_tensor_args_map && x.weight_index == y.weight_index &&
                x.bias_index == y.bias_index && x.input_index == y.input_index;
    for (int k = 0; k < 2; ++k)
        same = same && x.fuses_to[k] == y.fuses_to[k] && x.folds_batch_norm[k] == y.folds_batch_norm[k];
    for (int k = 0; k < 4; ++k) same = same && x.observation_for[k] == y.observation_for[k];
    for (int k = 0; same && k < x.dtype_config_count; ++k)
        same = a.dtype_configs[x.first_dtype_config + k] == b.dtype_configs[y.first_dtype_config + k];
    return same;
}

template <int Room>
struct backend_comparison {
    pattern_difference differences[static_cast<std::size_t>(Room + 1)]{};
    int count = 0;
    int only_in_first = 0;
    int only_in_second = 0;
    int different = 0;
    int equal = 0;

    constexpr backend_comparison(const backend_view& a, const backend_view& b) {
        pattern_finder in_first(a), in_second(b);
        for (int i = 0; i < a.pattern_count; ++i) in_first.add(i);
        for (int i = 0; i < b.pattern_count; ++i) in_second.add(i);
        for (int i = 0; i < a.pattern_count; ++i) {
            const int other = in_second.find(a.patterns[i].tree, pattern_finder::key(a.patterns[i].tree));
            if (other >= 0 && same_row(a, a.patterns[i], b, b.patterns[other])) {
                ++equal;
                continue;
            }
            ++(other < 0 ? only_in_first : different);
            differences[count++] = {i, other};
        }
        for (int i = 0; i < b.pattern_count; ++i) {
            if (in_first.find(b.patterns[i].tree, pattern_finder::key(b.patterns[i].tree)) >= 0) continue;
            ++only_in_second;
            differences[count++] = {-1, i};
        }
    }
};

}  // namespace detail

/// The comparison of two backends: counts (only_in_first, only_in_second, different, equal) and, in `differences[0]` to
/// `differences[count - 1]`, the rows behind them. `static_assert(backend_diff<mine, native>.only_in_first == 0);`
template <class First, class Second>
inline constexpr detail::backend_comparison<detail::reader_for<First>::patterns + detail::reader_for<Second>::patterns>
    backend_diff{detail::table_of<First>.view(), detail::table_of<Second>.view()};

QUANTYPE_END_NAMESPACE
