// SPDX-License-Identifier: BSL-1.0
// folded_pads<Net>: a model whose zero pads become the padding of the convolutions that read them, so that the whole is
// quantized where no backend has a pattern for pad. PyTorch does not do this; by default a pad stays a node of its own.
#pragma once
#include <quantype/model/traced.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// The model `Net` with pads folded: prepare<folded_pads<net>, backend, mapping>(weights). Weights, paths and inputs
/// are those of `Net`. A pad of spatial dimensions by amounts >= 0 is added to the padding of every convolution that
/// reads it, before and after as given; it goes when nothing else reads it. Other pads stay. In float the results are
/// equal but for the order of sums; in integers the padding is the zero point of the value before the pad, whose
/// observer serves the convolution too. (PyTorch observes the padded value by itself: qparams from a histogram can
/// differ.)
template <class Net>
struct folded_pads : Net {
    using model = Net;
    using inputs = typename Net::inputs;
};

namespace detail {

class pad_folder {
public:
    constexpr explicit pad_folder(tracer& t) : t_(t) {}

    constexpr void run() {
        for (int i = t_.graph.first; i >= 0; i = t_.graph.nodes[i].next)
            if (attrs(i).code == op_code::conv && t_.graph.nodes[i].kind == node_kind::call_module) fold_input(i);
        const growable<int> users = count_users(t_.graph.view());
        for (int i = 0; i < users.size(); ++i)
            if (users[i] == 0 && is_pad(i)) t_.graph.erase(i);
    }

private:
    constexpr const attributes& attrs(int i) const {
        const call_entry& c = t_.calls[origin(i)];
        return c.constants ? *c.constants : t_.pool[c.pooled];
    }
    constexpr int origin(int i) const { return t_.graph.nodes[i].origin; }
    constexpr bool is_pad(int i) const {
        const attributes& a = attrs(i);
        return a.code == op_code::pad && a.scalar == 0 && t_.graph.nodes[i].kind != node_kind::output;
    }

    /// Amounts are (before, after) pairs, last dimension first.
    constexpr void fold_input(int conv) {
        const int pad = t_.graph.input(conv, 0);
        if (!is_pad(pad)) return;
        const attributes p = attrs(pad);
        attributes a = attrs(conv);
        const int rank = a.geometry.rank;
        for (int k = 0; k < p.axis_count; ++k)
            if (p.axes[k] < 0 || (k >= 2 * rank && p.axes[k] != 0)) return;
        for (int k = 0; k < p.axis_count && k < 2 * rank; ++k) {
            const int d = rank - 1 - k / 2;
            (k % 2 == 0 ? a.geometry.pad_before[d] : a.geometry.pad_after[d]) += p.axes[k];
        }
        call_entry& c = t_.calls[origin(conv)];
        c.pooled = t_.pool.push_back(a);
        c.constants = nullptr;
        t_.graph.arg(conv, 0).value = t_.graph.input(pad, 0);
    }

    tracer& t_;
};

template <class Net>
constexpr tracer trace_folded() {
    tracer t = trace_net<Net>(guessed_sizes<Net>);
    if (t.error == trace_error::none) pad_folder(t).run();
    return t;
}

// The pads that go leave the tracer's calls and constants behind, so the room is not guessed as for other models.
template <class Net>
inline constexpr trace_sizes folded_sizes = sizes_of(trace_folded<Net>());
template <class Net>
inline constexpr frozen_trace<folded_sizes<Net>> folded_trace{trace_folded<Net>()};
template <class Net>
inline constexpr const auto& trace_of<folded_pads<Net>> = folded_trace<Net>;

}  // namespace detail

QUANTYPE_END_NAMESPACE
