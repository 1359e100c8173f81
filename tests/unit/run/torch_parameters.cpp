// SPDX-License-Identifier: BSL-1.0
// Numbers that another program chose, by PyTorch's names: they come back as they were given, or are refused by name.
#include <quantype/run/torch_parameters.hpp>

#include "small_model.hpp"
#include "support/catch.hpp"

using namespace small;

namespace {

/// A conversion of our own, under the names of the exporter's file.
qz::tensor_map as_exported(const qz::quantized_parameters& q) {
    qz::tensor_map t;
    const auto one = [](auto value) { return qz::to_any_tensor(qz::tensor<decltype(value)>(qz::shape(1), {value})); };
    for (std::size_t i = 0; i < q.values.size(); ++i) {
        const std::string name = "activation_post_process_" + std::to_string(i);
        t[name + ".scale"] = one(q.values[i].scale);
        t[name + ".zero_point"] = one(q.values[i].zero_point);
        t[name + ".min_val"] = one(-1.0F);
    }
    for (const std::string path : {"first", "second"}) {
        const qz::quantized_weight& w = path == "first" ? q.weights.begin()->second : q.weights.rbegin()->second;
        t[path + ".weight"] = qz::to_any_tensor(qz::tensor<std::int8_t>(w.extents, w.codes));
        t[path + ".weight_scale"] = one(w.scale[0]);
        t[path + ".weight_zero_point"] = one(w.zero_point[0]);
        t[path + ".bias"] = floats(qz::shape(w.extents[0]), w.bias);
    }
    return t;
}

auto converted() {
    auto p = qz::prepare<net, backend, mapping>(weights());
    p(input({0, 1, -1, 0.5f}));
    return qz::convert(p);
}

std::string refusal(const qz::tensor_map& t) {
    return error_of([&] { qz::torch_parameters<net, backend, mapping>(t, "numbers"); });
}

}  // namespace

TEST_CASE("given numbers make the same model") {
    const auto model = converted();
    const auto given = qz::torch_parameters<net, backend, mapping>(as_exported(model.quantized()));
    CHECK(given.values == model.quantized().values);
    const auto again = qz::convert_from<net, backend, mapping>(weights(), given);
    const auto x = input({0.3f, -0.7f, 0.9f, 0.05f});
    CHECK(again(x)[0].data == model(x)[0].data);
}

TEST_CASE("given numbers that do not fit are refused by name") {
    const qz::tensor_map whole = as_exported(converted().quantized());
    REQUIRE(refusal(whole).empty());
    qz::tensor_map t = whole;
    t.erase("activation_post_process_1.scale");
    CHECK(refusal(t).find("\"activation_post_process_1.scale\" is missing") != std::string::npos);
    t = whole;
    t["third.weight"] = t["first.weight"];
    CHECK(refusal(t).find("that the model does not have: \"third.weight\"") != std::string::npos);
    t = whole;
    t["first.weight"] = t["second.weight"];
    CHECK(refusal(t).find("\"first.weight\": shape") != std::string::npos);
    t = whole;
    t["first.weight_scale"] = floats(qz::shape(2), {1, 1});
    CHECK(refusal(t).find("first.weight_scale: shape [2] where [1] or [3] is expected") != std::string::npos);
    t = whole;
    t["activation_post_process_0.scale"] = floats(qz::shape(1), {0});
    CHECK(refusal(t).find("activation_post_process_0.scale is 0.000000") != std::string::npos);
}
