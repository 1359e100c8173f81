// SPDX-License-Identifier: BSL-1.0
// The torch.nn classes that backends and mappings name: all modules of nn/.
#pragma once
#include <quantype/model/nn/norms.hpp>
#include <quantype/model/nn/pools.hpp>
#include <quantype/model/nn/sequences.hpp>
#include <quantype/model/nn/transposed.hpp>
