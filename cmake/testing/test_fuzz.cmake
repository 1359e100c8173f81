# SPDX-License-Identifier: BSL-1.0
# Each file defines LLVMFuzzerTestOneInput. It is replayed over corpus/<name>/ by every compiler, and with clang 19 it is
# also fuzzed for QUANTYPE_FUZZ_SECONDS; what the fuzzer finds stays in the build folder.
set(QUANTYPE_FUZZ_SECONDS 20 CACHE STRING "Seconds of fuzzing in a test run")
file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/fuzz/*.cpp")
list(FILTER sources EXCLUDE REGEX "/replay_main\\.cpp$")

set(fuzz_compiler "${QUANTYPE_COMPILER_clang++-19}")
# Absolute include folders, so that the dependency file holds absolute names.
list(TRANSFORM QUANTYPE_DIRECT_FLAGS REPLACE "^-Iinclude$" "-I${PROJECT_SOURCE_DIR}/include" OUTPUT_VARIABLE fuzz_flags)
list(TRANSFORM QUANTYPE_TEST_DEFINITIONS PREPEND "-D" OUTPUT_VARIABLE fuzz_definitions)

foreach(source IN LISTS sources)
  quantype_file_name(name "${source}" "${CMAKE_CURRENT_SOURCE_DIR}/fuzz")
  set(corpus "${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${name}")

  add_executable(fuzz_replay_${name} "${source}" fuzz/replay_main.cpp)
  target_include_directories(fuzz_replay_${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(fuzz_replay_${name} PRIVATE ${QUANTYPE_TEST_DEFINITIONS})
  target_compile_options(fuzz_replay_${name} PRIVATE -O1)
  target_link_libraries(fuzz_replay_${name} PRIVATE quantype::quantype quantype::host quantype_warnings)
  add_test(NAME fuzz_replay_${name} COMMAND fuzz_replay_${name} "${corpus}")
  set_tests_properties(fuzz_replay_${name} PROPERTIES LABELS fuzz)

  if(fuzz_compiler)
    set(program "${CMAKE_CURRENT_BINARY_DIR}/fuzz/fuzz_${name}")
    add_custom_command(
      OUTPUT "${program}"
      COMMAND "${fuzz_compiler}" ${fuzz_flags} "-I${PROJECT_SOURCE_DIR}/tests" ${fuzz_definitions} -O1 -gline-tables-only
              -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -MD -MF "${program}.d" -MT "${program}"
              "${source}" -o "${program}"
      DEPENDS "${source}" DEPFILE "${program}.d" VERBATIM
      COMMENT "Building fuzz_${name}")
    add_custom_target(fuzz_${name} ALL DEPENDS "${program}")
    # The first folder is the one libFuzzer writes to.
    file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/fuzz/found/${name}" "${corpus}")
    add_test(NAME fuzz_${name}
             COMMAND "${program}" "-max_total_time=${QUANTYPE_FUZZ_SECONDS}" -timeout=10 -rss_limit_mb=2048
                     -print_final_stats=1 "-artifact_prefix=${CMAKE_CURRENT_BINARY_DIR}/fuzz/found/${name}-"
                     "${CMAKE_CURRENT_BINARY_DIR}/fuzz/found/${name}" "${corpus}")
    set_tests_properties(fuzz_${name} PROPERTIES LABELS fuzz)
  endif()
endforeach()
