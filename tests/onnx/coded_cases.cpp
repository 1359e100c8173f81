// SPDX-License-Identifier: BSL-1.0
// The quantized cases of libonnx-testdata that the importer expresses: given numbers, lowered, run on codes.
#include <iostream>

#include <quantype/backend/onnx.hpp>
#include <quantype/qconfig/qconfig_mapping.hpp>
#include <quantype/run/model.hpp>
#include <quantype/run/onnx_parameters.hpp>

#include "coded_cases.hpp"
#include "onnx/cases.hpp"
#include "support/catch.hpp"

namespace qz = quantype;

template <class Net, class Mapping>
void run_coded(const std::string& name, const std::string& operators, onnx_cases::tally& t) {
    using backend = qz::backends::onnx;
    const onnx_cases::case_file file(name);
    const auto model = qz::convert_from<Net, backend, Mapping>(
        file.part("weight."), qz::onnx_parameters<Net, backend, Mapping>(file.part("number."), name));
    onnx_cases::compare(name, operators, file, model(file.list("input.")), t);
}

TEST_CASE("quantized cases give the recorded codes") {
    onnx_cases::tally t;
#define RUN(NAME, OPERATORS) run_coded<onnx_cases::NAME, onnx_cases::NAME##_mapping>(#NAME, OPERATORS, t);
    ONNX_CASES(RUN)
#undef RUN
    std::cout << "onnx quantized: " << t.run << " cases run, " << t.failed << " failed, " << t.values << " values\n";
    CHECK(t.run > 0);
    CHECK(t.failed == 0);
}
