// SPDX-License-Identifier: BSL-1.0
// torch.nn classes that backends and mappings name and that no module of nn/ stands for yet.
#pragma once
#include <quantype/model/nn/norms.hpp>
#include <quantype/model/nn/sequences.hpp>
#include <quantype/model/nn/transposed.hpp>
#include <quantype/model/vocabulary/named_op.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Names without a module: see named_op.hpp.
namespace nn {
struct max_pool1d : vocabulary::module_named<"torch.nn.MaxPool1d"> {};
struct max_pool3d : vocabulary::module_named<"torch.nn.MaxPool3d"> {};
struct avg_pool1d : vocabulary::module_named<"torch.nn.AvgPool1d"> {};
struct avg_pool3d : vocabulary::module_named<"torch.nn.AvgPool3d"> {};
struct adaptive_avg_pool1d : vocabulary::module_named<"torch.nn.AdaptiveAvgPool1d"> {};
struct adaptive_avg_pool3d : vocabulary::module_named<"torch.nn.AdaptiveAvgPool3d"> {};
struct pixel_shuffle : vocabulary::module_named<"torch.nn.PixelShuffle"> {};
struct pixel_unshuffle : vocabulary::module_named<"torch.nn.PixelUnshuffle"> {};
struct constant_pad2d : vocabulary::module_named<"torch.nn.ConstantPad2d"> {};
}  // namespace nn

QUANTYPE_END_NAMESPACE
