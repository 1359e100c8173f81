# SPDX-License-Identifier: BSL-1.0
# golden_ops_planned: recorded ops as whole models, written from the manifests at build time. Needs golden_values.cmake
# before it, which finds the generator.
set(ops_cases "${CMAKE_CURRENT_BINARY_DIR}/golden_values/ops/ops_cases.hpp")
set(ops_depends ${generator_files})
foreach(group IN ITEMS ops_gemm ops_elementwise ops_pool_norm)
  if(EXISTS "${QUANTYPE_GOLDEN_PATH}/${group}/manifest.json")
    list(APPEND ops_depends "${QUANTYPE_GOLDEN_PATH}/${group}/manifest.json")
  endif()
endforeach()
add_custom_command(
  OUTPUT "${ops_cases}" DEPENDS ${ops_depends} VERBATIM
  COMMAND "${Python3_EXECUTABLE}" -B "${generator}/golden_ops.py" "${QUANTYPE_GOLDEN_PATH}" "${ops_cases}"
  COMMENT "Writing models of the recorded ops from their manifests")
add_custom_target(golden_ops_planned_cases DEPENDS "${ops_cases}")
quantype_catch_program(golden_ops_planned -O0 "${CMAKE_CURRENT_SOURCE_DIR}/golden/generated/ops.cpp")
add_dependencies(golden_ops_planned golden_ops_planned_cases)
target_compile_definitions(golden_ops_planned PRIVATE "QUANTYPE_GENERATED_CASES=\"${ops_cases}\"")
add_test(NAME golden_ops_planned COMMAND golden_ops_planned ${QUANTYPE_CATCH_EMPTY_IS_FAILURE})
set_tests_properties(golden_ops_planned PROPERTIES LABELS golden)
