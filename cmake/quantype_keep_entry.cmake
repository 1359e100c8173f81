# SPDX-License-Identifier: BSL-1.0
# usage: cmake -DOBJECT=<file> -DKEPT=<file> -DUNIT=<name> -DOBJCOPY=... -DNM=... -DOBJDUMP=... -P quantype_keep_entry.cmake
# Copies the object of a level's unit with every symbol made local but quantype::at_level, and refuses what could still run
# on a CPU that lacks the level.
set(entry "_ZN8quantype[A-Za-z0-9_]*8at_levelI")

# Sections stand in groups under the name of an inline function, of which the linker keeps the first: no groups, then.
execute_process(COMMAND "${OBJCOPY}" --wildcard "--keep-global-symbol=_ZN8quantype*8at_levelI*" --remove-section=.group
                        "${OBJECT}" "${KEPT}" COMMAND_ERROR_IS_FATAL ANY)

execute_process(COMMAND "${NM}" --defined-only --extern-only "${KEPT}" OUTPUT_VARIABLE symbols
                COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]+" symbols "${symbols}")
set(entries ${symbols})
list(FILTER entries INCLUDE REGEX " T ${entry}")
list(FILTER symbols EXCLUDE REGEX " T ${entry}")
if(symbols)
  list(JOIN symbols "\n  " symbols)
  file(REMOVE "${KEPT}")
  message(FATAL_ERROR "quantype_add_levels: ${UNIT}: symbols that cannot be made local:\n  ${symbols}")
endif()
if(NOT entries)
  file(REMOVE "${KEPT}")
  message(FATAL_ERROR "quantype_add_levels: ${UNIT}: no function quantype::at_level can be seen from outside; the unit "
                      "defines it for this_level and the program's model, whose types stand in no unnamed namespace")
endif()

# Sanitizers register an object's variables before main; else nothing of a level may run there.
execute_process(COMMAND "${OBJDUMP}" -h "${KEPT}" OUTPUT_VARIABLE sections COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${NM}" "${KEPT}" OUTPUT_VARIABLE all COMMAND_ERROR_IS_FATAL ANY)
if(sections MATCHES " \\.(init_array|ctors|preinit_array)" AND NOT all MATCHES "__(asan|msan|tsan)_")
  file(REMOVE "${KEPT}")
  message(FATAL_ERROR "quantype_add_levels: ${UNIT}: something in it runs before main, on every CPU: a variable with a "
                      "constructor, or a header such as <iostream>")
endif()
