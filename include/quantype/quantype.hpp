// SPDX-License-Identifier: BSL-1.0
// Describe and validate: models, backends, QConfig mappings, and whether they fit. Light: no host headers, no xsimd.
// For calibrating, converting and running on the desk include <quantype/desk.hpp>.
// Headers that refuse something are included here directly and in order, so that a compiler's "included from" is short.
#pragma once
#include <quantype/backend/dtype_config.hpp>
#include <quantype/backend/pattern.hpp>
#include <quantype/backend/pattern_config.hpp>
#include <quantype/backend/table.hpp>
#include <quantype/model/nn/intrinsic.hpp>
#include <quantype/model/nn/options.hpp>
#include <quantype/model/traced.hpp>
#include <quantype/prepare/prepare_stage.hpp>
#include <quantype/qconfig/qconfig_mapping.hpp>
