# SPDX-License-Identifier: BSL-1.0
# golden_graphs: node lists of recorded graphs; models, mappings and cases are written from the manifest at build time.
# Needs golden_values.cmake before it, which finds the generator.
set(graphs_manifest "${QUANTYPE_GOLDEN_PATH}/graphs/manifest.json")
set(graphs_cases "${CMAKE_CURRENT_BINARY_DIR}/golden_values/graphs/graph_cases.hpp")
set(graphs_depends ${generator_files})
if(EXISTS "${graphs_manifest}")
  list(APPEND graphs_depends "${graphs_manifest}")
endif()
add_custom_command(
  OUTPUT "${graphs_cases}" DEPENDS ${graphs_depends} VERBATIM
  COMMAND "${Python3_EXECUTABLE}" -B "${generator}/golden_graphs.py" "${graphs_manifest}" "${graphs_cases}"
  COMMENT "Writing the graphs test from its manifest")
add_custom_target(golden_graphs_cases DEPENDS "${graphs_cases}")
quantype_catch_program(golden_graphs -O0 "${CMAKE_CURRENT_SOURCE_DIR}/golden/generated/graphs.cpp")
add_dependencies(golden_graphs golden_graphs_cases)
target_compile_definitions(golden_graphs PRIVATE "QUANTYPE_GENERATED_CASES=\"${graphs_cases}\"")
add_test(NAME golden_graphs COMMAND golden_graphs ${QUANTYPE_CATCH_EMPTY_IS_FAILURE})
set_tests_properties(golden_graphs PROPERTIES LABELS golden)
