// SPDX-License-Identifier: BSL-1.0
// Elementwise kernels, matmul, cat and unary tables against the recorded outputs of PyTorch's engine qnnpack.
#include <quantype/kernel/scalar/cat.hpp>
#include <quantype/kernel/scalar/elementwise.hpp>
#include <quantype/kernel/scalar/lookup.hpp>
#include <quantype/kernel/scalar/matmul.hpp>
#include <quantype/kernel/scalar/unary_table.hpp>

#include "ops_case.hpp"

namespace {

using namespace ops;
namespace kernel = quantype::kernel;
namespace unary = quantype::kernel::unary;
using code = std::uint8_t;
using table = kernel::lookup_table<code>;

template <class Rule>
void run_rule(const test_case& c, checker& check, const kernel::elementwise_config& config, bool relu) {
    const tensor a = c.at("a"), b = c.at("b");
    const auto made = Rule::make({a.scale(), b.scale(), c.output_scale()});
    REQUIRE(made.status == quantype::requantize_status::ok);
    const auto x = a.as<code>(), y = b.as<code>();
    std::vector<code> out(static_cast<std::size_t>(config.count()));
    kernel::elementwise_args<code, code, code, typename Rule::params> args{x.data(), y.data(), out.data(), made.params};
    args.a_zero_point = a.zero_point();
    args.b_zero_point = b.zero_point();
    args.output_zero_point = c.output_zero_point();
    if (relu) args.output_lo = quantype::relu_lower_bound(args.output_zero_point, 0, 255);
    kernel::scalar::elementwise_loop<Rule>(config, args);
    check.codes(out);
}

kernel::elementwise_config broadcast(const test_case& c) {
    const tensor a = c.at("a"), b = c.at("b");
    return kernel::elementwise_broadcast(a.dims.data(), a.rank(), b.dims.data(), b.rank());
}

template <bool Relu>
void run_add(const test_case& c, checker& check) {
    const tensor a = c.at("a"), b = c.at("b");
    if (a.dims == b.dims)
        run_rule<quantype::add_rule::qnnpack>(c, check, kernel::elementwise(a.count()), Relu);
    else
        run_rule<quantype::add_rule::float32>(c, check, broadcast(c), Relu);
}

template <bool Relu>
void run_mul(const test_case& c, checker& check) {
    run_rule<quantype::mul_rule::requantized<quantype::requantize::qnnpack>>(c, check, broadcast(c), Relu);
}

void run_table(const tensor& x, const table& t, checker& check) {
    const auto codes = x.as<code>();
    std::vector<code> y(codes.size());
    kernel::scalar::lookup_loop<code, code>({1, x.count()}, {codes.data(), y.data(), &t});
    check.codes(y);
}

kernel::scale_zero input_of(const tensor& x) { return {x.scale(), x.zero_point()}; }
kernel::scale_zero output_of(const test_case& c) { return {c.output_scale(), c.output_zero_point()}; }

template <bool Add, bool Relu>
void run_scalar(const test_case& c, checker& check) {
    const tensor x = c.at("x");
    const double k = c.attrs().at("scalar").get<double>();
    const auto r =
        Add ? kernel::make_add_scalar<code>(input_of(x), k, Relu) : kernel::make_mul_scalar<code>(input_of(x), k, Relu);
    CHECK(r.output.scale == check.expected.scale());
    CHECK(r.output.zero_point == check.expected.zero_point());
    run_table(x, r.table, check);
}

// Clamps between the codes of two bounds.
void run_clamp(const test_case& c, checker& check, float lo, float hi) {
    const tensor x = c.at("x");
    const auto codes = x.as<code>();
    std::vector<code> y(codes.size());
    kernel::scalar::clamp_loop<code>({1, x.count()}, {codes.data(), y.data(), kernel::code_of<code>(lo, input_of(x)),
                                                      kernel::code_of<code>(hi, input_of(x))});
    check.codes(y);
}

float number(const test_case& c, const char* name) { return c.attrs().at(name).get<float>(); }

// A function whose output keeps the input's qparams.
template <class Function>
void run_same(const test_case& c, checker& check, const Function& f) {
    const tensor x = c.at("x");
    run_table(x, kernel::make_table<code, code>(f, input_of(x), input_of(x)), check);
}

// A function with given output qparams.
template <class Function>
void run_given(const test_case& c, checker& check, const Function& f) {
    const tensor x = c.at("x");
    run_table(x, kernel::make_table<code, code>(f, input_of(x), output_of(c)), check);
}

// A function with fixed output qparams.
template <class Function>
void run_fixed(const test_case& c, checker& check, const Function& f, const kernel::scale_zero& out) {
    const tensor x = c.at("x");
    CHECK(out.scale == check.expected.scale());
    CHECK(out.zero_point == check.expected.zero_point());
    run_table(x, kernel::make_table<code, code>(f, input_of(x), out), check);
}

void run_prelu(const test_case& c, checker& check) {
    const tensor x = c.at("x"), w = c.at("weight");
    REQUIRE(w.count() == 1);
    run_table(x, kernel::make_prelu_table<code, code>(w.codes[0], input_of(w), input_of(x), output_of(c)), check);
}

void run_matmul(const test_case& c, checker& check) {
    using policy = quantype::requantize::qnnpack;
    const tensor a = c.at("a"), b = c.at("b");
    const int rows = a.dim(a.rank() - 2), depth = a.dim(a.rank() - 1), columns = b.dim(b.rank() - 1);
    const kernel::matmul_config config{a.count() / (rows * depth), rows, depth, columns};
    const auto x = a.as<code>(), y = b.as<code>();
    std::vector<code> out(static_cast<std::size_t>(config.batch * rows * columns));
    const auto made = quantype::mul_rule::requantized<policy>::make({a.scale(), b.scale(), c.output_scale()});
    kernel::matmul_args<code, code, code, policy::params> args{x.data(), y.data(), out.data(), made.params};
    args.a_zero_point = a.zero_point();
    args.b_zero_point = b.zero_point();
    args.output_zero_point = c.output_zero_point();
    kernel::scalar::matmul_loop<policy>(config, args);
    check.codes(out);
}

template <bool Relu>
void run_cat(const test_case& c, checker& check) {
    kernel::cat_config config;
    kernel::cat_args<code> args;
    std::vector<std::vector<code>> codes;
    const double scale = check.expected.scale();
    args.inverse_output_scale = 1.0f / static_cast<float>(scale);
    args.output_zero_point = check.expected.zero_point();
    if (Relu) args.output_lo = quantype::relu_lower_bound(args.output_zero_point, 0, 255);
    const auto axis = c.attrs().at("dim").get<std::size_t>();
    config.count = 0;
    for (const json& j : c.j.at("xs")) {
        const tensor x = read_tensor(c.folder, j);
        config.outer = static_cast<int>(product({x.dims.begin(), x.dims.begin() + static_cast<int>(axis)}));
        config.lengths[config.count] = x.count() / config.outer;
        codes.push_back(x.as<code>());
        const bool keep = x.scale() == scale && x.zero_point() == args.output_zero_point;
        args.inputs[config.count++] = {codes.back().data(), static_cast<float>(x.scale()), x.zero_point(), keep};
    }
    REQUIRE(config.valid());
    std::vector<code> y(static_cast<std::size_t>(config.outer * config.total()));
    args.output = y.data();
    kernel::scalar::cat_loop(config, args);
    check.codes(y);
}

}  // namespace

TEST_CASE("golden ops_elementwise") {
    run_group(
        "ops_elementwise",
        {{"add", run_add<false>},
         {"add_relu", run_add<true>},
         {"mul", run_mul<false>},
         {"mul_relu", run_mul<true>},
         {"add_scalar", run_scalar<true, false>},
         {"add_scalar_relu", run_scalar<true, true>},
         {"mul_scalar", run_scalar<false, false>},
         {"mul_scalar_relu", run_scalar<false, true>},
         {"relu", [](auto& c, auto& k) { run_clamp(c, k, 0.0f, 1e30f); }},
         {"relu6", [](auto& c, auto& k) { run_clamp(c, k, 0.0f, 6.0f); }},
         {"clamp", [](auto& c, auto& k) { run_clamp(c, k, number(c, "min"), number(c, "max")); }},
         {"hardtanh", [](auto& c, auto& k) { run_clamp(c, k, number(c, "min_val"), number(c, "max_val")); }},
         {"hardsigmoid", [](auto& c, auto& k) { run_fixed(c, k, unary::hardsigmoid{}, kernel::sigmoid_output<code>); }},
         {"sigmoid", [](auto& c, auto& k) { run_fixed(c, k, unary::sigmoid{}, kernel::sigmoid_output<code>); }},
         {"tanh", [](auto& c, auto& k) { run_fixed(c, k, unary::tanh{}, kernel::tanh_output<code>); }},
         {"gelu", [](auto& c, auto& k) { run_same(c, k, unary::gelu{}); }},
         {"threshold",
          [](auto& c, auto& k) { run_same(c, k, unary::threshold{number(c, "threshold"), number(c, "value")}); }},
         {"hardswish", [](auto& c, auto& k) { run_given(c, k, unary::hardswish{}); }},
         {"leaky_relu", [](auto& c, auto& k) { run_given(c, k, unary::leaky_relu{number(c, "negative_slope")}); }},
         {"elu", [](auto& c, auto& k) { run_given(c, k, unary::elu{number(c, "alpha")}); }},
         {"celu", [](auto& c, auto& k) { run_given(c, k, unary::celu{number(c, "alpha")}); }},
         {"prelu", run_prelu},
         {"matmul", run_matmul},
         {"cat", run_cat<false>},
         {"cat_relu", run_cat<true>},
         {"torch_cat", run_cat<false>},
         {"sigmoid_out_qparams", [](auto& c, auto& k) { run_given(c, k, unary::sigmoid{}); }}},
        {});
}
