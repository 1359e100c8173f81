// SPDX-License-Identifier: BSL-1.0
// A stage's graph as PyTorch prints a GraphModule: the tree of modules, then the generated forward.
// Takes: a prepared view, the graph of a stage, its run-time values. Gives: the text, character for character.
#pragma once
#include <string>
#include <vector>

#include <quantype/report/module_text.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace report {

namespace detail {

/// Modules by path. A module without text of its own is a container, which torch.fx prints as "Module".
struct module_tree {
    std::string name{};
    std::string text{};
    std::vector<module_tree> children{};

    void set(std::string_view path, const std::string& module) {
        if (path.empty()) {
            text = module;
            return;
        }
        const std::string part(path.substr(0, path.find('.')));
        path.remove_prefix(std::min(path.size(), part.size() + 1));
        for (module_tree& c : children)
            if (c.name == part) return c.set(path, module);
        children.push_back({part, "", {}});
        children.back().set(path, module);
    }
    /// Makes the containers that a parameter's path passes through.
    void set_parents(std::string_view path) {
        const std::size_t dot = path.rfind('.');
        if (dot == std::string_view::npos) return;
        module_tree* at = this;
        for (std::size_t begin = 0; begin < dot;) {
            const std::size_t end = std::min(dot, path.find('.', begin));
            const std::string part(path.substr(begin, end - begin));
            module_tree* next = nullptr;
            for (module_tree& c : at->children)
                if (c.name == part) next = &c;
            if (!next) next = &at->children.emplace_back(module_tree{part, "", {}});
            at = next;
            begin = end + 1;
        }
    }
    std::string print(std::string_view container = "Module") const {
        if (!text.empty()) return text;
        std::string r = std::string(container) + "(";
        for (const module_tree& c : children) r += "\n  (" + c.name + "): " + indent_rest(c.print());
        return r + (children.empty() ? ")" : "\n)");
    }
};

/// The statements of forward.
class code_writer {
public:
    explicit code_writer(const std::vector<listed_node>& nodes) : nodes_(nodes) {
        for (std::size_t i = 0; i < nodes.size(); ++i)
            for (const std::string& name : inputs_of(nodes[i])) last_reader_[name] = i;
    }

    std::string run() const {
        std::string inputs, body;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            const listed_node& n = nodes_[i];
            if (n.kind != node_kind::placeholder) {
                body += "    " + statement(n) + frees(i) + "\n";
                continue;
            }
            inputs += ", " + n.target;
            if (n.target != n.name) body += "    " + n.name + " = " + n.target + "\n";
        }
        return "\n\n\ndef forward(self" + inputs + "):\n" + body + "    ";
    }

private:
    static std::string text(const listed_argument& a) {
        using kind = argument::kind_type;
        switch (a.kind) {
            case kind::integer: return std::to_string(a.integer);
            case kind::real: return python_float(a.real);
            case kind::boolean: return python_bool(a.integer != 0);
            case kind::none: return "None";
            case kind::list: return "[" + join(a.items) + "]";
            default: return a.text;
        }
    }
    static std::string join(const std::vector<listed_argument>& list) {
        std::string r;
        for (const listed_argument& a : list) r += (r.empty() ? "" : ", ") + text(a);
        return r;
    }
    static std::string arguments(const listed_node& n, std::size_t first) {
        std::string r = join({n.args.begin() + static_cast<std::ptrdiff_t>(first), n.args.end()});
        for (const listed_argument& a : n.kwargs) r += (r.empty() ? "" : ", ") + a.keyword + " = " + text(a);
        return "(" + r + ")";
    }
    static std::string function(const listed_node& n) {
        if (n.args.size() == 2 && (n.target == "operator.add" || n.target == "operator.mul"))
            return text(n.args[0]) + (n.target == "operator.add" ? " + " : " * ") + text(n.args[1]);
        // This one function is compiled and says so.
        const bool compiled = n.target == "torch.nn.functional.linear";
        return (compiled ? "torch._C._nn.linear" : n.target) + arguments(n, 0);
    }
    static std::string returned(const listed_argument& a) {
        if (a.kind != argument::kind_type::list) return text(a);
        return "(" + join(a.items) + (a.items.size() == 1 ? ",)" : ")");
    }
    static std::string statement(const listed_node& n) {
        switch (n.kind) {
            case node_kind::get_attr: return n.name + " = " + attribute_access("self", n.target);
            case node_kind::call_module: return n.name + " = " + attribute_access("self", n.target) + arguments(n, 0);
            case node_kind::call_method:
                return n.name + " = " + attribute_access(text(n.args.at(0)), n.target) + arguments(n, 1);
            case node_kind::output: return "return " + returned(n.args.at(0));
            default: return n.name + " = " + function(n);
        }
    }

    static void collect(const std::vector<listed_argument>& list, std::vector<std::string>& names) {
        for (const listed_argument& a : list) {
            collect(a.items, names);
            if (a.kind != argument::kind_type::node) continue;
            if (std::find(names.begin(), names.end(), a.text) == names.end()) names.push_back(a.text);
        }
    }
    static std::vector<std::string> inputs_of(const listed_node& n) {
        std::vector<std::string> names;
        collect(n.args, names);
        collect(n.kwargs, names);
        return names;
    }
    /// ";  a = b = None" for the values whose last reader this node is, and for a value that nobody reads.
    std::string frees(std::size_t i) const {
        if (nodes_[i].kind == node_kind::output) return "";
        std::vector<std::string> names;
        for (std::string& name : inputs_of(nodes_[i]))
            if (last_reader_.at(name) == i) names.push_back(std::move(name));
        if (last_reader_.count(nodes_[i].name) == 0) names.push_back(nodes_[i].name);
        if (names.empty()) return "";
        std::string r = ";  ";
        for (const std::string& name : names) r += name + " = ";
        return r + "None";
    }

    const std::vector<listed_node>& nodes_;
    std::map<std::string, std::size_t> last_reader_{};
};

inline std::string graph_text(const prepared_view& p, const graph_view& g, const graph_values& v) {
    const std::vector<listed_node> nodes = node_lister(p, g, v).run();
    const module_printer printer(p, g, v);
    module_tree tree;
    for (const listed_node& n : nodes) {
        if (n.kind == node_kind::call_module) tree.set(n.target, printer.text(n.node));
        if (n.kind == node_kind::get_attr) tree.set_parents(n.target);
    }
    return tree.print("GraphModule") + "\n" + code_writer(nodes).run() +
           "\n# To see more debug info, please use `graph_module.print_readable()`";
}

}  // namespace detail

/// print(prepared): observers with what they saw.
inline std::string prepared_text(const prepared_view& p, const graph_values& v) {
    return detail::graph_text(p, p.graph, v);
}
/// print(convert_to_reference_fx(prepared)).
inline std::string reference_text(const prepared_view& p, const graph_view& reference, const graph_values& v) {
    return detail::graph_text(p, reference, v);
}
/// print(convert_fx(prepared)). A module that is called several times shows its last call's scale and zero point.
inline std::string lowered_text(const prepared_view& p, const graph_view& lowered, const graph_values& v) {
    return detail::graph_text(p, lowered, v);
}

}  // namespace report

QUANTYPE_END_NAMESPACE
