// SPDX-License-Identifier: BSL-1.0
// The graph every pass works on: nodes with arguments, linked in execution order, in the manner of torch.fx.
// A pass copies the graph of the stage before it, edits the copy, and the result is frozen into arrays of exact size.
#pragma once
#include <quantype/core/dtype.hpp>
#include <quantype/core/growable.hpp>
#include <quantype/core/op.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// One argument of a node. A list is an entry of kind `list` whose `value` says how many of the following entries it
/// holds, so that every node argument, nested or not, is found by walking the entries once.
struct argument {
    enum class kind_type : std::uint8_t { none, node, integer, real, boolean, type, list, text };
    kind_type kind = kind_type::none;
    int value = 0;                  ///< node index, integer, boolean, dtype or list length
    double number = 0;              ///< real
    const char* text = nullptr;     ///< text (a pointer: half the size of a view for the compiler, which keeps many)
    const char* keyword = nullptr;  ///< null for a positional argument

    constexpr bool is_node() const { return kind == kind_type::node; }
    constexpr bool is_keyword(std::string_view name) const { return keyword != nullptr && keyword == name; }
};

constexpr argument node_argument(int node) { return {argument::kind_type::node, node}; }
constexpr argument integer_argument(int value) { return {argument::kind_type::integer, value}; }
constexpr argument real_argument(double value) { return {argument::kind_type::real, 0, value}; }
constexpr argument boolean_argument(bool value, const char* keyword = nullptr) {
    return {argument::kind_type::boolean, value ? 1 : 0, 0, nullptr, keyword};
}
constexpr argument list_argument(int length) { return {argument::kind_type::list, length}; }
constexpr argument dtype_argument(dtype d) { return {argument::kind_type::type, static_cast<int>(d)}; }
constexpr argument text_argument(const char* text) { return {argument::kind_type::text, 0, 0, text}; }

/// What convert and lower made of a call.
enum class node_form : std::uint8_t {
    plain,      ///< as traced or fused
    reference,  ///< its weight is quantized and dequantized, the op itself is float
    quantized,  ///< works on codes; a copy or shape op keeps its input's qparams
    dynamic,    ///< float in and out, codes inside
};

/// One node. Nodes stay in the array in order of creation, also when erased, because names follow creation order.
struct node {
    op_id op = nullptr;
    node_kind kind = node_kind::placeholder;
    bool erased = false;
    short module = -1;    ///< call_module, get_attr: the module or parameter of the trace
    short scope = 0;      ///< the module whose forward contains the call (0 is the model itself)
    short fusion = -1;    ///< index into the graph's fusions, for a fused module
    short observer = -1;  ///< observer call, qparam, quantize, quantized op: the observer slot that gives its qparams
    node_form form = node_form::plain;
    bool relu = false;  ///< quantized op: a relu after it was merged into it
    int origin = -1;    ///< the traced call whose value this node has (shape, attributes)
    int first_arg = 0;
    int arg_count = 0;  ///< entries, nested ones included
    int next = -1;      ///< execution order
    int previous = -1;
};

/// A module made by fusion: the traced calls it stands for, in forward order.
struct fusion {
    op_id op = nullptr;
    int parts[4] = {-1, -1, -1, -1};
    int count = 0;
    bool folds_batch_norm = false;  ///< part 1 is a batch norm to be folded into part 0's weights
};

/// Read access to a graph, whatever its size.
struct graph_view {
    const node* nodes = nullptr;
    int node_count = 0;
    const argument* args = nullptr;
    int arg_count = 0;
    const fusion* fusions = nullptr;
    int fusion_count = 0;
    int first = -1;
    int last = -1;

    constexpr const node& operator[](int i) const { return nodes[i]; }
};

/// A graph under construction.
class graph_builder {
public:
    growable<node> nodes{};
    growable<argument> args{};
    growable<fusion> fusions{};
    int first = -1;
    int last = -1;

    constexpr graph_builder() = default;
    constexpr explicit graph_builder(const graph_view& g) : first(g.first), last(g.last) {
        nodes.reserve(g.node_count * 2 + 8);
        args.reserve(g.arg_count * 2 + 8);
        nodes.append(g.nodes, g.node_count);
        args.append(g.args, g.arg_count);
        fusions.append(g.fusions, g.fusion_count);
    }
    constexpr graph_view view() const {
        return {nodes.begin(), nodes.size(), args.begin(), args.size(), fusions.begin(), fusions.size(), first, last};
    }

    /// Adds a node before `before` in execution order, or at the end when `before` is -1. Returns its index.
    constexpr int insert(const node& n, int before = -1) {
        const int i = nodes.push_back(n);
        relink(i, before);
        return i;
    }
    /// Puts an erased or new node back into execution order before `before`, or at the end.
    constexpr void relink(int i, int before) {
        const int previous = before < 0 ? last : nodes[before].previous;
        nodes[i].next = before;
        nodes[i].previous = previous;
        nodes[i].erased = false;
        (previous < 0 ? first : nodes[previous].next) = i;
        (before < 0 ? last : nodes[before].previous) = i;
    }
    constexpr int insert_after(const node& n, int after) { return insert(n, nodes[after].next); }

    constexpr void erase(int i) {
        node& n = nodes[i];
        (n.previous < 0 ? first : nodes[n.previous].next) = n.next;
        (n.next < 0 ? last : nodes[n.next].previous) = n.previous;
        n.erased = true;
    }

    /// Gives node `i` a new argument list.
    constexpr void set_args(int i, const argument* list, int count) {
        const int begin = args.size();
        args.append(list, count);
        nodes[i].first_arg = begin;
        nodes[i].arg_count = count;
    }
    template <std::size_t N>
    constexpr void set_args(int i, const argument (&list)[N]) {
        set_args(i, list, static_cast<int>(N));
    }
    constexpr argument& arg(int i, int k) { return args[nodes[i].first_arg + k]; }
    constexpr const argument& arg(int i, int k) const { return args[nodes[i].first_arg + k]; }
    /// The node that argument entry `k` reads, forwards followed; -1 when the entry is no node.
    constexpr int input(int i, int k) const { return arg(i, k).is_node() ? resolve(arg(i, k).value) : -1; }

    /// Makes `user` read `to` wherever it read `from`.
    constexpr void replace_input(int user, int from, int to) {
        for (int k = 0; k < nodes[user].arg_count; ++k)
            if (arg(user, k).is_node() && arg(user, k).value == from) arg(user, k).value = to;
    }
    /// From now on `from` means `to`, for whoever reads it. `from` is to be erased; `input` already follows this, the
    /// arguments themselves are rewritten by apply_forwards(), once for the whole pass.
    constexpr void forward(int from, int to) {
        while (forwards_.size() < nodes.size()) forwards_.push_back(-1);
        forwards_[from] = to;
    }
    constexpr int resolve(int i) const {
        while (i < forwards_.size() && forwards_[i] >= 0) i = forwards_[i];
        return i;
    }
    constexpr void apply_forwards() {
        for (int i = first; i >= 0; i = nodes[i].next)
            for (int k = 0; k < nodes[i].arg_count; ++k)
                if (arg(i, k).is_node()) arg(i, k).value = resolve(arg(i, k).value);
        forwards_.clear();
    }

private:
    growable<int> forwards_{};
};

/// Who reads each node, in execution order: readers of i are readers[begin[i]] .. readers[begin[i + 1] - 1]. A node
/// that reads a value twice stands once.
struct reader_table {
    growable<int> begin{};
    growable<int> readers{};
};

/// Calls f(argument) for every node argument of node `i`, nested ones included.
template <class F>
constexpr void for_each_input(const graph_view& g, int i, F&& f) {
    const node& n = g.nodes[i];
    for (int k = 0; k < n.arg_count; ++k) {
        const argument& a = g.args[n.first_arg + k];
        if (a.is_node()) f(a);
    }
}

/// The first node argument of node `i`, or -1.
constexpr int first_input(const graph_view& g, int i) {
    const node& n = g.nodes[i];
    for (int k = 0; k < n.arg_count; ++k)
        if (g.args[n.first_arg + k].is_node()) return g.args[n.first_arg + k].value;
    return -1;
}

/// How many distinct nodes read each node (a node that reads a value twice counts once).
constexpr growable<int> count_users(const graph_view& g) {
    growable<int> users;
    users.resize(g.node_count);
    for (int i = g.first; i >= 0; i = g.nodes[i].next) {
        const node& n = g.nodes[i];
        for (int k = 0; k < n.arg_count; ++k) {
            const argument& a = g.args[n.first_arg + k];
            if (!a.is_node()) continue;
            bool seen = false;
            for (int j = 0; j < k && !seen; ++j) {
                const argument& b = g.args[n.first_arg + j];
                seen = b.is_node() && b.value == a.value;
            }
            if (!seen) ++users[a.value];
        }
    }
    return users;
}

/// The readers of every node.
constexpr reader_table readers_of(const graph_view& g) {
    reader_table r;
    const growable<int> users = count_users(g);
    growable<int> at;
    r.begin.reserve(g.node_count + 1);
    at.reserve(g.node_count);
    int total = 0;
    for (int i = 0; i < g.node_count; ++i) {
        r.begin.push_back(total);
        at.push_back(total);
        total += users[i];
    }
    r.begin.push_back(total);
    r.readers.resize(total);
    for (int i = g.first; i >= 0; i = g.nodes[i].next)
        for_each_input(g, i, [&](const argument& a) {
            int& end = at[a.value];
            if (end == r.begin[a.value] || r.readers[end - 1] != i) r.readers[end++] = i;
        });
    return r;
}

/// Number of positional arguments (a list is one).
constexpr int positional_count(const graph_view& g, int i) {
    const node& n = g.nodes[i];
    int count = 0;
    for (int k = 0; k < n.arg_count; ++k) {
        const argument& a = g.args[n.first_arg + k];
        if (a.keyword == nullptr) ++count;
        if (a.kind == argument::kind_type::list) k += a.value;
    }
    return count;
}

/// Index (among the node's entries) of its `position`-th positional argument, or -1.
constexpr int positional_entry(const graph_view& g, int i, int position) {
    const node& n = g.nodes[i];
    for (int k = 0, p = 0; k < n.arg_count; ++k) {
        const argument& a = g.args[n.first_arg + k];
        if (a.keyword == nullptr && p++ == position) return k;
        if (a.kind == argument::kind_type::list) k += a.value;
    }
    return -1;
}

/// Room for a graph: bounds that a stage knows beforehand, so that its pass runs once.
struct graph_sizes {
    int nodes;
    int args;
    int fusions;
};

namespace detail {
// Never defined: calling it ends a constant evaluation, and its name is the message.
void quantype_error_graph_is_larger_than_its_bound();
}  // namespace detail

/// A finished graph in arrays: what the stages keep as constants.
template <graph_sizes Sizes>
struct frozen_graph {
    node nodes[static_cast<std::size_t>(Sizes.nodes + 1)]{};
    argument args[static_cast<std::size_t>(Sizes.args + 1)]{};
    fusion fusions[static_cast<std::size_t>(Sizes.fusions + 1)]{};
    int node_count = 0;
    int arg_count = 0;
    int fusion_count = 0;
    int first = -1;
    int last = -1;

    constexpr frozen_graph() = default;
    constexpr explicit frozen_graph(const graph_builder& g)
        : node_count(g.nodes.size()),
          arg_count(g.args.size()),
          fusion_count(g.fusions.size()),
          first(g.first),
          last(g.last) {
        if (node_count > Sizes.nodes || arg_count > Sizes.args || fusion_count > Sizes.fusions)
            detail::quantype_error_graph_is_larger_than_its_bound();
        g.nodes.copy_to(nodes);
        g.args.copy_to(args);
        g.fusions.copy_to(fusions);
    }
    constexpr graph_view view() const {
        return {nodes, node_count, args, arg_count, fusions, fusion_count, first, last};
    }
};

QUANTYPE_END_NAMESPACE
