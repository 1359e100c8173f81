# SPDX-License-Identifier: BSL-1.0
# The compilers that tests call directly, and how they are called.
#   QUANTYPE_COMPILERS       names of those present, of g++-12, clang++-16, clang++-19
#   QUANTYPE_COMPILER_<name> its path
#   QUANTYPE_DIRECT_FLAGS    language and include flags for a direct call from the source folder
set(QUANTYPE_COMPILERS "")
foreach(name IN ITEMS g++-12 clang++-16 clang++-19)
  find_program(QUANTYPE_COMPILER_${name} ${name})
  mark_as_advanced(QUANTYPE_COMPILER_${name})
  if(QUANTYPE_COMPILER_${name})
    list(APPEND QUANTYPE_COMPILERS ${name})
  else()
    message(STATUS "quantype: no ${name}; the tests that call it directly are left out")
  endif()
endforeach()

set(QUANTYPE_DIRECT_FLAGS -std=c++20 -Iinclude)
foreach(name IN ITEMS BOOST XSIMD JSON)
  foreach(folder IN LISTS QUANTYPE_${name}_FOLDERS)
    if(NOT folder IN_LIST CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES)
      list(APPEND QUANTYPE_DIRECT_FLAGS -isystem "${folder}")
    endif()
  endforeach()
endforeach()

# quantype_file_name(<result> <file> <base>): the file's path under base, with "_" for "/" and without ".cpp".
function(quantype_file_name result file base)
  cmake_path(RELATIVE_PATH file BASE_DIRECTORY "${base}" OUTPUT_VARIABLE name)
  string(REGEX REPLACE "\\.cpp$" "" name "${name}")
  string(REPLACE "/" "_" name "${name}")
  set(${result} "${name}" PARENT_SCOPE)
endfunction()

# A test file may ask for flags of its own with a line "// QUANTYPE_TEST_FLAGS: -O2 ...".
function(quantype_own_flags result file)
  file(STRINGS "${file}" line REGEX "^// QUANTYPE_TEST_FLAGS: " LIMIT_COUNT 1)
  string(REGEX REPLACE "^// QUANTYPE_TEST_FLAGS: " "" line "${line}")
  separate_arguments(flags UNIX_COMMAND "${line}")
  set(${result} "${flags}" PARENT_SCOPE)
endfunction()
