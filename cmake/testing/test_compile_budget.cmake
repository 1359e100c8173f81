# SPDX-License-Identifier: BSL-1.0
# What bench/compile measures, held to its budgets of growth, memory, symbols and debug info; never to seconds.
find_program(QUANTYPE_PYTHON3 python3)
mark_as_advanced(QUANTYPE_PYTHON3)
set(compilers "")
foreach(compiler IN ITEMS g++-12 clang++-16)
  if(QUANTYPE_COMPILER_${compiler})
    list(APPEND compilers "${QUANTYPE_COMPILER_${compiler}}")
  endif()
endforeach()
# Alone on the machine: a neighbour that fills the caches slows the larger compiler run more than the smaller one.
if(QUANTYPE_PYTHON3 AND compilers)
  add_test(NAME compile_budget
           COMMAND "${QUANTYPE_PYTHON3}" -B "${PROJECT_SOURCE_DIR}/bench/compile/measure.py" check ${compilers} --
                   ${QUANTYPE_DIRECT_FLAGS}
           WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(compile_budget PROPERTIES LABELS compile_budget RUN_SERIAL ON TIMEOUT 600)
else()
  message(STATUS "quantype: no python3, or neither g++-12 nor clang++-16; compile_budget is left out")
endif()
