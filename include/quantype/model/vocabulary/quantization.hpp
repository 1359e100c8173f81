// SPDX-License-Identifier: BSL-1.0
// The classes of torch.ao.nn that backends name: fused, quantization-aware training (qat), fused qat, and reference.
#pragma once
#include <quantype/model/nn/intrinsic.hpp>
#include <quantype/model/vocabulary/named_op.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Fused classes beside those of nn/intrinsic.hpp; with a batch norm kept inside they occur in training only.
namespace nn::intrinsic {
struct conv_bn1d : vocabulary::module_named<"torch.ao.nn.intrinsic.ConvBn1d", op_code::conv> {};
struct conv_bn2d : vocabulary::module_named<"torch.ao.nn.intrinsic.ConvBn2d", op_code::conv> {};
struct conv_bn3d : vocabulary::module_named<"torch.ao.nn.intrinsic.ConvBn3d", op_code::conv> {};
struct conv_bn_relu1d : vocabulary::module_named<"torch.ao.nn.intrinsic.ConvBnReLU1d", op_code::conv> {};
struct conv_bn_relu2d : vocabulary::module_named<"torch.ao.nn.intrinsic.ConvBnReLU2d", op_code::conv> {};
struct conv_bn_relu3d : vocabulary::module_named<"torch.ao.nn.intrinsic.ConvBnReLU3d", op_code::conv> {};
struct linear_bn1d : vocabulary::module_named<"torch.ao.nn.intrinsic.LinearBn1d", op_code::linear> {};
struct conv_add2d : vocabulary::module_named<"torch.ao.nn.intrinsic.ConvAdd2d"> {};
struct conv_add_relu2d : vocabulary::module_named<"torch.ao.nn.intrinsic.ConvAddReLU2d"> {};
struct linear_leaky_relu : vocabulary::module_named<"torch.ao.nn.intrinsic.LinearLeakyReLU"> {};
struct linear_tanh : vocabulary::module_named<"torch.ao.nn.intrinsic.LinearTanh"> {};
}  // namespace nn::intrinsic

/// Fused classes with fake quantization of the weight.
namespace nn::intrinsic::qat {
struct conv_relu1d : vocabulary::module_named<"torch.ao.nn.intrinsic.qat.ConvReLU1d", op_code::conv> {};
struct conv_relu2d : vocabulary::module_named<"torch.ao.nn.intrinsic.qat.ConvReLU2d", op_code::conv> {};
struct conv_relu3d : vocabulary::module_named<"torch.ao.nn.intrinsic.qat.ConvReLU3d", op_code::conv> {};
struct conv_bn1d : vocabulary::module_named<"torch.ao.nn.intrinsic.qat.ConvBn1d", op_code::conv> {};
struct conv_bn2d : vocabulary::module_named<"torch.ao.nn.intrinsic.qat.ConvBn2d", op_code::conv> {};
struct conv_bn3d : vocabulary::module_named<"torch.ao.nn.intrinsic.qat.ConvBn3d", op_code::conv> {};
struct conv_bn_relu1d : vocabulary::module_named<"torch.ao.nn.intrinsic.qat.ConvBnReLU1d", op_code::conv> {};
struct conv_bn_relu2d : vocabulary::module_named<"torch.ao.nn.intrinsic.qat.ConvBnReLU2d", op_code::conv> {};
struct conv_bn_relu3d : vocabulary::module_named<"torch.ao.nn.intrinsic.qat.ConvBnReLU3d", op_code::conv> {};
struct linear_relu : vocabulary::module_named<"torch.ao.nn.intrinsic.qat.LinearReLU", op_code::linear> {};
struct linear_bn1d : vocabulary::module_named<"torch.ao.nn.intrinsic.qat.LinearBn1d", op_code::linear> {};
}  // namespace nn::intrinsic::qat

/// Classes with fake quantization of the weight.
namespace nn::qat {
struct conv1d : vocabulary::module_named<"torch.ao.nn.qat.Conv1d", op_code::conv> {};
struct conv2d : vocabulary::module_named<"torch.ao.nn.qat.Conv2d", op_code::conv> {};
struct conv3d : vocabulary::module_named<"torch.ao.nn.qat.Conv3d", op_code::conv> {};
struct linear : vocabulary::module_named<"torch.ao.nn.qat.Linear", op_code::linear> {};
struct embedding : vocabulary::module_named<"torch.ao.nn.qat.Embedding"> {};
struct embedding_bag : vocabulary::module_named<"torch.ao.nn.qat.EmbeddingBag"> {};
}  // namespace nn::qat

/// Reference classes beside those of nn/intrinsic.hpp.
namespace reference {
struct conv_transpose1d : vocabulary::module_named<"torch.ao.nn.quantized.reference.ConvTranspose1d"> {};
struct conv_transpose2d : vocabulary::module_named<"torch.ao.nn.quantized.reference.ConvTranspose2d"> {};
struct conv_transpose3d : vocabulary::module_named<"torch.ao.nn.quantized.reference.ConvTranspose3d"> {};
struct embedding : vocabulary::module_named<"torch.ao.nn.quantized.reference.Embedding"> {};
struct embedding_bag : vocabulary::module_named<"torch.ao.nn.quantized.reference.EmbeddingBag"> {};
struct lstm : vocabulary::module_named<"torch.ao.nn.quantized.reference.LSTM"> {};
struct gru : vocabulary::module_named<"torch.ao.nn.quantized.reference.GRU"> {};
struct lstm_cell : vocabulary::module_named<"torch.ao.nn.quantized.reference.LSTMCell"> {};
struct gru_cell : vocabulary::module_named<"torch.ao.nn.quantized.reference.GRUCell"> {};
struct rnn_cell : vocabulary::module_named<"torch.ao.nn.quantized.reference.RNNCell"> {};
}  // namespace reference

QUANTYPE_END_NAMESPACE
