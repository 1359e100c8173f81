# SPDX-License-Identifier: BSL-1.0
# A test for each real model of QUANTYPE_MODELS_DIR. Its source holds the model as a struct, written from model.json when
# the build is configured, and again when model.json or the generator changes.
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  message(STATUS "quantype: the real models are left out under sanitizers: minutes each, and no code the recorded "
                 "tutorial and models do not run")
  return()
endif()
find_package(Python3 COMPONENTS Interpreter)
if(NOT Python3_Interpreter_FOUND)
  message(STATUS "quantype: no python3; the tests of the real models are left out")
  return()
endif()

set(generator "${PROJECT_SOURCE_DIR}/tools/model_generator/real_models.py")
set(folder "${CMAKE_CURRENT_BINARY_DIR}/real_models")
file(MAKE_DIRECTORY "${folder}")
file(GLOB writer_files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tools/quantype_export/*.py")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${generator}" ${writer_files})
set(golden_optimization -O1) # a third quicker to compile, and the vector code is inlined here too
foreach(model IN ITEMS kws_dscnn ic_resnet8 vww_mobilenetv1_025 ad_autoencoder sww_dscnn1d mnist_cnn mnist_mbv2
                       mobilenetv2_224)
  set(description "${QUANTYPE_MODELS_PATH}/${model}/model.json")
  if(EXISTS "${description}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${description}")
  endif()
  set(source "${folder}/real_models_${model}.cpp")
  execute_process(COMMAND "${Python3_EXECUTABLE}" -B "${generator}" "${QUANTYPE_MODELS_PATH}" ${model} "${source}"
                  COMMAND_ERROR_IS_FATAL ANY)
  quantype_golden_test(real_models_${model} "${source}")
endforeach()
set(golden_optimization -O2)
