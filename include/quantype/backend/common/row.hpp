// SPDX-License-Identifier: BSL-1.0
// The short form in which the built-in tables are written: `row<pattern_of<nn::conv2d<>>, D, root<nn::conv2d<>>>`. It
// is the same type that `backend_pattern_config(...)` and its setters give, without the steps in between.
#pragma once
#include <quantype/backend/backend_config.hpp>
#include <quantype/backend/common/dtype_configs.hpp>
#include <quantype/model/vocabulary/op_lists.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace backends {

namespace detail {
template <class Pattern, class DtypeConfigs, class... Properties>
struct make_row;
template <class Pattern, class... D, class... Properties>
struct make_row<Pattern, dtype_configs<D...>, Properties...> {
    using type = pattern_config<Pattern, property::dtype_config_is<D>..., Properties...>;
};

template <class... Tables>
struct join_tables;
template <class Table>
struct join_tables<Table> {
    using type = Table;
};
template <fixed_string N, class E, class... A, fixed_string M, class F, class... B, class... More>
struct join_tables<backend<N, E, A...>, backend<M, F, B...>, More...>
    : join_tables<backend<N, E, A..., B...>, More...> {};
}  // namespace detail

/// A pattern, its dtype configs in order, and further properties.
template <class Pattern, class DtypeConfigs, class... Properties>
using row = typename detail::make_row<Pattern, DtypeConfigs, Properties...>::type;

/// A part of a table, for backend::set_backend_pattern_configs_of.
template <class... Rows>
using table = backend<"", engine::qnnpack, Rows...>;
/// Parts of a table, one after the other.
template <class... Tables>
using join = typename detail::join_tables<Tables...>::type;

template <class... Ops>
using on = pattern_of<Ops...>;
template <class Module>
using root = property::root_module_is<Module>;
template <class Module>
using trained_as = property::qat_module_is<Module>;
template <class Module>
using reference_of = property::reference_quantized_module_is<Module>;
template <class Module>
using fused = property::fused_module_is<Module>;
template <class Fuser>
using fused_by = property::fuser_method_is<Fuser>;
template <int Weight, int Bias, int Input = -1>
using arguments = property::input_type_to_index_is<Weight, Bias, Input>;
using shared = property::observation_type_is<observation_type::output_share_observer_with_input>;
using not_observed = property::observation_type_is<observation_type::input_output_not_observed>;

/// A list of op types.
template <class... Ops>
using ops = vocabulary::ops<Ops...>;

namespace detail {
template <class Ops, class DtypeConfigs, class... Properties>
struct make_rows;
template <class... Op, class DtypeConfigs, class... Properties>
struct make_rows<vocabulary::ops<Op...>, DtypeConfigs, Properties...> {
    using type = table<row<on<Op>, DtypeConfigs, Properties...>...>;
};
}  // namespace detail

/// One row for each op of a list, all alike.
template <class Ops, class DtypeConfigs, class... Properties>
using rows = typename detail::make_rows<Ops, DtypeConfigs, Properties...>::type;

}  // namespace backends

QUANTYPE_END_NAMESPACE
