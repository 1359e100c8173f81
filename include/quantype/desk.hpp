// SPDX-License-Identifier: BSL-1.0
// The whole way on a desk machine: describe, prepare, calibrate, convert, run, read and write files.
#pragma once
#include <quantype/io/npy.hpp>
#include <quantype/io/safetensors.hpp>
#include <quantype/quantype.hpp>
#include <quantype/run/explain.hpp>
#include <quantype/run/explain_products.hpp>
#include <quantype/run/float_forms.hpp>
#include <quantype/run/model_file.hpp>
#include <quantype/run/torch_parameters.hpp>
