// SPDX-License-Identifier: BSL-1.0
// The container of a saved converted model, and the versions of it that this build reads.
#pragma once
#include <string_view>

#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

// A saved model is one safetensors file. Any safetensors reader shows its tensors; the rest is in the metadata, which
// maps texts to texts:
//
//   key              value                     meaning
//   format           quantype-model            what the file is
//   format_version   1                         this description
//   dtype.<tensor>   torch.qint8               the tensor is of this quantized dtype; absent for plain dtypes
//   (any other)      any text                  belongs to whoever saves the model
//
// Version 1, tensors:
//   - A quantized tensor is stored as its codes: qint8 as I8, quint8 as U8, qint32 as I32, and dtype.<tensor> tells
//   them
//     apart from plain integers. quint4x2 is refused: its shape does not give its number of bytes.
//   - Scales are stored as the bits they have in memory (F32 or F64) and never as decimal text, zero points as I32 or
//     I64. They are tensors of their own beside the codes: `<path>.weight`, `<path>.weight_scale`,
//     `<path>.weight_zero_point`, `<path>.bias`, `<path>.scale`, `<path>.zero_point`, where <path> is PyTorch's.
//   - NaN and infinity are neither refused nor changed by the container; who reads a scale or a weight checks it
//   (`get`).
//
// The keys `format`, `format_version` and those that start with `dtype.` are reserved: a writer that is given one
// refuses it. The same model always gives the same bytes. A change of meaning takes a new number, and a reader refuses
// every number but those it knows, by name.

/// Value of the metadata "format".
inline constexpr std::string_view model_format = "quantype-model";

/// Value of the metadata "format_version" that this build writes, and the only one it reads.
inline constexpr std::string_view model_format_version = "1";

QUANTYPE_END_NAMESPACE
