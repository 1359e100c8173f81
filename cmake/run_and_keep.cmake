# SPDX-License-Identifier: BSL-1.0
# usage: cmake -DPROGRAM=<file> -DKEEP=<file> -P run_and_keep.cmake
# Runs a program and keeps what it prints: tests/docs/check_outputs.py compares the pages with it.
execute_process(COMMAND "${PROGRAM}" OUTPUT_VARIABLE printed ECHO_OUTPUT_VARIABLE RESULT_VARIABLE result)
file(WRITE "${KEEP}" "${printed}")
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${PROGRAM}: ${result}")
endif()
