# SPDX-License-Identifier: BSL-1.0
# The target quantype_onednn where oneDNN 2 is installed (Debian: libdnnl-dev). Not by its own CMake package, which asks for
# OpenCL's headers too.
include_guard(GLOBAL)
find_path(QUANTYPE_ONEDNN_DIR oneapi/dnnl/dnnl.hpp)
find_library(QUANTYPE_ONEDNN_LIBRARY dnnl)
mark_as_advanced(QUANTYPE_ONEDNN_DIR QUANTYPE_ONEDNN_LIBRARY)
if(QUANTYPE_ONEDNN_DIR AND QUANTYPE_ONEDNN_LIBRARY)
  file(STRINGS "${QUANTYPE_ONEDNN_DIR}/oneapi/dnnl/dnnl_version.h" version REGEX "define DNNL_VERSION_MAJOR 2$")
  if(version)
    add_library(quantype_onednn INTERFACE)
    target_include_directories(quantype_onednn SYSTEM INTERFACE "${QUANTYPE_ONEDNN_DIR}")
    target_link_libraries(quantype_onednn INTERFACE "${QUANTYPE_ONEDNN_LIBRARY}")
  endif()
endif()
