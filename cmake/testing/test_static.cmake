# SPDX-License-Identifier: BSL-1.0
# Files of static_asserts: compiling is passing.
file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/static/*.cpp")
foreach(source IN LISTS sources)
  quantype_file_name(name "${source}" "${CMAKE_CURRENT_SOURCE_DIR}/static")
  quantype_own_flags(flags "${source}")
  foreach(compiler IN LISTS QUANTYPE_COMPILERS)
    add_test(NAME static_${name}_${compiler}
             COMMAND "${QUANTYPE_COMPILER_${compiler}}" ${QUANTYPE_DIRECT_FLAGS} ${QUANTYPE_WARNINGS} -Werror -Itests
                     ${flags} -fsyntax-only "${source}"
             WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    set_tests_properties(static_${name}_${compiler} PROPERTIES LABELS static)
  endforeach()
endforeach()
