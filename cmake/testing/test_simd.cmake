# SPDX-License-Identifier: BSL-1.0
# Each file is a plain program, built once for each arch level with that level's flags and QUANTYPE_EXPECT_ARCH, the
# name of the xsimd arch that the program must then be. A level that this CPU lacks is skipped, not passed, and then only
# `linear` is built for it; AVX-512 and the dot products also run emulated, on every CPU.
#         level             expected arch   flags
set(levels
    "sse2:            sse2:           -O2 -msse2"
    "sse4_1:          sse4.1:         -O2 -msse4.1"
    "avx2:            avx2:           -O2 -mavx2"
    "avxvnni:         avxvnni:        -O2 -mavx2 -mavxvnni"
    "avx512bw:        avx512bw:       -O2 -mavx512f -mavx512cd -mavx512dq -mavx512bw"
    "avx512vnni:      avx512vnni:     -O2 -mavx512f -mavx512cd -mavx512dq -mavx512bw -mavx512vnni"
    "emulated_avxvnni:avxvnni:        -O1 -mavx2 -w -include simd/emulated_vnni.hpp")
# What only some levels do in a way of their own is built for those: dot products are in linear, conv2d and
# depthwise2d, proven products in levels with pairs of bytes. Whole models are slow to compile: one level.
set(levels_of_linear "")
set(levels_of_conv2d "")
set(levels_of_depthwise2d "")
set(levels_of_proven_products sse2 sse4_1 avx2 avx512bw emulated_avx512bw)
set(levels_of_proven_models avx2)
set(levels_of_others sse2 sse4_1 avx2 avx512bw emulated_avx512bw)
set(levels_of_new_cpus avxvnni avx512bw avx512vnni)
set(flags_of_new_cpus avx_vnni avx512bw avx512_vnni)
set(cpu_lacks "")
if(EXISTS /proc/cpuinfo)
  file(STRINGS /proc/cpuinfo cpu_flags REGEX "^flags" LIMIT_COUNT 1)
  foreach(level flag IN ZIP_LISTS levels_of_new_cpus flags_of_new_cpus)
    if(NOT "${cpu_flags} " MATCHES " ${flag} ")
      list(APPEND cpu_lacks "${level}")
    endif()
  endforeach()
endif()
find_path(QUANTYPE_SIMDE_DIR simde/x86/avx512.h)
mark_as_advanced(QUANTYPE_SIMDE_DIR)
if(QUANTYPE_SIMDE_DIR AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(emulated "-O1 -mavx2 -mfma -w -Wno-psabi -include simd/emulated_avx512.hpp")
  list(APPEND levels "emulated_avx512bw:avx512bw:${emulated}"
       "emulated_avx512vnni:avx512vnni:${emulated} -DQUANTYPE_EMULATED_VNNI")
else()
  message(STATUS "quantype: no emulated AVX-512 (needs SIMDe, Debian: libsimde-dev, and GCC)")
endif()

file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/simd/*.cpp")
if(sources AND TARGET quantype::kernels AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  add_executable(quantype_run_on_level support/run_on_level.cpp)
  target_compile_features(quantype_run_on_level PRIVATE cxx_std_20)
  foreach(source IN LISTS sources)
    quantype_file_name(file "${source}" "${CMAKE_CURRENT_SOURCE_DIR}/simd")
    quantype_own_flags(own_flags "${source}")
    foreach(line IN LISTS levels)
      string(REGEX MATCH "^([^:]*): *([^:]*): *(.*)$" matched "${line}")
      set(level "${CMAKE_MATCH_1}")
      set(arch "${CMAKE_MATCH_2}")
      separate_arguments(flags UNIX_COMMAND "${CMAKE_MATCH_3}")
      set(wanted "${levels_of_others}")
      if(DEFINED levels_of_${file})
        set(wanted "${levels_of_${file}}")
      endif()
      if((wanted AND NOT level IN_LIST wanted) OR (level IN_LIST cpu_lacks AND NOT file STREQUAL "linear"))
        continue()
      endif()
      set(target simd_${file}_${level})
      add_executable(${target} "${source}")
      target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
      target_compile_definitions(${target} PRIVATE QUANTYPE_EXPECT_ARCH="${arch}" ${QUANTYPE_TEST_DEFINITIONS})
      target_compile_options(${target} PRIVATE ${flags} ${own_flags})
      target_link_libraries(${target} PRIVATE quantype::kernels quantype_warnings)
      add_test(NAME ${target} COMMAND quantype_run_on_level ${level} $<TARGET_FILE:${target}>)
      set_tests_properties(${target} PROPERTIES LABELS simd SKIP_RETURN_CODE 77)
    endforeach()
  endforeach()
endif()
