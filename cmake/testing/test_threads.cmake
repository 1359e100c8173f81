# SPDX-License-Identifier: BSL-1.0
# threads/model.cpp: a whole model on 1, 2, 3 and 5 threads, with OpenMP's; and on threads of its own under clang 19's
# ThreadSanitizer, which cannot see how an OpenMP runtime waits.
find_package(OpenMP COMPONENTS CXX)
set(source "${CMAKE_CURRENT_SOURCE_DIR}/threads/model.cpp")
if(TARGET OpenMP::OpenMP_CXX AND TARGET quantype::kernels AND TARGET quantype::host)
  add_executable(threads_openmp "${source}")
  target_include_directories(threads_openmp PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
  target_compile_definitions(threads_openmp PRIVATE QUANTYPE_TEST_OPENMP)
  target_compile_options(threads_openmp PRIVATE -O0)
  target_link_libraries(threads_openmp PRIVATE quantype::kernels quantype::host OpenMP::OpenMP_CXX quantype_warnings)
  add_test(NAME threads_openmp COMMAND threads_openmp)
  set_tests_properties(threads_openmp PROPERTIES LABELS threads)
else()
  message(STATUS "quantype: no OpenMP; its test is left out")
endif()

set(clang "${QUANTYPE_COMPILER_clang++-19}")
if(clang AND quantype_xsimd_FOUND AND quantype_json_FOUND)
  file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/threads")
  set(program "${CMAKE_CURRENT_BINARY_DIR}/threads/sanitized")
  add_custom_command(
    OUTPUT "${program}"
    COMMAND "${clang}" ${QUANTYPE_DIRECT_FLAGS} "-I${CMAKE_CURRENT_SOURCE_DIR}" ${QUANTYPE_WARNINGS} -O0
            -fsanitize=thread -gline-tables-only -MD -MF "${program}.d" -MT "${program}" "${source}" -o "${program}"
            -pthread
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    DEPENDS "${source}" DEPFILE "${program}.d" VERBATIM COMMENT "Building threads_sanitized")
  add_custom_target(threads_sanitized ALL DEPENDS "${program}")
  add_test(NAME threads_sanitized COMMAND "${program}")
  set_tests_properties(threads_sanitized PROPERTIES LABELS threads ENVIRONMENT "TSAN_OPTIONS=halt_on_error=1")
endif()
