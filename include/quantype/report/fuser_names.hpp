// SPDX-License-Identifier: BSL-1.0
// PyTorch's names of fusers and getters. Here they are types of the user's own; what they do with a pattern says which
// of PyTorch's functions they are.
#pragma once
#include <string>

#include <quantype/backend/table.hpp>
#include <quantype/host/error.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace report::detail {

[[noreturn]] inline void refuse_row(const quantype::detail::pattern_entry& p, const std::string& what) {
    std::string ops;
    for (int i = p.tree.size - 1; i >= 0; --i)
        ops += (ops.empty() ? "" : ", ") + std::string(p.tree.nodes[i].op ? p.tree.nodes[i].op->name : "*");
    raise("pattern " + ops + ": its " + what + " does what none of PyTorch's does, and has no name in a table");
}

/// The ops of a pattern that fusion tells apart.
struct pattern_parts {
    bool convolution = false, transposed = false, linear = false, batch_norm = false, relu = false, leaky_relu = false,
         sum = false;
    int others = 0;
    int any = -1;   ///< position of "*" in the tree
    int root = -1;  ///< position of the op with the weight
};
inline pattern_parts parts_of(const pattern_tree& t) {
    pattern_parts r;
    for (int i = 0; i < t.size; ++i) {
        const op_info* op = t.nodes[i].op;
        const op_code code = op == nullptr ? op_code::none : op->code;
        if (code == op_code::conv || code == op_code::conv_transpose || code == op_code::linear) r.root = i;
        switch (code) {
            case op_code::conv: r.convolution = true; break;
            case op_code::conv_transpose: r.transposed = true; break;
            case op_code::linear: r.linear = true; break;
            case op_code::batch_norm: r.batch_norm = true; break;
            case op_code::relu: r.relu = true; break;
            case op_code::leaky_relu: r.leaky_relu = true; break;
            case op_code::add: r.sum = true; break;
            default: (op == nullptr ? r.any : r.others) = op == nullptr ? i : r.others + 1; break;
        }
    }
    return r;
}

/// "conv_bn_add_relu" of a sum of a convolution and anything, with the side of the convolution; else empty.
struct sum_name {
    std::string ops{};
    std::string side{};
};
inline sum_name name_of_sum(const pattern_tree& t) {
    const pattern_parts p = parts_of(t);
    if (!p.sum || !p.convolution || p.any < 0 || p.others > 0 || p.transposed || p.linear || p.leaky_relu) return {};
    return {std::string("conv") + (p.batch_norm ? "_bn" : "") + "_add" + (p.relu ? "_relu" : ""),
            p.any < p.root ? "right" : "left"};
}

/// PyTorch's name of a row's fuser; empty where it has none.
inline std::string fuser_name(const quantype::detail::pattern_entry& p) {
    if (!p.has_fuser) return "";
    const pattern_parts parts = parts_of(p.tree);
    const op_id root = parts.root < 0 ? nullptr : p.tree.nodes[parts.root].op;
    const op_id evaluated = p.fuses_to[0], trained = p.fuses_to[1];
    const bool wraps = evaluated != nullptr && evaluated == trained && !p.folds_batch_norm[0];
    const bool folds = p.folds_batch_norm[0] && root != nullptr, in_training = folds && trained != nullptr;
    if (p.folds_batch_norm[1] || (in_training && trained != p.fused_module)) refuse_row(p, "fuser");
    const bool folds_and_wraps = folds && !in_training && evaluated == p.fused_module;
    const sum_name sum = name_of_sum(p.tree);
    if (!sum.ops.empty() && (parts.batch_norm ? folds_and_wraps : wraps)) return "_fuse_" + sum.ops + "_" + sum.side;
    if (wraps) return "sequential:" + std::string(evaluated->name);
    if (folds_and_wraps && parts.linear && parts.leaky_relu) return "_fuse_linear_bn_leaky_relu";
    if (folds && !in_training && evaluated == root && parts.transposed) return "fuse_convtranspose_bn";
    if (in_training && evaluated == root && parts.linear) return "fuse_linear_bn";
    if (in_training && evaluated == root && parts.convolution) return "fuse_conv_bn";
    if (in_training && parts.convolution && parts.relu) return "fuse_conv_bn_relu";
    refuse_row(p, "fuser");
}

/// PyTorch's name of a getter: "root_node" gives the convolution of a sum, "extra_inputs" its other operand. Empty
/// where there is none.
inline std::string getter_name(const quantype::detail::pattern_entry& p, quantype::detail::position_getter getter,
                               const std::string& kind) {
    if (getter == nullptr) return "";
    const sum_name s = name_of_sum(p.tree);
    const pattern_parts parts = parts_of(p.tree);
    const int nodes[max_pattern_nodes] = {};
    if (s.ops.empty() || getter({nodes, p.tree.size}) != (kind == "root_node" ? parts.root : parts.any))
        refuse_row(p, kind + " getter");
    return "_" + s.ops + "_" + kind + "_getter_" + s.side;
}

}  // namespace report::detail

QUANTYPE_END_NAMESPACE
