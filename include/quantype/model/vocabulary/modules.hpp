// SPDX-License-Identifier: BSL-1.0
// torch.nn classes that backends and mappings name and that no module of nn/ stands for yet.
#pragma once
#include <quantype/model/vocabulary/named_op.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Names without a module: see named_op.hpp.
namespace nn {
struct conv_transpose1d : vocabulary::module_named<"torch.nn.ConvTranspose1d"> {};
struct conv_transpose2d : vocabulary::module_named<"torch.nn.ConvTranspose2d"> {};
struct conv_transpose3d : vocabulary::module_named<"torch.nn.ConvTranspose3d"> {};
struct elu : vocabulary::module_named<"torch.nn.ELU"> {};
struct leaky_relu : vocabulary::module_named<"torch.nn.LeakyReLU"> {};
struct prelu : vocabulary::module_named<"torch.nn.PReLU"> {};
struct hardtanh : vocabulary::module_named<"torch.nn.Hardtanh"> {};
struct instance_norm1d : vocabulary::module_named<"torch.nn.InstanceNorm1d"> {};
struct instance_norm2d : vocabulary::module_named<"torch.nn.InstanceNorm2d"> {};
struct instance_norm3d : vocabulary::module_named<"torch.nn.InstanceNorm3d"> {};
struct layer_norm : vocabulary::module_named<"torch.nn.LayerNorm"> {};
struct max_pool1d : vocabulary::module_named<"torch.nn.MaxPool1d"> {};
struct max_pool3d : vocabulary::module_named<"torch.nn.MaxPool3d"> {};
struct avg_pool1d : vocabulary::module_named<"torch.nn.AvgPool1d"> {};
struct avg_pool3d : vocabulary::module_named<"torch.nn.AvgPool3d"> {};
struct adaptive_avg_pool1d : vocabulary::module_named<"torch.nn.AdaptiveAvgPool1d"> {};
struct adaptive_avg_pool3d : vocabulary::module_named<"torch.nn.AdaptiveAvgPool3d"> {};
struct pixel_shuffle : vocabulary::module_named<"torch.nn.PixelShuffle"> {};
struct pixel_unshuffle : vocabulary::module_named<"torch.nn.PixelUnshuffle"> {};
struct constant_pad2d : vocabulary::module_named<"torch.nn.ConstantPad2d"> {};
struct embedding : vocabulary::module_named<"torch.nn.Embedding"> {};
struct embedding_bag : vocabulary::module_named<"torch.nn.EmbeddingBag"> {};
struct lstm : vocabulary::module_named<"torch.nn.LSTM"> {};
struct gru : vocabulary::module_named<"torch.nn.GRU"> {};
struct lstm_cell : vocabulary::module_named<"torch.nn.LSTMCell"> {};
struct gru_cell : vocabulary::module_named<"torch.nn.GRUCell"> {};
struct rnn_cell : vocabulary::module_named<"torch.nn.RNNCell"> {};
}  // namespace nn

QUANTYPE_END_NAMESPACE
