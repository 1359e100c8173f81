// SPDX-License-Identifier: BSL-1.0
// The prepared graph of a model, backend and mapping as a constant, and the refusals of strict mode.
// Takes: types. Gives: stage::prepared<Net, Backend, Mapping>. Refuses: unknown names, disagreeing parts, and in strict
// mode the first node that its QConfig asks to quantize and the backend cannot. Next: calibrate.
#pragma once
#include <quantype/model/standalone.hpp>
#include <quantype/prepare/second_mapping.hpp>
#include <quantype/qconfig/observer_checks.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Default policy: a node that should be quantized and cannot be stops the build.
struct strict {
    static constexpr bool stops = true;
};
/// PyTorch's behaviour: such a node stays float; `explain` says why.
struct keep_float {
    static constexpr bool stops = false;
};

namespace detail {

struct prepare_sizes {
    graph_sizes graph;
    int observers;
    int nodes;
};

/// Every node may get one observer behind it, every argument one before it; fused nodes rewrite their arguments.
constexpr prepare_sizes prepare_bounds(const trace_view& t) {
    int inputs = 0;
    for (int i = 0; i < t.graph.arg_count; ++i)
        if (t.graph.args[i].is_node()) ++inputs;
    const int observers = t.graph.node_count + inputs;
    return {{t.graph.node_count + observers, 2 * t.graph.arg_count + observers, t.graph.node_count},
            observers,
            t.graph.node_count};
}

template <prepare_sizes S>
struct frozen_prepare {
    frozen_graph<S.graph> graph{};
    observer_slot observers[static_cast<std::size_t>(S.observers + 1)]{};
    finding report[static_cast<std::size_t>(S.nodes + 1)]{};
    int rule_of[static_cast<std::size_t>(S.nodes + 1)]{};
    int match_last[static_cast<std::size_t>(S.nodes + 1)]{};
    mapping_error error = mapping_error::none;
    int error_rule = -1;
    int error_node = -1;

    int observer_count = 0;

    constexpr explicit frozen_prepare(const prepare_result& r)
        : graph(r.graph),
          error(r.error),
          error_rule(r.error_rule),
          error_node(r.error_node),
          observer_count(r.observers.size()) {
        for (int i = 0; i < observer_count; ++i) observers[i] = r.observers[i];
        for (int i = 0; i < S.nodes; ++i) {
            report[i] = r.report[i];
            rule_of[i] = i < r.rule_of.size() ? r.rule_of[i] : no_rule;
            match_last[i] = r.match_last[i];
        }
    }
    static constexpr int traced_nodes = S.nodes;
};

template <class Net, class Mapping>
inline constexpr prepare_options prepare_options_of{custom_of<Net>, is_training<Net>,
                                                    requires {typename Mapping::at_convert;
}  // namespace detail
}
;

template <class Net, class Backend, class Mapping>
constexpr prepare_result run_prepare() {
    prepare_result r = prepare_graph(traced<Net>::view, table_of<Backend>.view(), view_of(Mapping::value),
                                     prepare_options_of<Net, Mapping>);
    if constexpr (prepare_options_of<Net, Mapping>.has_second_mapping)
        apply_second_mapping(r, traced<Net>::view, table_of<Backend>.view(), view_of(Mapping::value),
                             view_of(Mapping::at_convert::value), is_training<Net>);
    return r;
}

template <class Net>
inline constexpr prepare_sizes prepare_sizes_of = prepare_bounds(traced<Net>::view);

}  // namespace detail

namespace stage {

/// The prepared graph. Every stage is named by the user's types alone.
template <class Net, class Backend, class Mapping>
inline constexpr detail::frozen_prepare<detail::prepare_sizes_of<Net>> prepared{
    detail::run_prepare<Net, Backend, Mapping>()};

}  // namespace stage

struct standalone_part;

/// Read access to a prepared graph, whatever its size.
struct prepared_view {
    trace_view trace{};
    graph_view graph{};
    const detail::observer_slot* observers = nullptr;
    int observer_count = 0;
    const finding* report = nullptr;  ///< by node of the traced graph
    const int* rule_of = nullptr;
    const int* match_last = nullptr;
    int traced_nodes = 0;
    mapping_view mapping{};
    detail::backend_view backend{};
    prepare_options options{};
    const standalone_part* parts = nullptr;  ///< the standalone modules, in the order of their calls
    int part_count = 0;

    /// The QConfig of a node of the traced graph, or null.
    constexpr const qconfig* config_of(int i) const {
        const int rule = i >= 0 && i < traced_nodes ? rule_of[i] : detail::no_rule;
        return rule == detail::no_rule || !mapping.rules[rule].value ? nullptr : &mapping.rules[rule].value.value;
    }
    /// The observer of a slot: the one it shares, with that one's configuration.
    constexpr const observer_config& observer(int slot) const {
        const detail::observer_slot& s = observers[observers[slot].instance];
        const qconfig& q = mapping.rules[s.rule].value.value;
        return s.weight ? q.weight : q.activation;
    }
};

/// A standalone module: its call in the graph around it, and what became of it as a model of its own.
struct standalone_part {
    int node = -1;
    prepared_view prepared{};
};

namespace detail {

/// Calls of standalone modules, by their numbers in the traced and prepared graph.
template <int Count>
struct call_numbers {
    int calls[static_cast<std::size_t>(Count + 1)]{};
};
constexpr int count_standalone(const graph_view& g) {
    int count = 0;
    for (int i = g.first; i >= 0; i = g[i].next) count += g[i].op == &standalone_op;
    return count;
}
template <class Net, class Backend, class Mapping>
inline constexpr int standalone_count = [] {
    if constexpr (custom_of<Net>.count == 0)
        return 0;
    else
        return count_standalone(stage::prepared<Net, Backend, Mapping>.graph.view());
}();
template <class Net, class Backend, class Mapping>
inline constexpr auto standalone_calls = [] {
    call_numbers<standalone_count<Net, Backend, Mapping>> r;
    const graph_view g = stage::prepared<Net, Backend, Mapping>.graph.view();
    int n = 0;
    for (int i = g.first; i >= 0; i = g[i].next)
        if (g[i].op == &standalone_op) r.calls[n++] = i;
    return r;
}();

/// The QConfig that the model around a standalone module gives it is the module's own global one.
template <class Net, class Backend, class Mapping, int Call>
struct mapping_of_part {
    static constexpr auto value = [] {
        const int rule = stage::prepared<Net, Backend, Mapping>.rule_of[Call];
        const mapping_view m = view_of(Mapping::value);
        return qconfig_mapping().set_global(rule == no_rule ? maybe<qconfig>{} : m.rules[rule].value);
    }();
};

/// Standalone module number K of a model: the types by which its stages are named.
template <class Net, class Backend, class Mapping, int K>
struct part {
    static constexpr int call = standalone_calls<Net, Backend, Mapping>.calls[K];
    using net = standalone_part_of<Net, call>;
    using mapping = mapping_of_part<Net, Backend, Mapping, call>;
};

template <class Net, class Backend, class Mapping, class Indices>
struct parts_table;

}  // namespace detail

template <class Net, class Backend, class Mapping>
constexpr prepared_view prepared_view_of();

namespace detail {

template <class Net, class Backend, class Mapping, int... K>
struct parts_table<Net, Backend, Mapping, std::integer_sequence<int, K...>> {
    static constexpr standalone_part parts[sizeof...(K)] = {
        {part<Net, Backend, Mapping, K>::call,
         prepared_view_of<typename part<Net, Backend, Mapping, K>::net, Backend,
                          typename part<Net, Backend, Mapping, K>::mapping>()}...};
};
template <class Net, class Backend, class Mapping>
constexpr const standalone_part* parts_of() {
    constexpr int count = standalone_count<Net, Backend, Mapping>;
    if constexpr (count == 0)
        return nullptr;
    else
        return parts_table<Net, Backend, Mapping, std::make_integer_sequence<int, count>>::parts;
}

}  // namespace detail

template <class Net, class Backend, class Mapping>
constexpr prepared_view prepared_view_of() {
    constexpr auto& p = stage::prepared<Net, Backend, Mapping>;
    return {traced<Net>::view,
            p.graph.view(),
            p.observers,
            p.observer_count,
            p.report,
            p.rule_of,
            p.match_last,
            p.traced_nodes,
            view_of(Mapping::value),
            detail::table_of<Backend>.view(),
            detail::prepare_options_of<Net, Mapping>,
            detail::parts_of<Net, Backend, Mapping>(),
            detail::standalone_count<Net, Backend, Mapping>};
}

namespace fail {
/// Which observer of a QConfig, in messages.
struct activation_observer {};
struct weight_observer {};

template <observer_fault Fault, class Rule, class Observer>
struct observer_is_refused {
    using f = observer_fault;
    static_assert(Fault != f::no_class, "quantype: a QConfig of the mapping has no observer class");
    static_assert(Fault != f::range_without_zero,
                  "quantype: an observer's quant range must hold 0: quant_min <= 0 <= quant_max");
    static_assert(Fault != f::range_empty, "quantype: an observer's quant_min must be less than its quant_max");
    static_assert(Fault != f::range_too_long,
                  "quantype: an observer's quant range for qint8 may hold at most 256 codes");
    static_assert(Fault != f::reduced_symmetric_quint8,
                  "quantype: an observer cannot reduce the range for symmetric quantization to quint8");
    static_assert(Fault != f::scheme_not_supported,
                  "quantype: a per-channel qscheme needs a per-channel observer, and the reverse");
    static_assert(Fault != f::dynamic_not_supported, "quantype: this observer does not support dynamic quantization");
    static_assert(Fault != f::eps_not_positive, "quantype: an observer's eps must be greater than 0");
    static_assert(Fault != f::averaging_constant_out_of_range,
                  "quantype: an observer's averaging_constant must lie in 0..1");
    static_assert(Fault != f::bins_not_positive, "quantype: an observer's bins must be at least 1");
    static_assert(Fault != f::scale_not_positive, "quantype: a fixed scale must be greater than 0");
};
template <bool Ok, class Name>
struct mapping_names_no_module {
    static_assert(Ok, "quantype: the QConfig mapping names a module that the model does not have");
};
template <bool Ok, class Name>
struct second_mapping_names_no_module {
    static_assert(Ok, "quantype: the mapping given to convert names a module that the model does not have");
};
template <bool Ok, class Name>
struct second_mapping_entry_differs {
    static_assert(Ok,
                  "quantype: the mapping given to convert must have this entry of prepare's mapping, with the same "
                  "QConfig or, but for the global entry, with no_qconfig");
};
template <bool Ok, class Where>
struct second_mapping_changes_qconfig {
    static_assert(Ok,
                  "quantype: the mapping given to convert may leave this op in float, but not give it another QConfig");
};
template <bool Ok, class Where>
struct fused_parts_disagree {
    static_assert(Ok,
                  "quantype: the object types fused into this module must all have the same QConfig in the mapping");
};
template <bool Ok, class Where, class Op>
struct no_pattern_for {
    static_assert(Ok,
                  "quantype: the backend has no pattern for this op, but the mapping asks to quantize it; set its "
                  "QConfig to no_qconfig or use keep_float");
};
template <bool Ok, class Where, class Op, class Have, class Need>
struct activation_dtype_mismatch {
    static_assert(Ok, "quantype: no dtype config of the pattern has the QConfig's activation dtype");
};
template <bool Ok, class Where, class Op, class Have, class Need>
struct weight_dtype_mismatch {
    static_assert(Ok, "quantype: no dtype config of the pattern has the QConfig's weight dtype");
};
template <bool Ok, class Where, class Op>
struct quant_range_missing {
    static_assert(Ok, "quantype: the backend constrains the quant range, but the QConfig's observer has none");
};
template <bool Ok, class Where, class Op, class HaveMin, class HaveMax, class NeedMin, class NeedMax>
struct quant_range_exceeds_backend {
    static_assert(Ok, "quantype: the QConfig's quant range must fall within the backend's");
};
template <bool Ok, class Where, class Op, class Need>
struct scale_min_missing {
    static_assert(Ok, "quantype: the backend has a smallest scale, but the QConfig's observer has no eps");
};
template <bool Ok, class Where, class Op, class Have, class Need>
struct scale_below_backend_minimum {
    static_assert(Ok, "quantype: the QConfig's eps must be at least the backend's smallest scale");
};
template <bool Ok, class Where, class Op, class NeedScale, class NeedZeroPoint>
struct fixed_qparams_required {
    static_assert(Ok, "quantype: this op has fixed qparams: its QConfig needs a fixed_qparams_observer");
};
template <bool Ok, class Where, class Op, class HaveScale, class HaveZeroPoint, class NeedScale, class NeedZeroPoint>
struct fixed_qparams_mismatch {
    static_assert(Ok, "quantype: the QConfig's fixed scale and zero point are not the backend's");
};
template <bool Ok, class Where, class Op>
struct pattern_parts_disagree {
    static_assert(Ok, "quantype: all ops of a pattern must have the same QConfig");
};
}  // namespace fail

namespace detail {

template <class Net, class Backend, class Mapping>
constexpr int first_refusal() {
    const prepared_view v = prepared_view_of<Net, Backend, Mapping>();
    for (int i = v.graph.first; i >= 0; i = v.graph[i].next)
        if (i < v.traced_nodes && is_refusal(v.report[i].what)) return i;
    return -1;
}

template <class Net, class Backend, class Mapping, int Node>
struct node_text {
    static constexpr std::string_view text() {
        const prepared_view v = prepared_view_of<Net, Backend, Mapping>();
        const node& n = v.graph[Node];
        if (n.module >= 0) return v.trace.module_path(n.module);
        return v.trace.scope_path(n.scope).empty() ? std::string_view("forward of the model")
                                                   : v.trace.scope_path(n.scope);
    }
};
template <class Net, class Backend, class Mapping, int Node>
struct node_op_text {
    static constexpr std::string_view text() { return prepared_view_of<Net, Backend, Mapping>().graph[Node].op->name; }
};
template <class Mapping, int Rule>
struct rule_text {
    static constexpr std::string_view text() {
        const qconfig_rule& r = Mapping::value.rules[Rule];
        if (!r.key.empty()) return r.key;
        return r.op ? r.op->name : std::string_view("global");
    }
};

/// The first rule of a mapping with an observer that cannot be built, or -1; PyTorch refuses it when the observer is
/// made.
constexpr int first_bad_observer(const mapping_view& m) {
    for (int i = 0; i < m.count; ++i) {
        if (!m.rules[i].value) continue;
        const qconfig& q = *m.rules[i].value;
        if (check_observer(q.activation) != observer_fault::none || check_observer(q.weight) != observer_fault::none)
            return i;
    }
    return -1;
}

template <class Mapping, int Rule>
constexpr void refuse_observer() {
    constexpr observer_fault activation = check_observer(Mapping::value.rules[Rule].value.value.activation);
    constexpr observer_fault weight = check_observer(Mapping::value.rules[Rule].value.value.weight);
    using where = fail::at_text<rule_text<Mapping, Rule>>;
    if constexpr (activation != observer_fault::none)
        (void)sizeof(fail::observer_is_refused<activation, where, fail::activation_observer>);
    else
        (void)sizeof(fail::observer_is_refused<weight, where, fail::weight_observer>);
}

template <class Net, class Backend, class Mapping, int Node>
constexpr void refuse() {
    constexpr finding F = stage::prepared<Net, Backend, Mapping>.report[Node];
    using Where = fail::at_text<node_text<Net, Backend, Mapping, Node>>;
    using Op = fail::at_text<node_op_text<Net, Backend, Mapping, Node>>;
    using have = fail::have_real<fail::real{F.have[0]}>;
    using need = fail::need_real<fail::real{F.need[0]}>;
    using have_int = fail::have<static_cast<long long>(F.have[0])>;
    using need_int = fail::need<static_cast<long long>(F.need[0])>;
    using have_second = fail::have<static_cast<long long>(F.have[1])>;
    using need_second = fail::need<static_cast<long long>(F.need[1])>;
    constexpr decision d = F.what;
    if constexpr (d == decision::no_pattern) (void)sizeof(fail::no_pattern_for<false, Where, Op>);
    if constexpr (d == decision::activation_dtype)
        (void)sizeof(fail::activation_dtype_mismatch<false, Where, Op, fail::have_dtype<static_cast<dtype>(F.have[0])>,
                                                     fail::need_dtype<static_cast<dtype>(F.need[0])>>);
    if constexpr (d == decision::weight_dtype)
        (void)sizeof(fail::weight_dtype_mismatch<false, Where, Op, fail::have_dtype<static_cast<dtype>(F.have[0])>,
                                                 fail::need_dtype<static_cast<dtype>(F.need[0])>>);
    if constexpr (d == decision::quant_range_missing) (void)sizeof(fail::quant_range_missing<false, Where, Op>);
    if constexpr (d == decision::quant_range)
        (void)sizeof(fail::quant_range_exceeds_backend<false, Where, Op, have_int, have_second, need_int, need_second>);
    if constexpr (d == decision::scale_min_missing) (void)sizeof(fail::scale_min_missing<false, Where, Op, need>);
    if constexpr (d == decision::scale_min)
        (void)sizeof(fail::scale_below_backend_minimum<false, Where, Op, have, need>);
    if constexpr (d == decision::fixed_missing)
        (void)sizeof(fail::fixed_qparams_required<false, Where, Op, need, need_second>);
    if constexpr (d == decision::fixed_mismatch)
        (void)sizeof(fail::fixed_qparams_mismatch<false, Where, Op, have, have_second, need, need_second>);
    if constexpr (d == decision::parts_disagree) (void)sizeof(fail::pattern_parts_disagree<false, Where, Op>);
}

/// True when nothing stops the build; otherwise the first reason is a compile error.
template <class Net, class Backend, class Mapping, class Policy>
constexpr bool check_prepared();
/// The same for the standalone modules; paths in messages are the module's own.
template <class Net, class Backend, class Mapping, class Policy, int... K>
constexpr bool check_parts(std::integer_sequence<int, K...>) {
    return (true && ... &&
            check_prepared<typename part<Net, Backend, Mapping, K>::net, Backend,
                           typename part<Net, Backend, Mapping, K>::mapping, Policy>());
}
template <class Net, class Backend, class Mapping, class Policy>
constexpr bool check_prepared() {
    if constexpr (!traced<Net>::ok || !valid_backend<Backend>) {
        return false;
    } else if constexpr (constexpr int bad = first_bad_observer(view_of(Mapping::value)); bad >= 0) {
        refuse_observer<Mapping, bad>();
        return false;
    } else {
        constexpr auto& p = stage::prepared<Net, Backend, Mapping>;
        if constexpr (p.error == mapping_error::unknown_module) {
            (void)sizeof(fail::mapping_names_no_module<false, fail::at_text<rule_text<Mapping, p.error_rule>>>);
            return false;
        } else if constexpr (p.error == mapping_error::second_names_no_module) {
            (void)sizeof(fail::second_mapping_names_no_module<
                         false, fail::at_text<rule_text<typename Mapping::at_convert, p.error_rule>>>);
            return false;
        } else if constexpr (p.error == mapping_error::second_entry_differs) {
            (void)sizeof(fail::second_mapping_entry_differs<false, fail::at_text<rule_text<Mapping, p.error_rule>>>);
            return false;
        } else if constexpr (p.error == mapping_error::second_node_differs) {
            (void)sizeof(
                fail::second_mapping_changes_qconfig<false,
                                                     fail::at_text<node_text<Net, Backend, Mapping, p.error_node>>>);
            return false;
        } else if constexpr (p.error == mapping_error::parts_disagree) {
            (void)sizeof(
                fail::fused_parts_disagree<false, fail::at_text<node_text<Net, Backend, Mapping, p.error_node>>>);
            return false;
        } else if constexpr (constexpr int i = first_refusal<Net, Backend, Mapping>(); Policy::stops && i >= 0) {
            refuse<Net, Backend, Mapping, i>();
            return false;
        }
        return check_parts<Net, Backend, Mapping, Policy>(
            std::make_integer_sequence<int, standalone_count<Net, Backend, Mapping>>{});
    }
}

}  // namespace detail

/// `static_assert(can_quantize<net, backend, mapping>);` checks a model against a backend without weights or kernels.
template <class Net, class Backend, class Mapping, class Policy = strict>
inline constexpr bool can_quantize = detail::check_prepared<Net, Backend, Mapping, Policy>();

QUANTYPE_END_NAMESPACE
