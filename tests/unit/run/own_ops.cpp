// SPDX-License-Identifier: BSL-1.0
// Ops and modules of the user's own: in float (PyTorch's non-traceable modules), and on codes with a kernel of the
// backend's (PyTorch's custom modules: observed by ordinary observers, exchanged at conversion).
#include <quantype/backend/qnnpack.hpp>
#include <quantype/model/call.hpp>

#include "small_model.hpp"
#include "support/catch.hpp"

namespace {

namespace qz = quantype;
namespace nn = qz::nn;

/// y = x * weight, feature by feature; in its code nothing that could be traced.
struct scale_features : qz::leaf_module {
    static constexpr qz::infer_result infer(const qz::attributes&, const qz::shape* inputs, int) { return {inputs[0]}; }
    static void evaluate(const qz::float_call& c) {
        const std::int64_t features = c.output.extents[-1];
        for (std::int64_t i = 0; i < c.output.count(); ++i)
            c.output[i] = c.inputs[0][i] * c.parameters[0][i % features];
    }
    static constexpr qz::op_info op{"mine.ScaleFeatures", qz::node_kind::call_module, qz::op_code::custom, infer,
                                    evaluate};
    static constexpr qz::attributes attrs() {
        qz::attributes a;
        a.code = qz::op_code::custom;
        return a;
    }
    static constexpr auto parameters() { return std::array<qz::parameter_info, 1>{{{"weight", qz::shape(3)}}}; }
};

struct net {
    using inputs = qz::inputs<qz::f32<1, 4>>;
    nn::linear<4, 3> first;
    scale_features scale;
    nn::linear<3, 2> second;
    QUANTYPE_MODULES(first, scale, second)
    constexpr auto forward(auto x) const { return second(scale(first(x))); }
};

/// On codes: the float form, value by value.
struct scale_codes {
    static constexpr qz::op_info op{"mine.scale_codes", qz::node_kind::call_function, qz::op_code::custom};
    static void run(const qz::code_tensor (&inputs)[1], const qz::code_tensor& output, const float* const* parameters) {
        const float inverse = qz::inverse_of(static_cast<double>(output.scale));
        for (std::int64_t i = 0; i < output.extents.count(); ++i)
            output.store(i, qz::quantize(inputs[0].value(i) * parameters[0][i % 3], inverse, output.zero_point,
                                         qz::codes_of(output.type)));
    }
};
struct codes : qz::dtype_config {
    static constexpr qz::dtype_with_constraints input_dtype = qz::quint8, output_dtype = qz::quint8;
};
struct with_kernel : decltype(qz::backend_config<"with kernel">()
                                  .set_backend_pattern_configs_of(qz::backends::qnnpack{})
                                  .set_backend_pattern_config(qz::backend_pattern_config(qz::pattern<scale_features>)
                                                                  .add_dtype_config<codes>()
                                                                  .set_lowering<scale_codes>())){};

qz::tensor_map weights() {
    auto w = small::weights();
    w["scale.weight"] = small::floats(qz::shape(3), {2, -0.5f, 0.25f});
    return w;
}

/// A struct with a forward, called as a whole: its own code is run, not its forward.
struct doubled {
    static void evaluate(const qz::float_call& c) {
        for (std::int64_t i = 0; i < c.output.count(); ++i) c.output[i] = 2 * c.inputs[0][i];
    }
    static constexpr qz::op_info op{"mine.Doubled", qz::node_kind::call_module, qz::op_code::custom, nullptr, evaluate};
    nn::relu unused;
    QUANTYPE_MODULES(unused)
    constexpr auto forward(auto x) const { return unused(x); }
};
struct whole_net {
    using inputs = qz::inputs<qz::f32<1, 4>>;
    nn::linear<4, 3> first;
    doubled twice;
    nn::linear<3, 2> second;
    QUANTYPE_MODULES(first, twice, second)
    constexpr auto forward(auto x) const { return second(twice(first(x))); }
};
struct by_name {
    static constexpr auto value = qz::prepare_custom_config().set_non_traceable_module_name("twice");
};
struct by_class {
    static constexpr auto value = qz::prepare_custom_config().set_non_traceable_module_class<doubled>();
};

const auto input = [] { return small::input({0.5f, -1, 0.25f, 2}); };

template <class Net, class Backend>
auto prepared(const qz::tensor_map& w) {
    auto p = qz::prepare<Net, Backend, small::mapping, qz::keep_float>(w);
    p(qz::tensor<float>(qz::shape(2, 4), {0.5f, -1, 0.25f, 2, 1, 1, -1, 0}));
    return p;
}

/// second(f(first(x))) by hand.
template <class F>
std::vector<float> by_hand(F&& f) {
    const auto x = input();
    const auto w = small::weights();
    const auto layer = [&](const std::string& name, const std::vector<float>& in) {
        auto out = qz::get<float>(w, name + ".bias").data;
        const auto weight = qz::get<float>(w, name + ".weight").data;
        for (std::size_t o = 0; o < out.size(); ++o)
            for (std::size_t i = 0; i < in.size(); ++i) out[o] += weight[o * in.size() + i] * in[i];
        return out;
    };
    auto y = layer("first", x.data);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = f(i, y[i]);
    return layer("second", y);
}
void check_close(const std::vector<float>& have, const std::vector<float>& want, double margin) {
    REQUIRE(have.size() == want.size());
    for (std::size_t i = 0; i < have.size(); ++i) CHECK(have[i] == Approx(want[i]).margin(margin));
}

}  // namespace

TEST_CASE("a module with code of its own stays in float between quantized layers") {
    const auto scaled = by_hand([](std::size_t i, float v) { return v * (i == 0 ? 2.0f : i == 1 ? -0.5f : 0.25f); });
    auto p = prepared<net, qz::backends::qnnpack>(weights());
    check_close(p(input())[0].data, scaled, 1e-5);
    check_close(qz::convert(p)(input())[0].data, scaled, 0.1);
    CHECK(qz::convert(p)(input())[0].data == qz::convert_to_reference(p)(input())[0].data);
}

TEST_CASE("the same module on codes, with a kernel of the backend's") {
    const auto p = prepared<net, with_kernel>(weights());
    const auto model = qz::convert(p);
    const auto have = model(input())[0].data;
    CHECK(have == qz::convert_to_reference(p)(input())[0].data);
    const std::string text = qz::explain<net, with_kernel, small::mapping>();
    CHECK(text.find("own kernel") != std::string::npos);
    CHECK(text.find("3 of 3 ops quantized") != std::string::npos);
    constexpr auto& plan = qz::stage::plan<net, with_kernel, small::mapping>;
    int floats = 0;
    for (int s = 0; s < plan.step_count; ++s) floats += plan.steps[s].kind == qz::step_kind::float_op ? 1 : 0;
    CHECK(floats == 0);
}

TEST_CASE("non-traceable modules by name and by class run their own code") {
    const auto twice = by_hand([](std::size_t, float v) { return 2 * v; });
    auto p = prepared<qz::customized<whole_net, by_name>, qz::backends::qnnpack>(small::weights());
    check_close(p(input())[0].data, twice, 1e-5);
    check_close(qz::convert(p)(input())[0].data, twice, 0.1);
    auto other = prepared<qz::customized<whole_net, by_class>, qz::backends::qnnpack>(small::weights());
    CHECK(qz::convert(other)(input())[0].data == qz::convert(p)(input())[0].data);
}
