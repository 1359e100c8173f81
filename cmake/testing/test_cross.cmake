# SPDX-License-Identifier: BSL-1.0
# Plain programs for other machines, linked statically and run under qemu-user:
#   cross/*.cpp on AArch64 and RISC-V; simd/*.cpp on AArch64, for NEON and, where they multiply, for dot products and
#   products of blocks, each on a CPU that has no more than that.
# QUANTYPE_EXPECT_MACHINE (aarch64, riscv64) and QUANTYPE_EXPECT_ARCH (neon64, dotprod, i8mm, generic) say what the
# program must be.

# The build machine's header-only dependencies, in a folder without the rest of /usr/include.
set(cross_flags -std=c++20 -O2 ${QUANTYPE_WARNINGS} -static "-I${PROJECT_SOURCE_DIR}/include"
    "-I${PROJECT_SOURCE_DIR}/tests")
file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/cross")
set(farm "${CMAKE_BINARY_DIR}/cross_include")
file(MAKE_DIRECTORY "${farm}")
foreach(pair IN ITEMS BOOST:boost XSIMD:xsimd JSON:nlohmann)
  string(REGEX MATCH "^(.*):(.*)$" matched "${pair}")
  set(top "${CMAKE_MATCH_2}")
  foreach(folder IN LISTS QUANTYPE_${CMAKE_MATCH_1}_FOLDERS)
    if(EXISTS "${folder}/${top}")
      file(CREATE_LINK "${folder}/${top}" "${farm}/${top}" SYMBOLIC)
    endif()
  endforeach()
endforeach()
list(APPEND cross_flags -isystem "${farm}")
if(QUANTYPE_WERROR)
  list(APPEND cross_flags -Werror)
endif()
list(TRANSFORM QUANTYPE_TEST_DEFINITIONS PREPEND "-D" OUTPUT_VARIABLE cross_definitions)

function(quantype_cross_test machine arch cpu flags prefix source)
  quantype_file_name(file "${source}" "${CMAKE_CURRENT_SOURCE_DIR}/${prefix}")
  quantype_own_flags(own_flags "${source}")
  if(prefix STREQUAL "simd")
    set(file "simd_${file}")
  endif()
  set(name cross_${machine}_${file})
  if(arch MATCHES "^(dotprod|i8mm)$")
    string(APPEND name "_${arch}")
  endif()
  separate_arguments(flags UNIX_COMMAND "${flags}")
  set(program "${CMAKE_CURRENT_BINARY_DIR}/cross/${name}")
  add_custom_command(
    OUTPUT "${program}"
    COMMAND "${QUANTYPE_CROSS_${machine}}" ${cross_flags} ${flags} ${own_flags} ${cross_definitions}
            "-DQUANTYPE_EXPECT_MACHINE=\"${machine}\"" "-DQUANTYPE_EXPECT_ARCH=\"${arch}\"" -MD -MF "${program}.d" -MT
            "${program}" "${source}" -o "${program}"
    DEPENDS "${source}" DEPFILE "${program}.d" VERBATIM COMMENT "Building ${name}")
  add_custom_target(${name} ALL DEPENDS "${program}")
  add_test(NAME ${name} COMMAND "${QUANTYPE_QEMU_${machine}}" -cpu "${cpu}" "${program}")
  set_tests_properties(${name} PROPERTIES LABELS cross SKIP_RETURN_CODE 77)
endfunction()

file(GLOB cross_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/cross/*.cpp")
file(GLOB simd_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/simd/*.cpp")
foreach(machine IN ITEMS aarch64 riscv64)
  find_program(QUANTYPE_CROSS_${machine} ${machine}-linux-gnu-g++)
  find_program(QUANTYPE_QEMU_${machine} NAMES qemu-${machine}-static qemu-${machine})
  mark_as_advanced(QUANTYPE_CROSS_${machine} QUANTYPE_QEMU_${machine})
  if(NOT QUANTYPE_CROSS_${machine} OR NOT QUANTYPE_QEMU_${machine})
    message(STATUS "quantype: no cross compiler or no qemu-user for ${machine}; its tests are left out")
    continue()
  endif()
  set(arch generic)
  set(cpu rv64)
  if(machine STREQUAL "aarch64")
    set(arch neon64)
    set(cpu cortex-a72)
  endif()
  foreach(source IN LISTS cross_sources)
    quantype_cross_test(${machine} "${arch}" "${cpu}" "" cross "${source}")
  endforeach()
  if(machine STREQUAL "aarch64" AND quantype_xsimd_FOUND)
    # Compiled for every AArch64, run on CPUs that have more.
    set(source "${CMAKE_CURRENT_SOURCE_DIR}/cross/levels.cpp")
    quantype_cross_test(${machine} dotprod neoverse-n1 "" cross "${source}")
    quantype_cross_test(${machine} i8mm max "" cross "${source}")
    foreach(source IN LISTS simd_sources)
      quantype_cross_test(${machine} neon64 cortex-a72 "" simd "${source}")
      if(source MATCHES "/(linear|conv2d|depthwise2d)[.]cpp$")
        quantype_cross_test(${machine} dotprod neoverse-n1 "-march=armv8.2-a+dotprod" simd "${source}")
      endif()
      if(source MATCHES "/(linear|conv2d|depthwise2d|more_products)[.]cpp$")
        quantype_cross_test(${machine} i8mm max "-march=armv8.2-a+i8mm" simd "${source}")
      endif()
    endforeach()
  endif()
endforeach()
