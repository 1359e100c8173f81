// SPDX-License-Identifier: BSL-1.0
// A backend's table as values: what the passes read. Built once per backend from its types, and checked.
#pragma once
#include <quantype/backend/backend_config.hpp>
#include <quantype/core/growable.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

using position_getter = int (*)(const match_view&);

/// One row of the table.
struct pattern_entry {
    pattern_tree tree{};
    observation_type observation = observation_type::output_use_different_observer_as_input;
    int first_dtype_config = 0;
    int dtype_config_count = 0;
    op_id root_module = nullptr;
    op_id qat_module = nullptr;
    op_id reference_module = nullptr;
    op_id fused_module = nullptr;  ///< as declared
    op_id lowered = nullptr;       ///< an op with a kernel of the backend's own
    op_id fuses_to[2] = {};        ///< what the fuser returns, for [0] evaluation and [1] training; null: cannot_fuse
    bool has_fuser = false;
    bool folds_batch_norm[2] = {};
    position_getter root_getter = nullptr;
    position_getter extra_inputs_getter = nullptr;
    bool has_tensor_args_map = false;
    maybe<observation_type> observation_for[4]{};
    int weight_index = -1;
    int bias_index = -1;
    int input_index = -1;
};

/// Read access to a table, whatever its size.
struct backend_view {
    const pattern_entry* patterns = nullptr;
    int pattern_count = 0;
    const dtype_config_value* dtype_configs = nullptr;
    const int* match_order = nullptr;  ///< pattern indices: trees with more leaves first, ties in registration order
};

// --- properties -> entry -----------------------------------------------------------------------------------------

template <class Fused>
struct fuser_result {
    static constexpr op_id op = id_of<class_of_t<Fused>>;
    static constexpr bool folds = false;
};
template <class Fused>
struct fuser_result<fold_batch_norm<Fused>> : fuser_result<Fused> {
    static constexpr bool folds = true;
};
template <>
struct fuser_result<cannot_fuse> {
    static constexpr op_id op = nullptr;
    static constexpr bool folds = false;
};

/// Calls the user's fuser with the classes of a pattern, in forward order.
template <class Fuser, bool IsQat, class Pattern>
struct call_fuser {
    static_assert(sizeof(Pattern*) == 0, "quantype: this pattern is too deep for the fuser's argument list");
};
struct is_qat_true {
    static constexpr bool value = true;
    constexpr operator bool() const { return true; }
};
struct is_qat_false {
    static constexpr bool value = false;
    constexpr operator bool() const { return false; }
};
template <bool IsQat>
constexpr auto qat_flag() {
    if constexpr (IsQat)
        return is_qat_true{};
    else
        return is_qat_false{};
}
template <class Fuser, bool IsQat, class... Ops>
struct call_fuser<Fuser, IsQat, pattern_of<Ops...>> {
    using type = decltype(Fuser{}(qat_flag<IsQat>(), Ops{}...));
};
// A tree's fuser gets (is_qat, op, arguments...), in the order of the tree.
template <class Fuser, bool IsQat, class... Parts>
struct call_fuser<Fuser, IsQat, tree<Parts...>> {
    using type = decltype(Fuser{}(qat_flag<IsQat>(), Parts{}...));
};

template <class D>
inline constexpr dtype_config_value dtype_config_of = value_of<D>();

/// Writes properties into an entry. Not a template of the row: rows share its instances.
struct entry_writer {
    pattern_entry& e;
    dtype_config_value* configs;

    template <observation_type V>
    constexpr void operator()(property::observation_type_is<V>) {
        e.observation = V;
    }
    template <class D>
    constexpr void operator()(property::dtype_config_is<D>) {
        configs[e.first_dtype_config + e.dtype_config_count++] = dtype_config_of<D>;
    }
    constexpr void operator()(property::no_dtype_configs) { e.dtype_config_count = 0; }
    template <class M>
    constexpr void operator()(property::root_module_is<M>) {
        e.root_module = id_of<class_of_t<M>>;
    }
    template <class M>
    constexpr void operator()(property::qat_module_is<M>) {
        e.qat_module = id_of<class_of_t<M>>;
    }
    template <class M>
    constexpr void operator()(property::reference_quantized_module_is<M>) {
        e.reference_module = id_of<class_of_t<M>>;
    }
    template <class M>
    constexpr void operator()(property::fused_module_is<M>) {
        e.fused_module = id_of<class_of_t<M>>;
    }
    template <class L>
    constexpr void operator()(property::lowering_is<L>) {
        e.lowered = id_of<L>;
    }
    template <class F>
    constexpr void operator()(property::fuser_method_is<F>) {
        e.has_fuser = true;
    }
    template <class F>
    constexpr void operator()(property::root_node_getter_is<F>) {
        e.root_getter = +[](const match_view& m) -> int { return F{}(m); };
    }
    template <class F>
    constexpr void operator()(property::extra_inputs_getter_is<F>) {
        e.extra_inputs_getter = +[](const match_view& m) -> int { return F{}(m); };
    }
    template <int Count, observation_type V>
    constexpr void operator()(property::observation_for_tensor_args<Count, V>) {
        e.has_tensor_args_map = true;
        e.observation_for[Count] = V;
    }
    template <int W, int B, int I>
    constexpr void operator()(property::input_type_to_index_is<W, B, I>) {
        e.weight_index = W;
        e.bias_index = B;
        e.input_index = I;
    }
};

/// What the fuser gives depends on the pattern.
template <class Pattern, class Property>
constexpr void write_fuser(pattern_entry&, Property) {}
template <class Pattern, class F>
constexpr void write_fuser(pattern_entry& e, property::fuser_method_is<F>) {
    using evaluated = fuser_result<typename call_fuser<F, false, Pattern>::type>;
    using trained = fuser_result<typename call_fuser<F, true, Pattern>::type>;
    e.fuses_to[0] = evaluated::op;
    e.fuses_to[1] = trained::op;
    e.folds_batch_norm[0] = evaluated::folds;
    e.folds_batch_norm[1] = trained::folds;
}

template <class Property>
inline constexpr int is_dtype_config = 0;
template <class D>
inline constexpr int is_dtype_config<property::dtype_config_is<D>> = 1;
template <class Property>
inline constexpr bool is_fuser = false;
template <class F>
inline constexpr bool is_fuser<property::fuser_method_is<F>> = true;

template <class Config>
struct config_reader;
template <class Pattern, class... Properties>
struct config_reader<pattern_config<Pattern, Properties...>> {
    static constexpr int dtype_configs = (0 + ... + is_dtype_config<Properties>);
    static constexpr void read(pattern_entry& e, dtype_config_value* configs, int first) {
        e.tree = tree_of<Pattern>();
        e.first_dtype_config = first;
        [[maybe_unused]] entry_writer write{e, configs};
        (write(Properties{}), ...);
        if constexpr ((false || ... || is_fuser<Properties>)) (write_fuser<Pattern>(e, Properties{}), ...);
    }
};

template <class Backend>
struct backend_reader;

/// The table itself, in arrays of exact size.
template <int Patterns, int DtypeConfigs>
struct backend_table {
    pattern_entry patterns[static_cast<std::size_t>(Patterns + 1)]{};
    dtype_config_value dtype_configs[static_cast<std::size_t>(DtypeConfigs + 1)]{};
    int match_order[static_cast<std::size_t>(Patterns + 1)]{};

    constexpr backend_view view() const { return {patterns, Patterns, dtype_configs, match_order}; }

    /// Stable counting sort by number of leaves, most first; single ops keep their order at the end.
    constexpr void sort() {
        int n = 0, most = 0;
        for (int i = 0; i < Patterns; ++i)
            if (patterns[i].tree.leaves > most) most = patterns[i].tree.leaves;
        for (int leaves = most; leaves >= 0; --leaves)
            for (int multi = 1; multi >= 0; --multi)
                for (int i = 0; i < Patterns; ++i)
                    if (patterns[i].tree.leaves == leaves && (patterns[i].tree.size > 1) == (multi == 1))
                        match_order[n++] = i;
    }
};

template <fixed_string Name, class Engine, class... Configs>
struct backend_reader<backend<Name, Engine, Configs...>> {
    static constexpr int patterns = static_cast<int>(sizeof...(Configs));
    static constexpr int dtype_configs = (0 + ... + config_reader<Configs>::dtype_configs);
    static constexpr auto read() {
        backend_table<patterns, dtype_configs> t;
        [[maybe_unused]] int i = 0, d = 0;
        const int order[] = {(config_reader<Configs>::read(t.patterns[i++], t.dtype_configs, d),
                              d += config_reader<Configs>::dtype_configs)...,
                             0};
        static_cast<void>(order);
        t.sort();
        return t;
    }
};

template <fixed_string Name, class Engine, class... Configs>
backend_reader<backend<Name, Engine, Configs...>> reader_of(const backend<Name, Engine, Configs...>*);

/// Reader of a nominal backend: the `backend<...>` it derives from.
template <class Backend>
using reader_for = decltype(reader_of(static_cast<const Backend*>(nullptr)));

template <class Backend>
inline constexpr auto table_of = reader_for<Backend>::read();

// --- checks ------------------------------------------------------------------------------------------------------

enum class backend_error : std::uint8_t {
    none,
    two_configs,
    fuser_on_single_op,
    fused_not_quantized,
    no_dtype_configs
};

struct backend_finding {
    backend_error error = backend_error::none;
    int pattern = -1;
    int other = -1;
};

/// Finds patterns by their tree in about constant time: chains of rows whose trees have the same key.
struct pattern_finder {
    static constexpr int chains = 256;
    const backend_view& b;
    int first[chains]{};   ///< row + 1, or 0
    growable<int> next{};  ///< by row: the row before it in the chain + 1, or 0

    /// From the ops' names: addresses of objects have no order in constant expressions.
    static constexpr int key(const pattern_tree& t) {
        unsigned k = 0;
        for (int i = 0; i < t.size; ++i)
            if (t.nodes[i].op != nullptr) {
                const std::string_view n = t.nodes[i].op->name;
                const std::size_t s = n.size();
                k = k * 31 + static_cast<unsigned>(s);
                if (s > 2)
                    k += 3u * static_cast<unsigned char>(n[s - 1]) + 5u * static_cast<unsigned char>(n[s - 2]) +
                         7u * static_cast<unsigned char>(n[s / 2]);
            }
        return static_cast<int>(k % chains);
    }
    constexpr explicit pattern_finder(const backend_view& view) : b(view) {}

    /// An earlier row with this tree, or -1; `k` is the tree's key.
    constexpr int find(const pattern_tree& t, int k) const {
        for (int i = first[k]; i != 0; i = next[i - 1])
            if (b.patterns[i - 1].tree.nodes[0].op == t.nodes[0].op && b.patterns[i - 1].tree == t) return i - 1;
        return -1;
    }
    /// Adds the next row; returns an earlier row with the same tree, or -1.
    constexpr int add(int row) {
        const pattern_tree& t = b.patterns[row].tree;
        const int k = key(t), found = find(t, k);
        next.push_back(first[k]);
        first[k] = row + 1;
        return found;
    }
    /// True when there is a row for this op alone that gives dtypes.
    constexpr bool quantizes(op_id op) const {
        pattern_tree t;
        append(t, op, 0);
        const int row = find(t, key(t));
        return row >= 0 && b.patterns[row].dtype_config_count > 0;
    }
};

/// The first inconsistency of a backend in itself.
constexpr backend_finding inspect(const backend_view& b) {
    pattern_finder finder(b);
    for (int i = 0; i < b.pattern_count; ++i)
        if (const int earlier = finder.add(i); earlier >= 0) return {backend_error::two_configs, i, earlier};
    for (int i = 0; i < b.pattern_count; ++i) {
        const pattern_entry& p = b.patterns[i];
        if (p.has_fuser && p.tree.size == 1) return {backend_error::fuser_on_single_op, i, -1};
        if (p.fuses_to[0] != nullptr && !finder.quantizes(p.fuses_to[0]))
            return {backend_error::fused_not_quantized, i, -1};
        if (!p.has_fuser && p.dtype_config_count == 0) return {backend_error::no_dtype_configs, i, -1};
    }
    return {};
}

}  // namespace detail

namespace fail {
template <bool Ok, class Backend, class Op, class First, class Second>
struct two_configs_for_one_pattern {
    static_assert(Ok, "quantype: the backend has two configs for one pattern; the numbers are their positions");
};
template <bool Ok, class Backend, class Op, class Where>
struct fuser_on_a_single_op {
    static_assert(Ok, "quantype: the backend gives a fuser to a pattern of one op: there is nothing to fuse");
};
template <bool Ok, class Backend, class Op, class Where>
struct fused_module_is_never_quantized {
    static_assert(Ok,
                  "quantype: the backend fuses a pattern, but has no config with a dtype config for the fused class");
};
template <bool Ok, class Backend, class Op, class Where>
struct pattern_without_dtype_config {
    static_assert(Ok,
                  "quantype: the backend has a pattern with neither dtype config nor fuser: it could never be used");
};
/// Position of a pattern config within its backend.
template <int Value>
struct position {};
}  // namespace fail

namespace detail {

template <class Backend, int Pattern, bool Fused = false>
struct pattern_op_text {
    static constexpr std::string_view text() {
        const pattern_entry& p = table_of<Backend>.patterns[Pattern];
        return Fused ? p.fuses_to[0]->name : p.tree.nodes[0].op ? p.tree.nodes[0].op->name : std::string_view("*");
    }
};

template <class Backend>
constexpr bool check_backend() {
    constexpr backend_finding f = inspect(table_of<Backend>.view());
    if constexpr (f.error == backend_error::two_configs)
        (void)sizeof(
            fail::two_configs_for_one_pattern<false, Backend, fail::at_text<pattern_op_text<Backend, f.pattern>>,
                                              fail::position<f.other>, fail::position<f.pattern>>);
    if constexpr (f.error == backend_error::fuser_on_single_op)
        (void)sizeof(fail::fuser_on_a_single_op<false, Backend, fail::at_text<pattern_op_text<Backend, f.pattern>>,
                                                fail::position<f.pattern>>);
    if constexpr (f.error == backend_error::fused_not_quantized)
        (void)sizeof(
            fail::fused_module_is_never_quantized<
                false, Backend, fail::at_text<pattern_op_text<Backend, f.pattern, true>>, fail::position<f.pattern>>);
    if constexpr (f.error == backend_error::no_dtype_configs)
        (void)sizeof(
            fail::pattern_without_dtype_config<false, Backend, fail::at_text<pattern_op_text<Backend, f.pattern>>,
                                               fail::position<f.pattern>>);
    return f.error == backend_error::none;
}

}  // namespace detail

/// True for a backend that is consistent in itself; otherwise a compile error that names the pattern. Every pass asks;
/// a backend developer writes `static_assert(valid_backend<my_backend>);` under the definition.
template <class Backend>
inline constexpr bool valid_backend = detail::check_backend<Backend>();

QUANTYPE_END_NAMESPACE
