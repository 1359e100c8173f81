# SPDX-License-Identifier: BSL-1.0
# A program and a ctest for each file. Each prints "golden <group>: <n> cases run, <m> skipped".
# quantype_golden_test(<name> <source>...) is also for sources generated from the manifests at build time. They are
# optimised at golden_optimization.
set(golden_optimization -O2)
function(quantype_golden_test name)
  quantype_catch_program(golden_${name} "${golden_optimization}" ${ARGN})
  add_test(NAME golden_${name} COMMAND golden_${name} ${QUANTYPE_CATCH_EMPTY_IS_FAILURE})
  set_tests_properties(golden_${name} PROPERTIES LABELS golden)
endfunction()

file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/golden/*.cpp")
foreach(source IN LISTS sources)
  quantype_file_name(name "${source}" "${CMAKE_CURRENT_SOURCE_DIR}/golden")
  quantype_golden_test(${name} "${source}")
endforeach()

# Tests whose sources are generated from manifest.json at build time are declared here.
include("${CMAKE_CURRENT_SOURCE_DIR}/golden/generated.cmake" OPTIONAL)
