// SPDX-License-Identifier: BSL-1.0
// Patterns of ops, as types that users write and as the flat trees that the passes match.
#pragma once
#include <quantype/core/op.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// One to three ops in forward order: `pattern<nn::conv2d<>, nn::relu>`.
template <class... Ops>
struct pattern_of {
    static_assert(sizeof...(Ops) >= 1 && sizeof...(Ops) <= 3,
                  "quantype: a pattern holds one to three ops; write longer ones as a tree");
};
template <class... Ops>
inline constexpr pattern_of<Ops...> pattern{};

/// The complex format: the op executed last, then a pattern for each of its positional arguments.
/// `tree<fn::relu, tree<fn::add, tree<nn::batch_norm2d<>, nn::conv2d<>>, match_all>>`
template <class Op, class... Arguments>
struct tree;

/// Matches any argument (PyTorch's MatchAllNode).
struct match_all {};

/// Largest number of nodes in a pattern tree.
inline constexpr int max_pattern_nodes = 8;

namespace detail {
template <class Pattern>
inline constexpr int node_count_of = 1;
template <class Op, class... Arguments>
inline constexpr int node_count_of<tree<Op, Arguments...>> = (1 + ... + node_count_of<Arguments>);
}  // namespace detail

template <class Op, class... Arguments>
struct tree {
    static_assert((1 + ... + detail::node_count_of<Arguments>) <= max_pattern_nodes,
                  "quantype: a pattern tree holds at most 8 nodes, match_all included");
};

/// A pattern tree in preorder: every node is followed by the trees of its arguments.
struct pattern_tree {
    struct entry {
        op_id op = nullptr;  ///< null matches anything
        int argument_count = 0;
        constexpr bool operator==(const entry&) const = default;
    };
    entry nodes[max_pattern_nodes]{};
    int size = 0;
    int leaves = 0;  ///< match_all counts

    constexpr bool operator==(const pattern_tree&) const = default;
    /// Position after the subtree that starts at `i`.
    constexpr int skip(int i) const {
        int after = i + 1;
        for (int a = 0; a < nodes[i].argument_count; ++a) after = skip(after);
        return after;
    }
};

namespace detail {

constexpr void append(pattern_tree& t, op_id op, int arguments) {
    t.nodes[t.size++] = {op, arguments};
    if (arguments == 0) ++t.leaves;
}

template <class Pattern>
struct flatten_pattern {
    static constexpr void into(pattern_tree& t) { append(t, id_of<class_of_t<Pattern>>, 0); }
};
template <>
struct flatten_pattern<match_all> {
    static constexpr void into(pattern_tree& t) { append(t, nullptr, 0); }
};
template <class Op, class... Arguments>
struct flatten_pattern<tree<Op, Arguments...>> {
    static constexpr void into(pattern_tree& t) {
        append(t, id_of<class_of_t<Op>>, static_cast<int>(sizeof...(Arguments)));
        (flatten_pattern<Arguments>::into(t), ...);
    }
};
// Forward order to tree: (a, b, c) is c(b(a)).
template <class A>
struct flatten_pattern<pattern_of<A>> : flatten_pattern<A> {};
template <class A, class B>
struct flatten_pattern<pattern_of<A, B>> : flatten_pattern<tree<B, A>> {};
template <class A, class B, class C>
struct flatten_pattern<pattern_of<A, B, C>> : flatten_pattern<tree<C, tree<B, A>>> {};

}  // namespace detail

/// The canonical tree of a pattern: what a backend is keyed by.
template <class Pattern>
constexpr pattern_tree tree_of() {
    pattern_tree t;
    if constexpr (detail::node_count_of<Pattern> <= max_pattern_nodes) detail::flatten_pattern<Pattern>::into(t);
    return t;
}

QUANTYPE_END_NAMESPACE
