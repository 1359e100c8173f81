# SPDX-License-Identifier: BSL-1.0
# Installs to a fake root when WAY is "installed", builds the consumer of that name in WORK, and runs it.
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
set(arguments "-DQUANTYPE_SOURCE=${SOURCE}")
if(WAY STREQUAL "installed")
  run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/root")
  set(arguments "-DCMAKE_PREFIX_PATH=${WORK}/root" "-DQUANTYPE_VERSION_WANTED=${VERSION}")
endif()
run("${CMAKE_COMMAND}" -S "${SOURCE}/tests/package/${WAY}" -B "${WORK}/build" -G "${GENERATOR}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}" ${arguments})
run("${CMAKE_COMMAND}" --build "${WORK}/build")
run("${WORK}/build/consumer")
