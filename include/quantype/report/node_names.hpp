// SPDX-License-Identifier: BSL-1.0
// The names that torch.fx would give the nodes of a graph, at every stage.
// Takes: a prepared view and the graph of a stage. Gives: name and target by node index. Refuses nothing.
#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <quantype/convert/quantize_ops.hpp>
#include <quantype/model/functional.hpp>
#include <quantype/prepare/prepare_stage.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace report {

/// Gives out names as torch.fx's namespace does: a trailing _<digits> is the counter of the name, the first number that
/// is free counts up from the last one given, and Python's keywords and builtins are never free.
class name_space {
public:
    std::string create(std::string_view wanted) {
        std::string name = legal(wanted);
        std::string base = name;
        int number = 0;
        const std::size_t digits = name.find_last_not_of("0123456789") + 1;
        if (digits < name.size() && digits > 0 && name[digits - 1] == '_' && name.size() - digits < 9) {
            base = name.substr(0, digits - 1);
            number = std::stoi(name.substr(digits));
            name = base + "_" + std::to_string(number);
        }
        if (number == 0) number = counts_[base];
        while (used_.count(name) != 0 || is_reserved(name)) name = base + "_" + std::to_string(++number);
        used_.insert(name);
        counts_[base] = number;
        return name;
    }

private:
    /// lower_snake_case of letters, digits and underscores that does not start with a digit.
    static std::string legal(std::string_view wanted) {
        std::string name;
        bool after_lower = false, after_illegal = false;
        for (const char c : wanted) {
            const bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
            if (upper && after_lower) name += '_';
            if (upper)
                name += static_cast<char>(c - 'A' + 'a');
            else if (lower || digit || c == '_')
                name += c;
            else if (!after_illegal)
                name += '_';
            after_lower = lower;
            after_illegal = !upper && !lower && !digit && c != '_';
        }
        if (name.empty()) return "_unnamed";
        return name[0] >= '0' && name[0] <= '9' ? "_" + name : name;
    }

    static bool is_reserved(std::string_view name) {
        static constexpr std::string_view words =
            " and as assert async await break class continue def del elif else except finally for from global if "
            "import "
            "in is lambda nonlocal not or pass raise return try while with yield abs aiter all anext any ascii bin "
            "bool "
            "breakpoint bytearray bytes callable chr classmethod compile complex copyright credits delattr dict dir "
            "divmod enumerate eval exec exit filter float format frozenset getattr globals hasattr hash help hex id "
            "input int isinstance issubclass iter len license list locals map max memoryview min next object oct open "
            "ord pow print property quit range repr reversed round set setattr slice sorted staticmethod str sum super "
            "tuple type vars zip inf nan torch device fx_pytree pytree ";
        std::string word(" ");
        word.append(name).append(" ");
        return words.find(word) != std::string_view::npos;
    }

    std::set<std::string> used_{};
    std::map<std::string, int> counts_{};
};

/// By node index, erased nodes included.
struct node_names {
    std::vector<std::string> name{};
    /// Module path, attribute name, dotted function name or method name.
    std::vector<std::string> target{};
    const std::string& operator[](int i) const { return name[static_cast<std::size_t>(i)]; }
};

namespace detail {

/// The live node of the prepared graph that observes with a slot, or -1.
inline int observer_node(const prepared_view& p, int slot) {
    for (int i = p.graph.first; i >= 0; i = p.graph[i].next)
        if (p.graph[i].observer == slot) return i;
    return -1;
}

inline bool reads(const graph_view& g, int user, int value) {
    bool found = false;
    for_each_input(g, user, [&](const argument& a) { found = found || a.value == value; });
    return found;
}

/// Node whose module gives the qparams of an observer their name: the observed node when it has a QConfig, else the
/// observer's first user (a functional linear first) and `is_input`.
inline int naming_node(const prepared_view& p, int observer, bool& is_input) {
    const int value = first_input(p.graph, observer);
    is_input = false;
    if (p.graph[value].kind == node_kind::placeholder && p.options.custom.quantized_inputs.has(value))
        return -1;  // the observer reads a dequantize, which belongs to no module
    is_input = value < p.traced_nodes && p.config_of(value) == nullptr;
    if (!is_input) return value;
    int first = -1;
    for (int i = p.graph.first; i >= 0; i = p.graph[i].next) {
        if (!reads(p.graph, i, observer)) continue;
        if (p.graph[i].op == id_of<fn::linear>) return i;
        if (first < 0) first = i;
    }
    return first;
}

/// "layer1_0_conv1" or "layer1_0_conv1_input": what the names of an observer's scale and zero point begin with.
inline std::string qparams_prefix(const prepared_view& p, int slot) {
    bool is_input = false;
    const int observer = observer_node(p, slot);
    const int at = observer < 0 ? -1 : naming_node(p, observer, is_input);
    std::string prefix;
    if (at >= 0 && at < p.traced_nodes) {
        // A parameter counts for the module whose forward reads it.
        const node& n = p.graph[at];
        prefix = std::string(n.kind == node_kind::get_attr ? p.trace.scope_path(n.scope) : p.trace.path_of(n));
    }
    for (char& c : prefix)
        if (c == '.') c = '_';
    return is_input ? prefix + "_input" : prefix;
}

inline std::string traced_target(const trace_view& t, int i) {
    const node& n = t.graph[i];
    switch (n.kind) {
        case node_kind::placeholder: return std::string(t.graph.args[n.first_arg].text);
        case node_kind::get_attr:
        case node_kind::call_module: return std::string(t.module_path(n.module));
        case node_kind::call_method: return std::string(n.op->short_name());
        default: return std::string(n.op->name);
    }
}

/// Names of the traced nodes, before anything is fused.
inline std::vector<std::string> traced_names(const trace_view& t, int count) {
    std::vector<std::string> names;
    name_space space;
    for (int i = 0; i < count; ++i) {
        const node_kind kind = t.graph[i].kind;
        const bool call = kind == node_kind::call_function || kind == node_kind::output;
        names.push_back(space.create(call ? std::string(t.graph[i].op->short_name()) : traced_target(t, i)));
    }
    return names;
}

}  // namespace detail

/// Names of a stage's graph: the prepared one, or the reference or lowered graph that came from it. Nodes are named
/// when they are made and keep their names. Fusion copies the graph and so gives back the names of what it swallowed;
/// prepare, convert and lower edit in place and give none back, hence "add_1" for an add that was replaced.
inline node_names names_of(const prepared_view& p, const graph_view& g) {
    node_names r;
    const auto count = static_cast<std::size_t>(g.node_count);
    r.name = detail::traced_names(p.trace, p.traced_nodes);
    r.name.resize(count);
    r.target.resize(count);
    for (int i = 0; i < p.traced_nodes; ++i) r.target[static_cast<std::size_t>(i)] = detail::traced_target(p.trace, i);
    name_space names;
    for (int i = p.graph.first; i >= 0; i = p.graph[i].next)
        if (i < p.traced_nodes) r.name[static_cast<std::size_t>(i)] = names.create(r[i]);
    std::map<std::string, int> attributes;
    for (int i = p.traced_nodes; i < g.node_count; ++i) {
        const auto k = static_cast<std::size_t>(i);
        const node& n = g[i];
        if (n.op->code == op_code::observer) {
            r.target[k] = "activation_post_process_" + std::to_string(n.observer);
        } else if (n.kind == node_kind::get_attr) {
            const std::string start =
                quantype::report::detail::qparams_prefix(p, n.observer) + "_" + std::string(n.op->name) + "_";
            r.target[k] = start + std::to_string(attributes[start]++);
        } else {
            r.target[k] = std::string(n.kind == node_kind::call_method ? n.op->short_name() : n.op->name);
        }
        r.name[k] = names.create(n.kind == node_kind::call_function ? std::string(n.op->short_name()) : r.target[k]);
    }
    return r;
}

}  // namespace report

QUANTYPE_END_NAMESPACE
