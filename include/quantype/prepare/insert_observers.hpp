// SPDX-License-Identifier: BSL-1.0
// Places observers: at the inputs of a pattern's root and at the output of its last node, shared where the pattern says
// so. PyTorch: fx.prepare.insert_observers_for_model, for static quantization and placeholders of dynamic quantization.
#pragma once
#include <quantype/prepare/assign.hpp>
#include <quantype/prepare/constraints.hpp>
#include <quantype/prepare/custom.hpp>
#include <quantype/prepare/fuse.hpp>
#include <quantype/prepare/tensors.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

inline constexpr op_info observer_op{"activation_post_process", node_kind::call_module, op_code::observer};

/// One observer call. Calls that share statistics have equal `instance`.
struct observer_slot {
    int rule = no_rule;   ///< whose QConfig
    bool weight = false;  ///< the QConfig's weight observer (weights of functional ops), else the activation's
    int instance = -1;
};

constexpr bool is_observed_dtype(dtype d) { return is_quantized(d) || d == dtype::float16; }

/// Result of preparing: the observed graph and the decisions.
struct prepare_result {
    graph_builder graph{};
    growable<observer_slot> observers{};
    growable<finding> report{};  ///< by node of the traced graph
    growable<int> rule_of{};     ///< by node of the traced graph
    growable<int> match_last{};  ///< by node: the last node of its match, -1 without a match
    mapping_error error = mapping_error::none;
    int error_rule = -1;
    int error_node = -1;
};

class observer_inserter {
public:
    constexpr observer_inserter(graph_builder& g, const match_table& m, const backend_view& b, const mapping_view& map,
                                const custom_view& custom, prepare_result& r)
        : g_(g),
          matches_(m),
          backend_(b),
          mapping_(map),
          custom_(custom),
          r_(r),
          kinds_(kinds_of(g.view(), m, b)),
          readers_(readers_of(g.view())) {
        for (int i = g.first; i >= 0; i = g.nodes[i].next) order_.push_back(i);
        for (int i : order_) decide(i);
    }

    constexpr void run() {
        for (int i : order_)
            if (is_active(i)) insert_for(i);
    }

private:
    constexpr const qconfig* config_of(int node) const {
        const int rule = node < r_.rule_of.size() ? r_.rule_of[node] : no_rule;
        return rule == no_rule || !mapping_.rules[rule].value ? nullptr : &mapping_.rules[rule].value.value;
    }
    constexpr const pattern_match* match_of(int node) const {
        const int m = node < matches_.match_of.size() ? matches_.match_of[node] : -1;
        return m < 0 ? nullptr : &matches_.matches[m];
    }

    /// Fills in the report line of a node.
    constexpr void decide(int i) {
        const node& n = g_.nodes[i];
        finding& f = r_.report[i];
        if (n.kind == node_kind::placeholder || n.kind == node_kind::output || n.kind == node_kind::get_attr) return;
        if (kinds_.no_tensor[i]) return;  // a size: nothing to quantize
        const pattern_match* m = match_of(i);
        r_.match_last[i] = m ? m->last : -1;
        if (!m && n.op->code == op_code::getitem) return;  // a part of a value: computes nothing
        if (m && m->last != i) {
            f.what = decision::inside_pattern;
            f.pattern = m->pattern;
            return;
        }
        const qconfig* q = config_of(i);
        if (!q) {
            f.what = decision::float_by_choice;
            return;
        }
        if (!m) {
            f.what = decision::no_pattern;
            return;
        }
        if (is_standalone(*m)) {
            f.what = decision::quantized;
            return;
        }
        f = check_pattern(g_.view(), *m, backend_, *q);
        for (int k = 0; k < m->size && f.what == decision::quantized; ++k)
            if (m->nodes[k] >= 0 && backend_.patterns[m->pattern].tree.nodes[k].op != nullptr &&
                disagrees(m->nodes[k], q))
                f.what = decision::parts_disagree;
    }
    constexpr bool disagrees(int node, const qconfig* q) const {
        const qconfig* other = config_of(node);
        return !other || !(*other == *q);
    }

    /// A node is observed when its pattern is supported and it has a QConfig itself.
    constexpr bool is_supported(int i) const {
        const pattern_match* m = match_of(i);
        if (!m) return false;
        const decision d = r_.report[m->last].what;
        return d == decision::quantized || d == decision::parts_disagree || d == decision::nothing_to_share;
    }
    constexpr bool is_active(int i) const { return is_supported(i) && config_of(i) != nullptr && !kinds_.plain(i); }

    /// The QConfig that gives a matched node its dtypes: the last node's.
    constexpr const qconfig* target_config(int i) const {
        return is_supported(i) ? config_of(match_of(i)->last) : nullptr;
    }

    constexpr bool is_observer(int i) const { return g_.nodes[i].observer >= 0; }

    /// Dtype a value has as its producer declared it, seen through an observer.
    constexpr dtype produced(int i) const {
        if (is_observer(i)) i = g_.arg(i, 0).value;
        if (kinds_.plain(i)) return dtype::none;
        if (g_.nodes[i].kind == node_kind::placeholder)
            return custom_.quantized_inputs.has(i) ? dtype::quint8 : dtype::float32;
        const qconfig* q = target_config(i);
        return q ? q->activation.args.dtype : dtype::float32;
    }

    constexpr bool shares(int i) const {
        if (is_standalone(*match_of(i))) return false;
        const pattern_entry& p = backend_.patterns[match_of(i)->pattern];
        observation_type o = p.observation;
        if (p.has_tensor_args_map) {
            int tensors = 0;
            const int root = match_of(i)->root;
            for (int k = 0; k < g_.nodes[root].arg_count; ++k)
                if (g_.arg(root, k).is_node() && g_.arg(root, k).keyword == nullptr && is_tensor(g_.arg(root, k).value))
                    ++tensors;
            if (tensors < 4 && p.observation_for[tensors]) o = *p.observation_for[tensors];
        }
        return o == observation_type::output_share_observer_with_input;
    }
    constexpr bool is_tensor(int i) const { return i >= kinds_.no_tensor.size() || !kinds_.no_tensor[i]; }
    constexpr bool reuses_input(const qconfig* q) const {
        return q->activation.type->rule == observer_rule::reuse_input;
    }

    constexpr void insert_for(int i) {
        const pattern_match& m = *match_of(i);
        if (m.root == i) insert_inputs(i);
        if (m.last != i) return;
        const qconfig* q = target_config(i);
        const int observer = insert_output(i);
        if (!(shares(i) && !already_quantized_input(i)) && !reuses_input(q)) return;
        if (!share_with_input(i, observer) && observer >= 0) remove_output(i, observer);
    }

    constexpr void insert_inputs(int i) {
        const qconfig* q = target_config(i);
        if (is_standalone(*match_of(i))) return insert_standalone_inputs(i, *q);
        const pattern_entry& p = row_of_op(g_.view(), i, match_of(i)->pattern, backend_);
        const int count = g_.nodes[i].arg_count;
        for (int k = 0; k < count; ++k) {
            if (!g_.arg(i, k).is_node()) continue;
            const argument_role role = role_of(g_.view(), i, k, p);
            if (role == argument_role::bias) continue;  // float32, or float16 with its own handling at convert
            const bool weight = role == argument_role::weight;
            if (!needs_observer(*q, weight, g_.arg(i, k).value, k == 0)) continue;
            const int value = g_.arg(i, k).value;
            const int observer = existing_observer(value, weight ? q->weight : q->activation);
            g_.arg(i, k).value = observer >= 0 ? observer : add_observer(value, match_of(i)->last, weight);
        }
    }
    /// Only the inputs that the module takes as codes.
    constexpr void insert_standalone_inputs(int i, const qconfig& q) {
        const custom_module& whole = custom_.modules[entry_of(*match_of(i))];
        for (int k = 0; k < g_.nodes[i].arg_count; ++k) {
            if (!whole.quantized_inputs.has(k)) continue;
            const int value = g_.arg(i, k).value;
            if (!needs_observer(q, false, value, k == 0)) continue;
            const int observer = existing_observer(value, q.activation);
            g_.arg(i, k).value = observer >= 0 ? observer : add_observer(value, i, false);
        }
    }
    constexpr bool needs_observer(const qconfig& q, bool weight, int value, bool first) const {
        const observer_config& o = weight ? q.weight : q.activation;
        if (o.args.is_dynamic) return first;
        if (reuses_input(&q)) return false;
        const dtype have = produced(value);
        return is_observed_dtype(o.args.dtype) && (is_observed_dtype(have) || have == dtype::float32) &&
               o.args.dtype != have;
    }
    /// An observer of the same class and dtype that already watches the value; its arguments are not compared.
    /// Observers stand right behind the value they watch.
    constexpr int existing_observer(int value, const observer_config& o) const {
        for (int i = g_.nodes[value].next; i >= 0 && is_observer(i); i = g_.nodes[i].next) {
            if (g_.arg(i, 0).value != value) continue;
            const observer_slot& s = r_.observers[r_.observers[g_.nodes[i].observer].instance];
            const qconfig& q = mapping_.rules[s.rule].value.value;
            const observer_config& other = s.weight ? q.weight : q.activation;
            if (same_class(other, o) && other.args.dtype == o.args.dtype) return i;
        }
        return -1;
    }
    constexpr int add_observer(int value, int config_node, bool weight) {
        observer_slot s;
        s.rule = r_.rule_of[config_node];
        s.weight = weight;
        s.instance = r_.observers.size();
        node n;
        n.op = &observer_op;
        n.kind = node_kind::call_module;
        n.scope = g_.nodes[value].scope;
        n.origin = g_.nodes[value].origin;
        n.observer = static_cast<short>(r_.observers.push_back(s));
        const int id = g_.insert_after(n, value);
        const argument a = node_argument(value);
        g_.set_args(id, &a, 1);
        return id;
    }

    /// Returns the new observer, or -1 when the output needs none.
    constexpr int insert_output(int i) {
        const qconfig* q = target_config(i);
        if (is_standalone(*match_of(i))) return -1;
        if (q->activation.args.is_dynamic || !is_observed_dtype(q->activation.args.dtype)) return -1;
        const int observer = add_observer(i, i, false);
        redirect(i, i, observer);
        return observer;
    }
    /// The readers that node `i` had before observers came now read `to` instead of `from`.
    constexpr void redirect(int i, int from, int to) {
        for (int k = readers_.begin[i]; k < readers_.begin[i + 1]; ++k) g_.replace_input(readers_.readers[k], from, to);
    }
    constexpr void remove_output(int i, int observer) {
        redirect(i, observer, i);
        g_.erase(observer);
        r_.report[i].what = decision::nothing_to_share;
    }

    /// A quantized graph input read directly: its output keeps an observer of its own.
    constexpr bool already_quantized_input(int i) const {
        const qconfig* q = target_config(i);
        return q->activation.args.dtype == dtype::quint8 && g_.nodes[i].arg_count > 0 && g_.arg(i, 0).is_node() &&
               g_.nodes[g_.arg(i, 0).value].kind == node_kind::placeholder;
    }

    /// Walks up first arguments to the first observer; -1 when a placeholder or a value without inputs comes first.
    constexpr int observer_above(int i) const {
        while (i >= 0 && !is_observer(i)) {
            if (g_.nodes[i].kind == node_kind::placeholder) return -1;
            i = first_input(g_.view(), i);
        }
        return i;
    }
    constexpr bool share_with_input(int i, int output) {
        const node& n = g_.nodes[i];
        int first = -1;
        for (int k = 0; k < n.arg_count && first < 0; ++k)
            if (g_.arg(i, k).is_node() || g_.arg(i, k).kind == argument::kind_type::list) first = k;
        if (first < 0) return false;
        const bool list = g_.arg(i, first).kind == argument::kind_type::list;
        const int source = observer_above(g_.arg(i, list ? first + 1 : first).value);
        if (source < 0) return false;
        const int instance = r_.observers[g_.nodes[source].observer].instance;
        for (int k = 2; list && k <= g_.arg(i, first).value; ++k) {
            const int other = observer_above(g_.arg(i, first + k).value);
            if (other < 0) return false;
            r_.observers[g_.nodes[other].observer].instance = instance;
        }
        if (output >= 0) r_.observers[g_.nodes[output].observer].instance = instance;
        return true;
    }

    graph_builder& g_;
    const match_table& matches_;
    backend_view backend_;
    mapping_view mapping_;
    custom_view custom_;
    prepare_result& r_;
    value_kinds kinds_;
    reader_table readers_;
    growable<int> order_{};
};

}  // namespace detail

/// What prepare takes from the model's type beside its graph.
struct prepare_options {
    detail::custom_view custom{};
    bool training = false;            ///< for quantization-aware training: training classes, batch norms kept
    bool has_second_mapping = false;  ///< converted with another mapping than prepared
};

namespace detail {

/// Modules with a QConfig and a training class get it.
constexpr void exchange_for_training(prepare_result& r, const backend_view& b, const mapping_view& m) {
    graph_builder& g = r.graph;
    for (int i = g.first; i >= 0; i = g.nodes[i].next) {
        if (g.nodes[i].kind != node_kind::call_module) continue;
        const int rule = r.rule_of[i];
        if (rule == no_rule || !m.rules[rule].value) continue;
        const op_id trained = training_class(b, g.nodes[i].op);
        if (trained) g.nodes[i].op = trained;
    }
}

constexpr void name_standalone(graph_builder& g, const match_table& m) {
    for (const pattern_match& x : m.matches)
        if (is_standalone(x)) g.nodes[x.root].op = &standalone_op;
}

}  // namespace detail

/// Fuses, assigns QConfigs, matches and places observers.
constexpr detail::prepare_result prepare_graph(const trace_view& t, const detail::backend_view& b,
                                               const mapping_view& m, const prepare_options& o = {}) {
    detail::prepare_result r;
    r.graph = fuse_graph(t.graph, b, o.training);
    detail::qconfig_assignment q = detail::qconfig_resolver(t, m).run(r.graph.view());
    r.error = q.error;
    r.error_rule = q.error_rule;
    r.error_node = q.error_node;
    r.rule_of = q.rule_of;
    if (o.training) detail::exchange_for_training(r, b, m);
    r.report.resize(t.graph.node_count);
    r.match_last.resize(t.graph.node_count);
    for (int i = 0; i < t.graph.node_count; ++i)
        if (r.graph.nodes[i].erased) r.report[i].what = decision::inside_pattern;
    for (int& x : r.match_last) x = -1;
    detail::match_table matches = detail::find_matches(r.graph.view(), b, detail::match_mode::any);
    detail::match_standalone(r.graph.view(), t, o.custom, matches);
    detail::observer_inserter(r.graph, matches, b, m, o.custom, r).run();
    detail::name_standalone(r.graph, matches);
    return r;
}

QUANTYPE_END_NAMESPACE
