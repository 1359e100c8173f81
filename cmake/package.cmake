# SPDX-License-Identifier: BSL-1.0
# Installs the headers and a package for find_package(quantype [COMPONENTS kernels host]).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_folder "${CMAKE_INSTALL_DATADIR}/cmake/quantype")

install(TARGETS quantype EXPORT quantype_targets FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT quantype_targets NAMESPACE quantype:: DESTINATION "${package_folder}" FILE quantype-targets.cmake)
foreach(component IN ITEMS kernels host)
  if(TARGET quantype_${component})
    install(TARGETS quantype_${component} EXPORT quantype_${component}_targets)
    install(EXPORT quantype_${component}_targets NAMESPACE quantype:: DESTINATION "${package_folder}"
            FILE quantype-${component}-targets.cmake)
  endif()
endforeach()

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/quantype-config.cmake.in"
                              "${PROJECT_BINARY_DIR}/quantype-config.cmake" INSTALL_DESTINATION "${package_folder}"
                              NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/quantype-config-version.cmake"
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/quantype-config.cmake" "${PROJECT_BINARY_DIR}/quantype-config-version.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/quantype_dependencies.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/quantype_levels.cmake" "${PROJECT_SOURCE_DIR}/cmake/quantype_keep_entry.cmake"
        DESTINATION "${package_folder}")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATADIR}/licenses/quantype")
