// SPDX-License-Identifier: BSL-1.0
// Names of nodes as torch.fx gives them.
#include <algorithm>
#include <quantype/lower/lower_graph.hpp>
#include <quantype/report/node_names.hpp>

#include "support/catch.hpp"
#include "unit/report/report_models.hpp"

namespace qz = quantype;
using qz::report::name_space;

TEST_CASE("a wanted name that is free is given as it is, else counted up", "[report]") {
    name_space n;
    CHECK(n.create("add") == "add");
    CHECK(n.create("add") == "add_1");
    CHECK(n.create("add") == "add_2");
    CHECK(n.create("conv1") == "conv1");
    CHECK(n.create("scale_0") == "scale_0");
    CHECK(n.create("scale_0") == "scale_1");
}

TEST_CASE("a trailing number is the counter of the name", "[report]") {
    name_space n;
    CHECK(n.create("add_7") == "add_7");
    CHECK(n.create("add") == "add");
    CHECK(n.create("add") == "add_8");  // counts on from the last number, not from the first that is free
    CHECK(n.create("add_7") == "add_9");
    CHECK(n.create("mul_03") == "mul_3");
}

TEST_CASE("names are lower-case identifiers that Python does not use", "[report]") {
    name_space n;
    CHECK(n.create("layer1.0.conv1") == "layer1_0_conv1");
    CHECK(n.create("0") == "_0");
    CHECK(n.create("0_input_scale_0") == "_0_input_scale_0");
    CHECK(n.create("convBN") == "conv_bn");
    CHECK(n.create("a--b") == "a_b");
    CHECK(n.create("input") == "input_1");
    CHECK(n.create("lambda") == "lambda_1");
    CHECK(n.create("max") == "max_1");
    CHECK(n.create("") == "_unnamed");
}

namespace {

using namespace report_models;

std::vector<std::string> live_names(const qz::prepared_view& p, const qz::graph_view& g) {
    const qz::report::node_names names = qz::report::names_of(p, g);
    std::vector<std::string> r;
    for (int i = g.first; i >= 0; i = g[i].next) r.push_back(names[i]);
    return r;
}

}  // namespace

TEST_CASE("nodes below containers carry the path, fused nodes their root's name", "[report]") {
    const auto p = qz::prepared_view_of<nested, backend, mapping>();
    CHECK(live_names(p, p.graph) == std::vector<std::string>{"x", "activation_post_process_0", "body_0",
                                                             "activation_post_process_1", "tail", "tail_1", "output"});
    const auto& reference = qz::stage::reference<nested, backend, mapping>;
    CHECK(live_names(p, reference.view()) ==
          std::vector<std::string>{"x", "body_0_input_scale_0", "body_0_input_zero_point_0", "quantize_per_tensor",
                                   "dequantize", "body_0", "body_0_scale_0", "body_0_zero_point_0",
                                   "quantize_per_tensor_1", "dequantize_1", "tail", "tail_1", "output"});
}

TEST_CASE("a replaced node still holds its name while lowering", "[report]") {
    const auto p = qz::prepared_view_of<two_adds, backend, mapping>();
    const auto& lowered = qz::stage::lowered<two_adds, backend, mapping>;
    const auto names = live_names(p, lowered.view());
    CHECK(std::count(names.begin(), names.end(), "add_2") == 1);
    CHECK(std::count(names.begin(), names.end(), "add_3") == 1);
    CHECK(std::count(names.begin(), names.end(), "add") == 0);
    CHECK(std::count(names.begin(), names.end(), "add_1") == 0);
}
