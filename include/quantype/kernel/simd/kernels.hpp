// SPDX-License-Identifier: BSL-1.0
// All kernels: kernel::simd::<op><Arch, Config, ...>(args) for every op of kernel/scalar, with the same arguments and
// the same bits. Arch is a tag of xsimd or scalar_arch; default_arch is the best one of this build.
#pragma once
#include <quantype/kernel/simd/avg_pool2d.hpp>
#include <quantype/kernel/simd/batch_norm.hpp>
#include <quantype/kernel/simd/cat.hpp>
#include <quantype/kernel/simd/conv2d.hpp>
#include <quantype/kernel/simd/conv2d_add.hpp>
#include <quantype/kernel/simd/conv3d.hpp>
#include <quantype/kernel/simd/conv_transpose2d.hpp>
#include <quantype/kernel/simd/elementwise.hpp>
#include <quantype/kernel/simd/embedding.hpp>
#include <quantype/kernel/simd/layout.hpp>
#include <quantype/kernel/simd/linear.hpp>
#include <quantype/kernel/simd/linear_dynamic.hpp>
#include <quantype/kernel/simd/lookup.hpp>
#include <quantype/kernel/simd/matmul.hpp>
#include <quantype/kernel/simd/max_pool2d.hpp>
#include <quantype/kernel/simd/on_scalar.hpp>
#include <quantype/kernel/simd/quantize.hpp>
#include <quantype/kernel/simd/softmax.hpp>
#include <quantype/kernel/simd/softmax_q31.hpp>
