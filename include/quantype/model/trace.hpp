// SPDX-License-Identifier: BSL-1.0
// Runs a model's `forward` once, in a constant expression, with a proxy in place of the tensors, and records a graph.
// Takes: a model struct. Gives: traced<Net>, the graph with module paths, attributes and shapes. Refuses: shapes that
// do not fit. Next: prepare.
#pragma once
#include <initializer_list>
#include <type_traits>

#include <quantype/model/custom_config.hpp>
#include <quantype/model/graph.hpp>
#include <quantype/model/infer.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// A parameter or buffer of a module: its name within the module and its shape.
struct parameter_info {
    std::string_view name{};
    shape extents{};
};

namespace detail {

/// A string in the tracer's text pool.
struct text_range {
    int begin = 0;
    int length = 0;
};

/// A module with a number: a leaf that is called, or a parameter that is read.
struct module_entry {
    op_id op = nullptr;
    text_range path{};
    const attributes* constants = nullptr;
    int first_parameter = 0;
    int parameter_count = 0;
    short scope = 0;  ///< the module that owns it

    constexpr const attributes& attrs() const { return *constants; }
};

/// The constants of a module type and of a function without arguments: one object each, whatever the graph's size.
template <class Module>
inline constexpr attributes module_attributes = Module::attrs();
template <op_code Code>
inline constexpr attributes code_attributes = [] {
    attributes a;
    a.code = Code;
    return a;
}();

/// A user module (or the model, or a sequential) whose forward is traced through.
struct scope_entry {
    op_id op = nullptr;
    text_range path{};
};

/// What one traced call computes.
struct call_entry {
    const attributes* constants = nullptr;  ///< null while tracing when they are in the pool
    int pooled = -1;
    shape out{};

    constexpr const attributes& attrs() const { return *constants; }
};
enum class trace_error : std::uint8_t {
    none,
    shape,
    unlisted_module,
    duplicate_name,
    no_inputs,
    input_count,
    whole_module_values,
};

constexpr int path_length(int parent, std::string_view name) {
    return parent + (parent > 0 ? 1 : 0) + static_cast<int>(name.size());
}

struct tracer {
    graph_builder graph{};
    growable<module_entry> modules{};
    growable<scope_entry> scopes{};
    growable<parameter_info> parameters{};
    growable<call_entry> calls{};
    growable<attributes> pool{};  ///< constants of function calls with arguments
    growable<char> text{};
    growable<int> scope_stack{};
    const custom_view* custom = nullptr;  ///< the modules that are not traced through

    // The first mistake found; tracing goes on so that the rest of the graph still has shapes.
    trace_error error = trace_error::none;
    infer_result detail{};
    int error_call = -1;
    int error_module = -1;

    /// Writes the path of a child.
    constexpr text_range join(text_range parent, std::string_view name) {
        const int begin = text.size();
        text.reserve_for(path_length(parent.length, name));
        text.append(text.begin() + parent.begin, parent.length);
        if (parent.length > 0) text.push_back('.');
        text.append(name.data(), static_cast<int>(name.size()));
        return {begin, text.size() - begin};
    }
    constexpr std::string_view read(text_range r) const {
        return {text.begin() + r.begin, static_cast<std::size_t>(r.length)};
    }
    /// Constants of what node `i` calls.
    constexpr const attributes& constants_of(int i) const {
        const call_entry& c = calls[graph.nodes[i].origin];
        return c.constants ? *c.constants : pool[c.pooled];
    }
    constexpr void fail(trace_error why, int call, int module, infer_result d = {}) {
        if (error != trace_error::none) return;
        error = why;
        detail = d;
        error_call = call;
        error_module = module;
    }
};

}  // namespace detail

struct sym_int;

/// Stands for a tensor while `forward` is traced. A module that gives several values gives one sym; x[0] is the first.
struct sym {
    detail::tracer* trace = nullptr;
    int id = -1;

    /// Shape of the value, known while tracing.
    constexpr shape extents() const { return trace->calls[trace->graph.nodes[id].origin].out; }
    // Methods: model/functional.hpp, model/methods.hpp and model/functional_shape.hpp.
    constexpr sym_int size(int d) const;
    constexpr sym reshape(std::initializer_list<sym_int> dims) const;
    constexpr sym view(std::initializer_list<sym_int> dims) const;
    constexpr sym mean(std::initializer_list<int> dims, bool keepdim = false) const;
    constexpr sym permute(std::initializer_list<int> dims) const;
    constexpr sym transpose(int first, int second) const;
    constexpr sym flatten(int start = 0) const;
    constexpr sym flatten(int start, int end) const;
    constexpr sym squeeze(int d) const;
    constexpr sym unsqueeze(int d) const;
    // In place in PyTorch. Here the result is the changed value and this one stays as it is: read on from the result.
    constexpr sym squeeze_(int d) const;
    constexpr sym unsqueeze_(int d) const;
    // resize_: to as many elements as there are, in the order of the dimensions; PyTorch goes by the order in memory,
    // which behind a quantized convolution is channels last.
    constexpr sym resize_(std::initializer_list<sym_int> dims) const;
    constexpr sym repeat(std::initializer_list<int> counts) const;
    constexpr sym repeat_interleave(int count, int d) const;
    constexpr sym contiguous() const;
    constexpr sym masked_fill(sym mask, double value) const;
    constexpr sym operator[](int index) const;
};

/// An integer in `forward`: a literal, or the size of a value, which is a node of the graph as well.
struct sym_int {
    int value = 0;
    int node = -1;

    constexpr sym_int(int v) : value(v) {}
    constexpr sym_int(int v, int source) : value(v), node(source) {}
    constexpr operator int() const { return value; }
};

/// Several values returned from one `forward`, in order.
template <int N>
struct sym_tuple {
    sym items[static_cast<std::size_t>(N)];
};
template <class... S>
constexpr sym_tuple<static_cast<int>(sizeof...(S))> tuple(S... values) {
    return {{values...}};
}

namespace detail {

/// Records a call. `list` holds the arguments as torch.fx would; the shapes of its node entries feed shape inference.
template <int MaxInputs>
constexpr infer_result infer_call(const tracer& t, op_id op, const attributes& attrs, const argument* list, int count) {
    shape inputs[static_cast<std::size_t>(MaxInputs)];
    int input_count = 0;
    for (int k = 0; k < count; ++k)
        if (list[k].is_node() && input_count < MaxInputs)
            inputs[input_count++] = t.calls[t.graph.nodes[list[k].value].origin].out;
    return infer(*op, attrs, inputs, input_count);
}

/// A value that is several tensors is taken by indexing, and by an lstm as its state, alone.
constexpr void check_tuples(tracer& t, int id, const argument* list, int count, const attributes& a) {
    if (a.code == op_code::getitem) return;
    const bool pair = (a.code == op_code::recurrent || a.code == op_code::recurrent_cell) && a.groups == 4;
    for (int k = 0; k < count; ++k)
        if (list[k].is_node() && gives_tuple(t.constants_of(list[k].value)) != (pair && k == 1))
            t.fail(trace_error::shape, id, t.graph.nodes[id].module, {{}, shape_error::tuple});
}

/// `where` says where the constants live: a static object, or (null) `attrs` is copied into the tracer's pool.
constexpr sym record(tracer& t, op_id op, node_kind kind, int module, const attributes& attrs, const attributes* where,
                     const argument* list, int count) {
    const infer_result r =
        count <= 3 ? infer_call<3>(t, op, attrs, list, count) : infer_call<16>(t, op, attrs, list, count);
    node n;
    n.op = op;
    n.kind = kind;
    n.module = static_cast<short>(module);
    n.scope = static_cast<short>(t.scope_stack.back());
    n.origin = t.calls.size();
    const int id = t.graph.insert(n);
    t.graph.set_args(id, list, count);
    if (r.error != shape_error::none) t.fail(trace_error::shape, id, module, r);
    check_tuples(t, id, list, count, attrs);
    const bool failed = r.error != shape_error::none && count > 0 && list[0].is_node();
    t.calls.push_back({where, where ? -1 : t.pool.push_back(attrs),
                       failed ? t.calls[t.graph.nodes[list[0].value].origin].out : r.out});
    return {&t, id};
}

/// Modules that take further values: a first state, or the offsets of bags.
constexpr bool takes_more(op_code c) {
    return c == op_code::custom || c == op_code::recurrent || c == op_code::recurrent_cell ||
           c == op_code::embedding_bag;
}

/// A call of a leaf module.
constexpr sym call_module(int number, std::initializer_list<sym> inputs) {
    tracer& t = *inputs.begin()->trace;
    if (number < 0) {
        t.fail(trace_error::unlisted_module, t.graph.nodes.size(), -1);
        return *inputs.begin();
    }
    argument list[8];
    int count = 0;
    for (const sym& s : inputs) list[count++] = node_argument(s.id);
    const attributes* constants = t.modules[number].constants;
    if (count > 1 && !takes_more(constants->code))
        t.fail(trace_error::shape, t.graph.nodes.size(), number, {{}, shape_error::inputs, count, 1});
    return record(t, t.modules[number].op, node_kind::call_module, number, *constants, constants, list, count);
}

/// A call of a recurrent module with its state as a pair: module(x, (h, c)).
constexpr sym call_module_with_pair(int number, sym x, const sym_tuple<2>& state) {
    tracer& t = *x.trace;
    if (number < 0) return call_module(number, {x});
    const argument list[] = {node_argument(x.id), list_argument(2), node_argument(state.items[0].id),
                             node_argument(state.items[1].id)};
    const attributes* constants = t.modules[number].constants;
    return record(t, t.modules[number].op, node_kind::call_module, number, *constants, constants, list, 4);
}

/// A call of a function or method with the given arguments.
template <class Op>
constexpr sym call_function(sym x, const attributes& attrs, std::initializer_list<argument> list) {
    return record(*x.trace, id_of<Op>, id_of<Op>->kind, -1, attrs, nullptr, list.begin(),
                  static_cast<int>(list.size()));
}

/// A call whose constants are its op's code alone.
template <class Op>
constexpr sym call_plain(sym x, std::initializer_list<argument> list) {
    constexpr const attributes* constants = &code_attributes<op_of<Op>.code>;
    return record(*x.trace, id_of<Op>, id_of<Op>->kind, -1, *constants, constants, list.begin(),
                  static_cast<int>(list.size()));
}

/// A user module's place in the trace. `leaf` is its number among the modules when it is not traced through, else -1.
struct scope_number {
    int value = -1;
    int leaf = -1;
};

/// What has been recorded so far, to go back to.
struct trace_mark {
    int nodes, args, calls, pool, last;
};
constexpr trace_mark mark(const tracer& t) {
    return {t.graph.nodes.size(), t.graph.args.size(), t.calls.size(), t.pool.size(), t.graph.last};
}
constexpr void go_back(tracer& t, const trace_mark& m) {
    t.graph.nodes.resize(m.nodes);
    t.graph.args.resize(m.args);
    t.calls.resize(m.calls);
    t.pool.resize(m.pool);
    t.graph.last = m.last;
    (m.last < 0 ? t.graph.first : t.graph.nodes[m.last].next) = -1;
}

/// One call in place of all that the module's forward recorded since `before`; the value keeps its shape.
template <std::size_t N>
constexpr sym record_whole(tracer& t, int number, const trace_mark& before, sym y, const sym (&inputs)[N]) {
    const shape out = y.extents();
    go_back(t, before);
    node n;
    n.op = t.modules[number].op;
    n.kind = node_kind::call_module;
    n.module = static_cast<short>(number);
    n.scope = static_cast<short>(t.scope_stack.back());
    n.origin = t.calls.size();
    const int id = t.graph.insert(n);
    argument list[N];
    for (std::size_t i = 0; i < N; ++i) list[i] = node_argument(inputs[i].id);
    t.graph.set_args(id, list);
    t.calls.push_back({&code_attributes<op_code::none>, -1, out});
    return {&t, id};
}

/// Runs a user module's forward with the module on the scope stack, as torch.fx keeps the module stack.
template <class Module, class... Inputs>
constexpr auto call_scope(const Module& m, sym x, Inputs... rest) {
    tracer* t = x.trace;
    if (m.quantype_scope.value < 0) t->fail(trace_error::unlisted_module, t->graph.nodes.size(), -1);
    const trace_mark before = m.quantype_scope.leaf >= 0 ? mark(*t) : trace_mark{};
    t->scope_stack.push_back(m.quantype_scope.value < 0 ? 0 : m.quantype_scope.value);
    auto y = m.forward(x, rest...);
    t->scope_stack.pop_back();
    if constexpr (std::is_same_v<decltype(y), sym> && (std::is_same_v<Inputs, sym> && ...)) {
        if (m.quantype_scope.leaf >= 0) {
            const sym inputs[] = {x, rest...};
            return record_whole(*t, m.quantype_scope.leaf, before, y, inputs);
        }
    } else if (m.quantype_scope.leaf >= 0) {
        t->fail(trace_error::whole_module_values, before.nodes, m.quantype_scope.leaf);
    }
    return y;
}

/// Numbers every module below `m` and writes down its path; depth first, in the order of the member list.
template <class Module>
constexpr void number_modules(tracer& t, Module& m, text_range path, int parent) {
    if constexpr (requires { Module::quantype_is_leaf; }) {
        m.quantype_number = t.modules.size();
        module_entry e{id_of<class_of_t<Module>>, path, &module_attributes<Module>,
                       t.parameters.size(),       0,    static_cast<short>(parent)};
        for (const parameter_info& p : Module::parameters()) {
            t.parameters.push_back(p);
            ++e.parameter_count;
        }
        t.modules.push_back(e);
    } else {
        const int self = t.scopes.size();
        m.quantype_scope.value = self;
        t.scopes.push_back({id_of<class_of_t<Module>>, path});
        if (parent >= 0 && t.custom && t.custom->find(t.read(path), id_of<class_of_t<Module>>) >= 0) {
            m.quantype_scope.leaf =
                t.modules.push_back({id_of<class_of_t<Module>>, path, &code_attributes<op_code::none>,
                                     t.parameters.size(), 0, static_cast<short>(parent)});
        }
        growable<std::string_view> names;
        Module::quantype_visit(m, [&](auto& child, std::string_view name) {
            if (names.contains(name)) t.fail(trace_error::duplicate_name, -1, t.modules.size());
            names.push_back(name);
            number_modules(t, child, t.join(path, name), self);
        });
    }
}

inline constexpr op_info output_op{"output", node_kind::output, op_code::output};

/// Records the value(s) that forward returned as the output node.
constexpr void record_output(tracer& t, const sym* values, int count, bool is_tuple) {
    argument list[17];
    int n = 0;
    if (is_tuple) list[n++] = list_argument(count);
    for (int i = 0; i < count; ++i) list[n++] = node_argument(values[i].id);
    node o;
    o.op = &output_op;
    o.kind = node_kind::output;
    o.origin = t.graph.nodes[values[0].id].origin;
    const int id = t.graph.insert(o);
    t.graph.set_args(id, list, n);
    check_tuples(t, id, list, n, {});
}

inline constexpr op_info placeholder_op{"placeholder", node_kind::placeholder, op_code::input};

/// Constants of an input of indices.
inline constexpr attributes index_input_attributes = [] {
    attributes a;
    a.code = op_code::input;
    a.in = static_cast<int>(dtype::int64);
    return a;
}();

constexpr sym record_input(tracer& t, const char* name, const shape& s, bool indices) {
    node n;
    n.op = &placeholder_op;
    n.kind = node_kind::placeholder;
    n.origin = t.calls.size();
    const int id = t.graph.insert(n);
    const argument a = text_argument(name);
    t.graph.set_args(id, &a, 1);
    t.calls.push_back({indices ? &index_input_attributes : &code_attributes<op_code::input>, -1, s});
    return {&t, id};
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
