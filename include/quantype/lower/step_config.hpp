// SPDX-License-Identifier: BSL-1.0
// Kernel configurations from the plan: a step's values and attributes become the static facts a kernel is keyed by.
#pragma once
#include <quantype/lower/step_config/bands.hpp>
#include <quantype/lower/step_config/borders.hpp>
#include <quantype/lower/step_config/elementwise.hpp>
#include <quantype/lower/step_config/image.hpp>
#include <quantype/lower/step_config/matrix.hpp>
#include <quantype/lower/step_config/normalize.hpp>
#include <quantype/lower/step_config/sequences.hpp>
#include <quantype/lower/step_config/shape.hpp>
