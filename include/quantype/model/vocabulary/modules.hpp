// SPDX-License-Identifier: BSL-1.0
// torch.nn classes that backends and mappings name and that no module of nn/ stands for yet.
#pragma once
#include <quantype/model/nn/norms.hpp>
#include <quantype/model/nn/pools.hpp>
#include <quantype/model/nn/sequences.hpp>
#include <quantype/model/nn/transposed.hpp>
#include <quantype/model/vocabulary/named_op.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Names without a module: see named_op.hpp.
namespace nn {
struct constant_pad2d : vocabulary::module_named<"torch.nn.ConstantPad2d"> {};
}  // namespace nn

QUANTYPE_END_NAMESPACE
