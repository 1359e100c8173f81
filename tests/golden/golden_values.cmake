# SPDX-License-Identifier: BSL-1.0
# Tests of recorded values, written from the manifests at build time: another folder of the same schema needs no edit.
find_package(Python3 COMPONENTS Interpreter)
if(NOT Python3_Interpreter_FOUND)
  message(FATAL_ERROR "quantype's golden tests are written by a Python script; Debian: python3")
endif()
set(generator "${PROJECT_SOURCE_DIR}/tools/model_generator")
# Models are written by the exporter, which reads the names of ops from the headers.
file(GLOB generator_files CONFIGURE_DEPENDS "${generator}/*.py" "${PROJECT_SOURCE_DIR}/tools/quantype_export/*.py")

# quantype_value_tests(<group> <parts>): golden_<group>_values_<n> for n = 0 .. parts-1, over the cases of a group.
function(quantype_value_tests group parts)
  set(manifest "${QUANTYPE_GOLDEN_PATH}/${group}/manifest.json")
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/golden_values/${group}")
  set(depends ${generator_files})
  if(EXISTS "${manifest}")
    list(APPEND depends "${manifest}")
  endif()
  math(EXPR last "${parts} - 1")
  set(outputs "")
  foreach(part RANGE ${last})
    list(APPEND outputs "${folder}/${group}_${part}.hpp")
  endforeach()
  add_custom_command(
    OUTPUT ${outputs} DEPENDS ${depends} VERBATIM
    COMMAND "${Python3_EXECUTABLE}" -B "${generator}/golden_values.py" "${group}" "${manifest}" "${folder}" "${parts}"
    COMMENT "Writing the ${group} value tests from their manifest")
  add_custom_target(golden_values_${group} DEPENDS ${outputs})
  foreach(part RANGE ${last})
    set(name golden_${group}_values_${part})
    quantype_catch_program(${name} -O0 "${CMAKE_CURRENT_SOURCE_DIR}/golden/generated/values.cpp")
    add_dependencies(${name} golden_values_${group})
    target_include_directories(${name} PRIVATE "${folder}")
    # Step by step: every recorded value is compared, those before a clamp too.
    target_compile_definitions(${name} PRIVATE "QUANTYPE_GENERATED_CASES=\"${group}_${part}.hpp\""
                                               QUANTYPE_FUSE_STEPS=0)
    add_test(NAME ${name} COMMAND ${name} ${QUANTYPE_CATCH_EMPTY_IS_FAILURE})
    set_tests_properties(${name} PROPERTIES LABELS golden)
  endforeach()
endfunction()

quantype_value_tests(tutorial 1)
quantype_value_tests(models 3)

add_test(NAME model_generator COMMAND "${Python3_EXECUTABLE}" -B "${generator}/test_generator.py")
