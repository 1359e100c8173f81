# SPDX-License-Identifier: BSL-1.0
# The fused ops of PyTorch's onednn engine against oneDNN itself (Debian: libdnnl-dev); skipped aloud without it.
include("${PROJECT_SOURCE_DIR}/cmake/find_onednn.cmake")
if(TARGET quantype_onednn)
  add_executable(onednn_fused_ops onednn/fused_ops.cpp)
  target_link_libraries(onednn_fused_ops PRIVATE quantype::quantype quantype_onednn quantype_warnings)
  add_test(NAME onednn_fused_ops COMMAND onednn_fused_ops)
else()
  set(onednn_missing "no oneDNN 2 (libdnnl-dev)")
  message(STATUS "quantype: ${onednn_missing}; its test is skipped")
  add_test(NAME onednn_fused_ops COMMAND "${CMAKE_COMMAND}" -E echo "SKIPPED onednn_fused_ops: ${onednn_missing}")
  set_tests_properties(onednn_fused_ops PROPERTIES SKIP_REGULAR_EXPRESSION "^SKIPPED")
endif()
set_tests_properties(onednn_fused_ops PROPERTIES LABELS onednn)
