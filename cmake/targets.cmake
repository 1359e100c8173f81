# SPDX-License-Identifier: BSL-1.0
# quantype::quantype  describe, validate, quantize: this library and Boost.Hana
# quantype::kernels   adds xsimd
# quantype::host      adds nlohmann json, for reading and writing files
# No warning flag is ever put into these interfaces.

if(NOT quantype_boost_FOUND)
  message(FATAL_ERROR "quantype needs the headers of Boost (1.74 or newer, for Hana); Debian: libboost-dev")
endif()

file(GLOB_RECURSE quantype_headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/quantype/*.hpp"
     "${PROJECT_SOURCE_DIR}/include/quantype/*.h")

add_library(quantype INTERFACE)
add_library(quantype::quantype ALIAS quantype)
target_compile_features(quantype INTERFACE cxx_std_20)
target_sources(quantype INTERFACE FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${quantype_headers})
target_link_libraries(quantype INTERFACE quantype::boost_headers)

if(quantype_xsimd_FOUND)
  add_library(quantype_kernels INTERFACE)
  add_library(quantype::kernels ALIAS quantype_kernels)
  set_target_properties(quantype_kernels PROPERTIES EXPORT_NAME kernels)
  target_link_libraries(quantype_kernels INTERFACE quantype quantype::xsimd_headers)
  include(quantype_levels)
endif()

if(quantype_json_FOUND)
  add_library(quantype_host INTERFACE)
  add_library(quantype::host ALIAS quantype_host)
  set_target_properties(quantype_host PROPERTIES EXPORT_NAME host)
  target_link_libraries(quantype_host INTERFACE quantype quantype::json_headers)
endif()
