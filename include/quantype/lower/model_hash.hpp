// SPDX-License-Identifier: BSL-1.0
// A number that tells one quantized graph from another: the same on every compiler, because it is taken from contents
// (names of ops and modules, shapes, constants, observers, engine) and never from type names or addresses.
#pragma once
#include <bit>

#include <quantype/lower/plan.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// FNV-1a, 64 bits.
struct content_hash {
    std::uint64_t value = 14695981039346656037ull;

    constexpr void add_byte(std::uint8_t b) { value = (value ^ b) * 1099511628211ull; }
    constexpr void add(std::int64_t x) {
        for (int i = 0; i < 8; ++i) add_byte(static_cast<std::uint8_t>(static_cast<std::uint64_t>(x) >> (8 * i)));
    }
    constexpr void add(int x) { add(static_cast<std::int64_t>(x)); }
    constexpr void add(bool x) { add_byte(x ? 1 : 0); }
    constexpr void add(double x) { add(static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(x))); }
    constexpr void add(std::string_view s) {
        add(static_cast<std::int64_t>(s.size()));
        for (char c : s) add_byte(static_cast<std::uint8_t>(c));
    }
    constexpr void add(const shape& s) {
        add(s.rank);
        for (int i = 0; i < s.rank; ++i) add(static_cast<int>(s[i]));
    }
    constexpr void add(const window& w) {
        add(w.rank);
        for (int i = 0; i < 3; ++i) {
            add(w.kernel[i]);
            add(w.stride[i]);
            add(w.pad_before[i]);
            add(w.pad_after[i]);
            add(w.dilation[i]);
        }
        add(w.ceil_mode);
    }
    constexpr void add(const attributes& a) {
        add(static_cast<int>(a.code));
        add(a.in);
        add(a.out);
        add(a.groups);
        add(a.bias);
        add(a.geometry);
        add(a.count_include_pad);
        add(a.divisor_override);
        for (int i = 0; i < a.axis_count; ++i) add(a.axes[i]);
        add(a.keepdim);
        add(a.has_scalar);
        add(a.scalar);
    }
    constexpr void add(const observer_config& o) {
        add(o.type->name);
        if (o.fake != nullptr) add(o.fake->name);
        add(static_cast<int>(o.args.dtype));
        add(static_cast<int>(o.args.qscheme));
        const code_range r = effective_quant_range(o);
        add(r.min);
        add(r.max);
        add(static_cast<double>(o.args.eps));
        add(o.args.is_dynamic);
        add(static_cast<double>(o.args.averaging_constant));
        add(o.args.ch_axis);
        add(o.args.bins);
        add(static_cast<double>(o.args.scale));
        add(static_cast<int>(o.args.zero_point));
    }
};

/// `standalone`: the hashes of the standalone modules.
constexpr std::uint64_t hash_of(const prepared_view& p, const graph_view& g, std::string_view engine, bool clamps,
                                const std::uint64_t* standalone) {
    content_hash h;
    h.add(engine);
    if (clamps) h.add(std::string_view("clamp_codes_to_qconfig"));
    growable<int> number;  // position in execution order, so that erased nodes do not count
    number.resize(g.node_count);
    int n = 0;
    for (int i = g.first; i >= 0; i = g[i].next) {
        number[i] = n++;
        h.add(g[i].op->name);
        h.add(static_cast<int>(g[i].form));
        h.add(g[i].relu);
        h.add(p.trace.path_of(g[i]));
        h.add(p.trace.shape_of(g[i]));
        const int parts = g[i].fusion < 0 ? 1 : g.fusions[g[i].fusion].count;
        for (int k = 0; k < parts; ++k)
            h.add(p.trace.calls[g[i].fusion < 0 ? g[i].origin : g.fusions[g[i].fusion].parts[k]].attrs());
        if (g[i].observer >= 0) {
            h.add(static_cast<int>(g[i].observer));
            h.add(p.observers[g[i].observer].instance);
            h.add(p.observer(g[i].observer));
        }
        for_each_input(g, i, [&](const argument& a) { h.add(number[a.value]); });
    }
    for (int k = 0; k < p.part_count; ++k) h.add(static_cast<std::int64_t>(standalone[k]));
    return h.value;
}

}  // namespace detail

/// The hash of a lowered model: its graph, backend and mapping, without the weights; of its standalone modules too.
template <class Net, class Backend, class Mapping>
constexpr std::uint64_t hash_of_model() {
    return []<int... K>(std::integer_sequence<int, K...>) {
        const std::uint64_t parts[sizeof...(K) + 1] = {
            hash_of_model<typename detail::part<Net, Backend, Mapping, K>::net, Backend,
                          typename detail::part<Net, Backend, Mapping, K>::mapping>()...};
        return detail::hash_of(prepared_view_of<Net, Backend, Mapping>(), stage::lowered<Net, Backend, Mapping>.view(),
                               Backend::engine::name, Backend::clamp_codes_to_qconfig, parts);
    }(std::make_integer_sequence<int, detail::standalone_count<Net, Backend, Mapping>>{});
}
template <class Net, class Backend, class Mapping>
inline constexpr std::uint64_t model_hash = hash_of_model<Net, Backend, Mapping>();

QUANTYPE_END_NAMESPACE
