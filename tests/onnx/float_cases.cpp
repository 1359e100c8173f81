// SPDX-License-Identifier: BSL-1.0
// The float cases of libonnx-testdata that the importer expresses, in float32 against their recorded outputs.
#include <fstream>
#include <iostream>

#include "float_cases.hpp"
#include "onnx/cases.hpp"
#include "support/catch.hpp"

TEST_CASE("float cases give the recorded outputs") {
    onnx_cases::tally t;
#define RUN(NAME, OPERATORS) onnx_cases::run_float(#NAME, OPERATORS, quantype::traced<onnx_cases::NAME>::view, t);
    ONNX_CASES(RUN)
#undef RUN
    for (const std::string& name : t.without_kernel) std::cout << "no float kernel: " << name << '\n';
    std::cout << "cannot be expressed:\n" << std::ifstream(QUANTYPE_ONNX_CASES "/refused.txt").rdbuf();
    std::cout << "onnx float: " << t.run << " cases run, " << t.failed << " failed, " << t.values
              << " values, largest difference " << t.largest << "; " << t.without_kernel.size()
              << " without a float kernel\n";
    CHECK(t.run > 0);
    CHECK(t.failed == 0);
    // Operators that the importer reads, and no case of which can be expressed.
    const std::set<std::string> silent = {"GRU", "HardSigmoid", "LayerNormalization"};
    for (const std::string& op : onnx_cases::words(ONNX_OPERATORS)) {
        INFO("no case of " << op << " passed");
        CHECK((t.passed_operators.contains(op) || t.waiting_operators.contains(op) || silent.contains(op)));
    }
}
