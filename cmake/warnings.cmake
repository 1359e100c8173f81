# SPDX-License-Identifier: BSL-1.0
# The project's own warning set. It is used for its tests, examples and benchmarks, and is no part of any interface.
set(QUANTYPE_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wdouble-promotion
                      -Wold-style-cast -Wundef)

add_library(quantype_warnings INTERFACE)
target_compile_options(quantype_warnings INTERFACE ${QUANTYPE_WARNINGS} $<$<BOOL:${QUANTYPE_WERROR}>:-Werror>)
