// SPDX-License-Identifier: BSL-1.0
// The ops and patterns of the built-in backends: each is tried, in every mode that a table gives it, and the page says
// what came of it.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include <quantype/backend/executorch.hpp>
#include <quantype/backend/fbgemm.hpp>
#include <quantype/backend/native.hpp>
#include <quantype/backend/onednn.hpp>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/backend/tensorrt.hpp>
#include <quantype/backend/x86.hpp>

#include "page.hpp"
#include "probe.hpp"

namespace parity {

namespace {

/// "nn::conv2d<>", as a user writes it.
template <class T>
std::string name_of_type() {
    std::string s = __PRETTY_FUNCTION__;
    s = s.substr(s.find("T = ") + 4);
    s = s.substr(0, s.find(';') == std::string::npos ? s.rfind(']') : s.find(';'));
    return std::regex_replace(s, std::regex("quantype::|v0::"), "");
}

struct named_op {
    std::string name{};
    bool only_named = false;  ///< a word of the vocabulary, not a module
};
using names = std::map<qz::op_id, named_op>;

template <class Op>
void collect_op(names& n) {
    using op = qz::class_of_t<Op>;
    n[qz::id_of<op>] = {name_of_type<op>(), requires {op::op;
}
};  // namespace
}  // namespace parity
template <class Pattern>
struct collect {
    static void into(names& n) { collect_op<Pattern>(n); }
};
template <>
struct collect<qz::match_all> {
    static void into(names&) {}
};
template <class... Ops>
struct collect<qz::pattern_of<Ops...>> {
    static void into(names& n) { (collect<Ops>::into(n), ...); }
};
template <class Op, class... Arguments>
struct collect<qz::tree<Op, Arguments...>> {
    static void into(names& n) {
        collect_op<Op>(n);
        (collect<Arguments>::into(n), ...);
    }
};
template <qz::fixed_string Name, class Engine, class... Configs>
void collect_names(names& n, const qz::backend<Name, Engine, Configs...>*) {
    (collect<typename Configs::pattern_type>::into(n), ...);
}

// --- modes -----------------------------------------------------------------------------------------------------------

template <qz::qconfig const& Everywhere>
struct mapping_of {
    static constexpr auto value = qz::qconfig_mapping().set_global(Everywhere);
};
constexpr qz::qconfig signed_codes{qz::histogram_observer().dtype(qz::qint8).qscheme(qz::per_tensor_symmetric),
                                   qz::default_weight_observer};

struct mode {
    const char* name;
    qz::mapping_view mapping;
};
/// The mode that a dtype config is for.
mode mode_of(const qz::dtype_config_value& c) {
    const bool dynamic = c.is_dynamic && *c.is_dynamic;
    const qz::dtype in = c.input_dtype.type, weight = c.weight_dtype.type;
    if (dynamic && in == qz::dtype::float16)
        return {"float16 dynamic", qz::view_of(mapping_of<qz::float16_dynamic_qconfig>::value)};
    if (dynamic && in == qz::quint8) return {"dynamic", qz::view_of(mapping_of<qz::default_dynamic_qconfig>::value)};
    if (dynamic) return {};
    if (in == qz::dtype::float16) return {"float16", qz::view_of(mapping_of<qz::float16_static_qconfig>::value)};
    if (in == qz::quint8) return {"quint8", qz::view_of(qz::default_x86_mapping::value)};
    if (in == qz::qint8 && c.input_dtype.scale_min_lower_bound)
        return {"qint8", qz::view_of(qz::symmetric_qnnpack_mapping::value)};
    if (in == qz::qint8) return {"qint8", qz::view_of(mapping_of<signed_codes>::value)};
    if (weight == qz::dtype::quint4x2)
        return {"4-bit weights", qz::view_of(mapping_of<qz::float_qparams_weight_only_qconfig_4bit>::value)};
    return {"weights", qz::view_of(mapping_of<qz::float_qparams_weight_only_qconfig>::value)};
}

/// A pattern with what came of it in each mode, over all tables.
struct tried {
    qz::pattern_tree tree{};
    std::map<std::string, outcome> modes{};
    bool all_run() const {
        return std::all_of(modes.begin(), modes.end(), [](const auto& m) { return m.second.runs; });
    }
    bool none_runs() const {
        return std::none_of(modes.begin(), modes.end(), [](const auto& m) { return m.second.runs; });
    }
};

struct all_patterns {
    std::vector<tried> list{};
    /// By class that fusion or training puts in: what for, and the pattern that it stands for.
    std::map<qz::op_id, std::pair<std::string, std::vector<qz::pattern_tree>>> made{};
    names known{};
};

void try_row(all_patterns& all, const qz::detail::backend_view& b, int row) {
    const auto& e = b.patterns[row];
    auto at = std::find_if(all.list.begin(), all.list.end(), [&](const tried& t) { return t.tree == e.tree; });
    if (at == all.list.end()) at = all.list.insert(at, {e.tree, {}});
    // What a fuser puts together is quantized by the row of the fused class.
    int first = e.first_dtype_config, count = e.dtype_config_count;
    if (count == 0 && e.fuses_to[0] != nullptr)
        for (int k = 0; k < b.pattern_count; ++k)
            if (b.patterns[k].tree.size == 1 && b.patterns[k].tree.nodes[0].op == e.fuses_to[0]) {
                first = b.patterns[k].first_dtype_config;
                count = b.patterns[k].dtype_config_count;
            }
    for (int d = 0; d < count; ++d) {
        const mode m = mode_of(b.dtype_configs[first + d]);
        if (m.name == nullptr || at->modes.count(m.name) != 0) continue;
        at->modes[m.name] = probe(e.tree, b, m.mapping);
    }
}

template <class Backend>
void try_backend(all_patterns& all) {
    const auto b = qz::detail::table_of<Backend>.view();
    collect_names(all.known, static_cast<const Backend*>(nullptr));
    for (int i = 0; i < b.pattern_count; ++i) {
        const auto& e = b.patterns[i];
        for (const int training : {0, 1}) {
            const qz::op_id fused = e.fuses_to[training];
            if (fused == nullptr || fused->name.find(".intrinsic.") == std::string_view::npos) continue;
            auto& entry = all.made[fused];
            entry.first = training == 0 ? "fused" : entry.first.empty() ? "fused for training" : entry.first;
            entry.second.push_back(e.tree);
        }
    }
    for (int i = 0; i < b.pattern_count; ++i) {
        const auto& e = b.patterns[i];
        if (e.qat_module == nullptr) continue;
        auto& entry = all.made[e.qat_module];
        entry.first = "for training";
        const auto fused = all.made.find(e.tree.nodes[0].op);
        if (fused != all.made.end())
            entry.second = fused->second.second;
        else
            entry.second.push_back(e.tree);
    }
    for (int i = 0; i < b.pattern_count; ++i) {
        const std::string_view op = b.patterns[i].tree.nodes[0].op ? b.patterns[i].tree.nodes[0].op->name : "*";
        const bool inside = op.find(".intrinsic.") != op.npos || op.find(".qat.") != op.npos;
        if (b.patterns[i].tree.size > 1 || !inside) try_row(all, b, i);
    }
}

// --- what a forward can call -----------------------------------------------------------------------------------------

/// The text of the headers in which models find their functions.
std::string model_headers(const std::string& source_folder) {
    std::string text;
    for (const auto& f : std::filesystem::recursive_directory_iterator(source_folder + "/include/quantype/model")) {
        if (!f.is_regular_file() || f.path().parent_path().filename() == "vocabulary") continue;
        std::ifstream in(f.path());
        std::stringstream s;
        s << in.rdbuf();
        text += s.str();
    }
    if (text.empty()) throw std::runtime_error("parity page: no model headers in " + source_folder);
    return text;
}
/// A module, or a function or method that records its op: "call_function<fn::flatten>(...)", or a macro's argument.
bool can_be_called(const qz::op_info& op, const named_op& n, const std::string& headers) {
    if (op.kind == qz::node_kind::call_module) return !n.only_named;
    if (qz::keeps_shape(op.code)) return true;  // call<Op>(x)
    const std::string type = n.name.substr(n.name.find("::") + 2);
    for (const std::string& use : {"<" + n.name + ">(", "id_of<" + n.name + ">, "})
        if (headers.find(use) != std::string::npos) return true;
    std::istringstream lines(headers);
    for (std::string line; std::getline(lines, line);)
        if (line.rfind("QUANTYPE_DETAIL_", 0) == 0 &&
            (line.find("(" + type + ")") != std::string::npos || line.find("(" + type + ",") != std::string::npos))
            return true;
    return false;
}

/// "on codes: qint8, quint8; no kernel: float16 dynamic".
std::string modes_text(const tried& t) {
    std::string text;
    for (const char* how : {"on codes", "in float", "no kernel"}) {
        std::string which;
        for (const auto& [name, o] : t.modes)
            if (how == std::string(!o.runs ? "no kernel" : o.on_codes ? "on codes" : "in float"))
                which += (which.empty() ? "" : ", ") + name;
        if (!which.empty()) text += (text.empty() ? "" : "; ") + std::string(how) + ": " + which;
    }
    return text;
}
std::string chain_text(const qz::pattern_tree& t) {
    std::string text;
    for (int i = t.size - 1; i >= 0; --i)
        text += (text.empty() ? "" : " + ") + std::string(t.nodes[i].op ? t.nodes[i].op->name : "*");
    return text;
}

#define COMPILED(...) (static_cast<void>(sizeof(__VA_ARGS__)), #__VA_ARGS__)

/// Ops that a forward writes in another way. True when `op` is one of them.
bool add_otherwise(page& p, const qz::op_info& op) {
    const qz::sym x{};
    if (op.name == "operator.floordiv")
        p.add(std::string(op.name), "x.size(1) / 2", state::differs,
              "of sizes: a number that the compiler knows, no node; of tensors PyTorch has no quantized kernel either",
              COMPILED(x.size(1) / 2));
    else if (op.name == "method:shape")
        p.add(std::string(op.name), "x.size(1)", state::differs,
              "x.shape[1] is x.size(1), one node instead of two; PyTorch traces no method of this name",
              COMPILED(x.size(1)));
    else
        return false;
    return true;
}

void add_single(page& p, const tried& t, const all_patterns& all, const std::string& headers) {
    const qz::op_info& op = *t.tree.nodes[0].op;
    const named_op& n = all.known.at(&op);
    const std::string modes = modes_text(t);
    if (add_otherwise(p, op)) return;
    if (!can_be_called(op, n, headers))
        p.add({std::string(op.name), n.name, state::not_yet,
               op.kind == qz::node_kind::call_module ? "named in tables; no module" : "named in tables; no function"});
    else if (t.all_run())
        p.add({std::string(op.name), n.name, state::same, modes});
    else
        p.add({std::string(op.name), n.name, t.none_runs() ? state::not_yet : state::differs, modes});
}

}  // namespace

void add_ops(page& p, const std::string& source_folder) {
    all_patterns all;
    try_backend<qz::backends::native>(all);
    try_backend<qz::backends::fbgemm>(all);
    try_backend<qz::backends::x86>(all);
    try_backend<qz::backends::qnnpack>(all);
    try_backend<qz::backends::onednn>(all);
    try_backend<qz::backends::executorch>(all);
    try_backend<qz::backends::tensorrt>(all);
    const std::string headers = model_headers(source_folder);
    const auto singles = [&](const std::string& title, qz::node_kind kind) {
        p.section(title);
        for (const tried& t : all.list)
            if (t.tree.size == 1 && t.tree.nodes[0].op != nullptr && t.tree.nodes[0].op->kind == kind)
                add_single(p, t, all, headers);
    };
    singles("Modules of the built-in tables", qz::node_kind::call_module);
    singles("Functions of the built-in tables", qz::node_kind::call_function);
    singles("Methods of the built-in tables", qz::node_kind::call_method);

    p.section("Patterns of several ops", "In forward order; of a tree, its ops from the last to the first.");
    for (const tried& t : all.list)
        if (t.tree.size > 1)
            p.add({chain_text(t.tree), "",
                   t.all_run()     ? state::same
                   : t.none_runs() ? state::not_yet
                                   : state::differs,
                   modes_text(t)});

    p.section("Classes that fusion and training put in",
              "They are not written by hand. Graphs and conversion with them are PyTorch's.");
    std::map<std::string, row> rows;  // by name: addresses have no order
    for (const auto& [op, entry] : all.made) {
        const auto known = all.known.find(op);
        const bool runs = std::any_of(entry.second.begin(), entry.second.end(), [&](const qz::pattern_tree& tree) {
            return std::any_of(all.list.begin(), all.list.end(),
                               [&](const tried& t) { return t.tree == tree && !t.none_runs(); });
        });
        rows[std::string(op->name)] = {std::string(op->name), known == all.known.end() ? "" : known->second.name,
                                       runs ? state::same : state::differs,
                                       entry.first + (runs ? "" : "; in graphs only, no kernel")};
    }
    for (const auto& [name, r] : rows) p.add(r);
}

}  // namespace parity
