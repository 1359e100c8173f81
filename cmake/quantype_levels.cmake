# SPDX-License-Identifier: BSL-1.0
# quantype_add_levels(<target> <unit.cpp> LEVELS <level>...)
# Adds the unit to the target once for each arch level, compiled with that level's flags and otherwise as the target's own
# sources. The unit defines quantype::at_level<quantype::this_level>(const <model>&) (run/level_model.hpp); all else in its
# objects is made local, so that the linker cannot put a level's copy of an inline function in place of another's.
# Levels: sse2 sse4.1 avx2 avxvnni avx512bw avx512vnni on x86-64, neon64 dotprod i8mm on AArch64, generic elsewhere. Those
# of another machine are left out. A target may have several units, all for the same levels.
include_guard(GLOBAL)

set(quantype_levels_x86_64 sse2 sse4.1 avx2 avxvnni avx512bw avx512vnni)
set(quantype_levels_aarch64 neon64 dotprod i8mm)
set(quantype_levels_other generic)
set(quantype_flags_avx512bw -mavx512f -mavx512cd -mavx512dq -mavx512bw)
set(quantype_flags_avx512vnni ${quantype_flags_avx512bw} -mavx512vnni)
set(quantype_flags_avxvnni -mavx2 -mavxvnni)
set(quantype_flags_dotprod -march=armv8.2-a+dotprod)
set(quantype_flags_i8mm -march=armv8.2-a+i8mm)
set(quantype_flags_neon64 "")
set(quantype_flags_generic "")
foreach(level IN ITEMS sse2 sse4.1 avx2)
  set(quantype_flags_${level} -m${level})
endforeach()
set(quantype_keep_entry "${CMAKE_CURRENT_LIST_DIR}/quantype_keep_entry.cmake")

# The levels of this machine, of those given.
function(quantype_levels_here result)
  set(here other)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
    set(here x86_64)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
    set(here aarch64)
  endif()
  set(levels "")
  foreach(level IN LISTS ARGN)
    if(level IN_LIST quantype_levels_${here})
      list(APPEND levels ${level})
    elseif(NOT level IN_LIST quantype_levels_x86_64 AND NOT level IN_LIST quantype_levels_aarch64
           AND NOT level IN_LIST quantype_levels_other)
      message(FATAL_ERROR "quantype_add_levels: there is no level \"${level}\"; on this machine there are "
                          "${quantype_levels_${here}}")
    endif()
  endforeach()
  if(NOT levels)
    message(FATAL_ERROR "quantype_add_levels: none of \"${ARGN}\" is a level of this machine, which has "
                        "${quantype_levels_${here}}")
  endif()
  set(${result} "${levels}" PARENT_SCOPE)
endfunction()

function(quantype_add_levels target unit)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "LEVELS")
  if(NOT CMAKE_EXECUTABLE_FORMAT STREQUAL "ELF" OR NOT CMAKE_OBJCOPY OR NOT CMAKE_NM OR NOT CMAKE_OBJDUMP)
    message(FATAL_ERROR "quantype_add_levels needs ELF objects, and objcopy, nm and objdump")
  endif()
  quantype_levels_here(levels ${arg_LEVELS})

  # The program reads its list of levels from a definition.
  list(JOIN levels "," names)
  string(REPLACE "." "_" names "${names}")
  get_target_property(before ${target} QUANTYPE_LEVELS)
  if(before AND NOT before STREQUAL names)
    message(FATAL_ERROR "quantype_add_levels: ${target} has the levels ${before}, and now ${names}")
  endif()
  if(NOT before)
    set_target_properties(${target} PROPERTIES QUANTYPE_LEVELS "${names}")
    target_compile_definitions(${target} PRIVATE "QUANTYPE_LEVELS=${names}")
  endif()

  cmake_path(ABSOLUTE_PATH unit BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE OUTPUT_VARIABLE source)
  cmake_path(GET source STEM LAST_ONLY stem)
  foreach(level IN LISTS levels)
    string(REPLACE "." "_" tag "${level}")
    set(library ${target}_${stem}_${tag})
    add_library(${library} OBJECT "${source}")
    target_include_directories(${library} PRIVATE $<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>)
    target_compile_definitions(${library} PRIVATE $<TARGET_PROPERTY:${target},COMPILE_DEFINITIONS>
                                                  "QUANTYPE_LEVEL=${tag}")
    # A unique symbol cannot be made local, and what the linker compiles has no symbols yet.
    target_compile_options(
      ${library} PRIVATE $<TARGET_PROPERTY:${target},COMPILE_OPTIONS> ${quantype_flags_${level}} -fno-lto
                         $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
    target_link_libraries(${library} PRIVATE $<TARGET_PROPERTY:${target},LINK_LIBRARIES>)
    set_target_properties(${library} PROPERTIES INTERPROCEDURAL_OPTIMIZATION OFF UNITY_BUILD OFF)
    get_target_property(type ${target} TYPE)
    foreach(property IN ITEMS CXX_STANDARD CXX_EXTENSIONS POSITION_INDEPENDENT_CODE)
      get_target_property(value ${target} ${property})
      if(NOT value STREQUAL "value-NOTFOUND")
        set_target_properties(${library} PROPERTIES ${property} "${value}")
      elseif(property STREQUAL "POSITION_INDEPENDENT_CODE" AND type MATCHES "^(SHARED|MODULE)_LIBRARY$")
        set_target_properties(${library} PROPERTIES POSITION_INDEPENDENT_CODE ON)
      endif()
    endforeach()

    set(kept "${CMAKE_CURRENT_BINARY_DIR}/${library}.o")
    add_custom_command(
      OUTPUT "${kept}"
      COMMAND
        "${CMAKE_COMMAND}" "-DOBJECT=$<TARGET_OBJECTS:${library}>" "-DKEPT=${kept}" "-DUNIT=${unit} (${level})"
        "-DOBJCOPY=${CMAKE_OBJCOPY}" "-DNM=${CMAKE_NM}" "-DOBJDUMP=${CMAKE_OBJDUMP}" -P "${quantype_keep_entry}"
      DEPENDS $<TARGET_OBJECTS:${library}> "${quantype_keep_entry}"
      COMMENT "Making local all but the entry of ${library}" VERBATIM)
    target_sources(${target} PRIVATE "${kept}")
  endforeach()
endfunction()
