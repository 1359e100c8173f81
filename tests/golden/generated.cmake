# SPDX-License-Identifier: BSL-1.0
# Tests whose sources are generated; each set in a file of its own.
include("${CMAKE_CURRENT_LIST_DIR}/golden_values.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/golden_graphs.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/golden_ops.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/real_models.cmake")
