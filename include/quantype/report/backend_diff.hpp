// SPDX-License-Identifier: BSL-1.0
// The comparison of two backends as text: which patterns only one of them has, and in what common ones differ.
#pragma once
#include <string>

#include <quantype/backend/diff.hpp>
#include <quantype/report/explain.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace report {

namespace detail {

/// "3 dtype configs against 2", or how the first ones that differ do: "quint8 -> quint8 against int8 -> int8"; empty
/// when they are the same.
inline std::string dtype_difference(const quantype::detail::backend_view& a, const quantype::detail::pattern_entry& x,
                                    const quantype::detail::backend_view& b, const quantype::detail::pattern_entry& y) {
    if (x.dtype_config_count != y.dtype_config_count)
        return std::to_string(x.dtype_config_count) + " dtype configs against " + std::to_string(y.dtype_config_count);
    for (int k = 0; k < x.dtype_config_count; ++k) {
        const dtype_config_value& one = a.dtype_configs[x.first_dtype_config + k];
        const dtype_config_value& other = b.dtype_configs[y.first_dtype_config + k];
        if (one == other) continue;
        const std::string text = dtype_config_text(one), against = dtype_config_text(other);
        return text == against ? "constraints of " + text : text + " against " + against;
    }
    return "";
}

/// "constraints of quint8 x qint8 -> quint8, root module", for two rows of one pattern.
inline std::string row_difference(const quantype::detail::backend_view& a, const quantype::detail::pattern_entry& x,
                                  const quantype::detail::backend_view& b, const quantype::detail::pattern_entry& y) {
    std::string text;
    const auto note = [&](bool differs, const std::string& what) {
        if (differs) text += (text.empty() ? "" : ", ") + what;
    };
    bool same_map = x.has_tensor_args_map == y.has_tensor_args_map;
    for (int k = 0; k < 4; ++k) same_map = same_map && x.observation_for[k] == y.observation_for[k];
    const std::string dtypes = dtype_difference(a, x, b, y);
    note(!dtypes.empty(), dtypes);
    note(x.observation != y.observation, "observation type");
    note(x.root_module != y.root_module, "root module");
    note(x.qat_module != y.qat_module, "QAT module");
    note(x.reference_module != y.reference_module, "reference module");
    note(x.fused_module != y.fused_module, "fused module");
    note(x.has_fuser != y.has_fuser || x.fuses_to[0] != y.fuses_to[0] || x.fuses_to[1] != y.fuses_to[1] ||
             x.folds_batch_norm[0] != y.folds_batch_norm[0] || x.folds_batch_norm[1] != y.folds_batch_norm[1],
         "fuser");
    note((x.root_getter == nullptr) != (y.root_getter == nullptr), "root node getter");
    note((x.extra_inputs_getter == nullptr) != (y.extra_inputs_getter == nullptr), "extra inputs getter");
    note(!same_map, "observation type by number of tensor arguments");
    note(x.weight_index != y.weight_index || x.bias_index != y.bias_index || x.input_index != y.input_index,
         "argument positions");
    return text;
}

}  // namespace detail

/// A line with the counts, then a line for each pattern that is not the same in both backends, in the order of the
/// first backend's table and then the second's.
template <class First, class Second>
std::string backend_diff_text() {
    constexpr const auto& d = backend_diff<First, Second>;
    const quantype::detail::backend_view a = quantype::detail::table_of<First>.view();
    const quantype::detail::backend_view b = quantype::detail::table_of<Second>.view();
    const std::string first(First::name()), second(Second::name());
    std::string text = first + " (" + std::to_string(a.pattern_count) + " patterns) against " + second + " (" +
                       std::to_string(b.pattern_count) + "): " + std::to_string(d.equal) + " equal, " +
                       std::to_string(d.different) + " differ, " + std::to_string(d.only_in_first) + " only in " +
                       first + ", " + std::to_string(d.only_in_second) + " only in " + second + "\n";
    for (int i = 0; i < d.count; ++i) {
        const pattern_difference& at = d.differences[i];
        if (at.second < 0)
            text += "only in " + first + ": " + pattern_text(a.patterns[at.first].tree, true);
        else if (at.first < 0)
            text += "only in " + second + ": " + pattern_text(b.patterns[at.second].tree, true);
        else
            text += pattern_text(a.patterns[at.first].tree, true) + ": " +
                    detail::row_difference(a, a.patterns[at.first], b, b.patterns[at.second]);
        text += "\n";
    }
    return text;
}

}  // namespace report

QUANTYPE_END_NAMESPACE
