// SPDX-License-Identifier: BSL-1.0
// Linear and convolution kernels against the recorded outputs of PyTorch's engine qnnpack.
#include <quantype/kernel/scalar/conv2d.hpp>
#include <quantype/kernel/scalar/conv3d.hpp>
#include <quantype/kernel/scalar/conv_transpose2d.hpp>
#include <quantype/kernel/scalar/linear.hpp>
#include <quantype/kernel/scalar/linear_dynamic.hpp>
#include <quantype/kernel/scalar/unary_table.hpp>

#include "ops_case.hpp"

namespace {

using namespace ops;
namespace kernel = quantype::kernel;
using policy = quantype::requantize::qnnpack;

bool ends_with(const std::string& s, const std::string& tail) {
    return s.size() >= tail.size() && s.compare(s.size() - tail.size(), tail.size(), tail) == 0;
}

std::vector<policy::params> channel_params(const test_case& c, const tensor& w, int channels, double input_scale,
                                           double output_scale) {
    const std::vector<float> bias =
        c.has("bias") ? c.at("bias").values : std::vector<float>(static_cast<std::size_t>(channels), 0.0f);
    std::vector<policy::params> params;
    for (int o = 0; o < channels; ++o) {
        const auto m = policy::make({input_scale, w.scale_of(o), output_scale, bias.at(static_cast<std::size_t>(o))});
        REQUIRE(m.status == quantype::requantize_status::ok);
        params.push_back(m.params);
    }
    return params;
}

// Zero points and bounds common to all ops of the group.
template <class Args>
void set_qparams(Args& args, int input_zero, int weight_zero, int output_zero, bool relu) {
    args.input_zero_point = input_zero;
    args.weight_zero_point = weight_zero;
    args.output_zero_point = output_zero;
    if (relu) args.output_lo = quantype::relu_lower_bound(output_zero, args.output_lo, args.output_hi);
}

template <class Code>
void run_linear(const test_case& c, checker& check) {
    const tensor x = c.at("x"), w = c.at("weight");
    kernel::linear_config config{x.count() / w.dim(1), w.dim(1), w.dim(0)};
    config.weight_zero_point = w.zero_point() != 0;
    const auto params = channel_params(c, w, w.dim(0), x.scale(), c.output_scale());
    const auto codes = x.as<Code>();
    const auto weights = w.as<std::int8_t>();
    std::vector<Code> y(static_cast<std::size_t>(config.rows) * static_cast<std::size_t>(config.out_features));
    kernel::linear_args<Code, Code, policy::params> args{codes.data(), weights.data(), params.data(), y.data()};
    set_qparams(args, x.zero_point(), w.zero_point(), c.output_zero_point(), c.j.at("op") == "linear_relu");
    kernel::scalar::linear_loop<policy>(config, args);
    check.codes(y);
}

// The image and weights of a 1-d or 2-d convolution, brought to two dimensions and channels last.
struct convolution {
    kernel::conv2d_config config;
    std::vector<std::uint8_t> x, y;
    std::vector<std::int8_t> w;
};

int attr(const test_case& c, const char* name, int axis, int rank) {
    const auto v = c.attrs().at(name).get<std::vector<int>>();
    if (rank == 1 && axis == 0) return std::string(name) == "padding" ? 0 : 1;
    return v.at(static_cast<std::size_t>(rank == 1 ? 0 : axis));
}

convolution make_convolution(const test_case& c, const tensor& x, const tensor& w) {
    const int rank = x.rank() - 2, h = rank == 1 ? 1 : x.dim(2), width = x.dim(-1 + x.rank());
    const int kh = rank == 1 ? 1 : w.dim(2), kw = w.dim(w.rank() - 1), out = w.dim(0), depth = w.dim(1);
    convolution r;
    kernel::conv2d_config& k = r.config;
    k.batch = x.dim(0);
    k.input = {h, width, x.dim(1)};
    k.kernel_height = kh;
    k.kernel_width = kw;
    k.stride_height = attr(c, "stride", 0, rank);
    k.stride_width = attr(c, "stride", 1, rank);
    k.dilation_height = attr(c, "dilation", 0, rank);
    k.dilation_width = attr(c, "dilation", 1, rank);
    const int ph = attr(c, "padding", 0, rank), pw = attr(c, "padding", 1, rank);
    k.padding = {ph, ph, pw, pw};
    k.groups = c.attrs().at("groups").get<int>();
    k.output = {k.output_height(), k.output_width(), out};
    k.weight_zero_point = w.zero_points[0] != 0;
    r.w = permuted(w.as<std::int8_t>(), out, depth, kh, kw, false);
    REQUIRE(k.valid());
    r.y.resize(static_cast<std::size_t>(k.batch * k.output.image()));
    return r;
}

void run_conv(const test_case& c, checker& check) {
    const tensor x = c.at("x"), w = c.at("weight");
    convolution r = make_convolution(c, x, w);
    const kernel::image_layout in = r.config.input, out = r.config.output;
    r.x = permuted(x.as<std::uint8_t>(), r.config.batch, in.channels, in.height, in.width, false);
    const auto params = channel_params(c, w, out.channels, x.scale(), c.output_scale());
    kernel::conv2d_args<std::uint8_t, std::uint8_t, policy::params> args{r.x.data(), r.w.data(), params.data(),
                                                                         r.y.data()};
    set_qparams(args, x.zero_point(), w.zero_points[0], c.output_zero_point(),
                ends_with(c.j.at("op").get<std::string>(), "_relu"));
    kernel::scalar::conv2d_loop<policy>(r.config, args);
    check.codes(permuted(r.y, r.config.batch, out.channels, out.height, out.width, true));

    // The same with a halo as wide as the padding, filled with the zero point, and one pixel more at the right.
    kernel::conv2d_config haloed = r.config;
    haloed.input.halo = r.config.padding;
    haloed.input.halo.right += 1;
    const kernel::image_layout& l = haloed.input;
    std::vector<std::uint8_t> wide(static_cast<std::size_t>(haloed.batch * l.image()), 77);
    std::uint8_t* origin = wide.data() + l.origin();
    kernel::scalar::pad_loop<std::uint8_t>({haloed.batch, in, l, 0, 0}, {r.x.data(), origin, 0});
    kernel::scalar::fill_halo_loop<std::uint8_t>({haloed.batch, l}, {origin, x.zero_point()});
    args.input = origin;
    kernel::scalar::conv2d_loop<policy>(haloed, args);
    check.codes(permuted(r.y, r.config.batch, out.channels, out.height, out.width, true));
}

// Quantizes the input, runs the static kernel with the input's qparams as the output's, dequantizes.
void run_conv2d_dynamic(const test_case& c, checker& check) {
    const tensor x = c.at("x"), w = c.at("weight");
    convolution r = make_convolution(c, x, w);
    const kernel::image_layout in = r.config.input, out = r.config.output;
    const auto chosen = kernel::scalar::choose_dynamic(x.values.data(), x.count(), {0, 255});
    const kernel::scale_zero q{static_cast<double>(chosen.scale), chosen.zero_point};
    std::vector<std::uint8_t> codes;
    for (float v : x.values) codes.push_back(kernel::code_of<std::uint8_t>(v, q));
    r.x = permuted(codes, r.config.batch, in.channels, in.height, in.width, false);
    const auto params = channel_params(c, w, out.channels, q.scale, q.scale);
    kernel::conv2d_args<std::uint8_t, std::uint8_t, policy::params> args{r.x.data(), r.w.data(), params.data(),
                                                                         r.y.data()};
    set_qparams(args, q.zero_point, w.zero_points[0], q.zero_point, false);
    kernel::scalar::conv2d_loop<policy>(r.config, args);
    std::vector<float> y(r.y.size());
    kernel::scalar::dequantize_loop<std::uint8_t>({r.config.batch, out, kernel::element_order::nchw},
                                                  {r.y.data(), y.data(), static_cast<float>(q.scale), q.zero_point});
    check.floats(y);
}

void run_conv3d(const test_case& c, checker& check) {
    const tensor x = c.at("x"), w = c.at("weight");
    kernel::conv3d_config k;
    k.batch = x.dim(0);
    k.in_channels = x.dim(1);
    k.out_channels = w.dim(0);
    k.groups = c.attrs().at("groups").get<int>();
    for (int i = 0; i < 3; ++i) {
        k.input[i] = x.dim(2 + i);
        k.kernel[i] = w.dim(2 + i);
        k.stride[i] = c.attrs().at("stride").at(static_cast<std::size_t>(i)).get<int>();
        k.padding[i] = c.attrs().at("padding").at(static_cast<std::size_t>(i)).get<int>();
        k.dilation[i] = c.attrs().at("dilation").at(static_cast<std::size_t>(i)).get<int>();
    }
    REQUIRE(k.valid());
    const auto codes =
        permuted(x.as<std::uint8_t>(), k.batch, k.in_channels, k.input[0] * k.input[1], k.input[2], false);
    const auto weights =
        permuted(w.as<std::int8_t>(), k.out_channels, w.dim(1), k.kernel[0] * k.kernel[1], k.kernel[2], false);
    const auto params = channel_params(c, w, k.out_channels, x.scale(), c.output_scale());
    const int rows = k.output(0) * k.output(1), columns = k.output(2);
    std::vector<std::uint8_t> y(static_cast<std::size_t>(k.batch * k.out_channels * rows * columns));
    kernel::conv3d_args<std::uint8_t, std::uint8_t, policy::params> args{codes.data(), weights.data(), params.data(),
                                                                         y.data()};
    set_qparams(args, x.zero_point(), w.zero_points[0], c.output_zero_point(), c.j.at("op") == "conv3d_relu");
    kernel::scalar::conv3d_loop<policy>(k, args);
    check.codes(permuted(y, k.batch, k.out_channels, rows, columns, true));
}

// PyTorch's [in][out / groups][kh][kw] to [out][kh][kw][in / groups].
std::vector<std::int8_t> transposed_weights(const std::vector<std::int8_t>& w, int in, int out, int groups, int taps) {
    std::vector<std::int8_t> y(w.size());
    const int depth = in / groups, width = out / groups;
    for (int i = 0; i < in; ++i)
        for (int o = 0; o < width; ++o)
            for (int t = 0; t < taps; ++t)
                y[static_cast<std::size_t>(((i / depth * width + o) * taps + t) * depth + i % depth)] =
                    w[static_cast<std::size_t>((i * width + o) * taps + t)];
    return y;
}

void run_conv_transpose(const test_case& c, checker& check) {
    const tensor x = c.at("x"), w = c.at("weight");
    const int rank = x.rank() - 2, kh = rank == 1 ? 1 : w.dim(2), kw = w.dim(w.rank() - 1);
    kernel::conv_transpose2d_config k;
    k.batch = x.dim(0);
    k.groups = c.attrs().at("groups").get<int>();
    k.input = {rank == 1 ? 1 : x.dim(2), x.dim(x.rank() - 1), x.dim(1)};
    const std::vector<int>& out = check.expected.dims;
    k.output = {rank == 1 ? 1 : out.at(2), out.back(), out.at(1)};
    k.kernel_height = kh;
    k.kernel_width = kw;
    k.stride_height = attr(c, "stride", 0, rank);
    k.stride_width = attr(c, "stride", 1, rank);
    k.dilation_height = attr(c, "dilation", 0, rank);
    k.dilation_width = attr(c, "dilation", 1, rank);
    k.padding_top = attr(c, "padding", 0, rank);
    k.padding_left = attr(c, "padding", 1, rank);
    REQUIRE(k.valid());
    const auto codes = permuted(x.as<std::uint8_t>(), k.batch, k.input.channels, k.input.height, k.input.width, false);
    const auto weights =
        transposed_weights(w.as<std::int8_t>(), k.input.channels, k.output.channels, k.groups, kh * kw);
    const auto params = channel_params(c, w, k.output.channels, x.scale(), c.output_scale());
    std::vector<std::uint8_t> y(static_cast<std::size_t>(k.batch * k.output.image()));
    kernel::conv_transpose2d_args<std::uint8_t, std::uint8_t, policy::params> args{codes.data(), weights.data(),
                                                                                   params.data(), y.data()};
    set_qparams(args, x.zero_point(), w.zero_points[0], c.output_zero_point(), false);
    kernel::scalar::conv_transpose2d_loop<policy>(k, args);
    check.codes(permuted(y, k.batch, k.output.channels, k.output.height, k.output.width, true));
}

void run_linear_dynamic(const test_case& c, checker& check) {
    const tensor x = c.at("x"), w = c.at("weight");
    const kernel::linear_config config{x.count() / w.dim(1), w.dim(1), w.dim(0), 0, 0, w.zero_points[0] != 0};
    std::vector<float> scales, bias = c.has("bias") ? c.at("bias").values : std::vector<float>{};
    for (int o = 0; o < w.dim(0); ++o) scales.push_back(static_cast<float>(w.scale_of(o)));
    const auto weights = w.as<std::int8_t>();
    std::vector<std::uint8_t> codes(x.values.size());
    std::vector<float> y(static_cast<std::size_t>(config.rows) * static_cast<std::size_t>(config.out_features));
    kernel::linear_dynamic_args args{x.values.data(), codes.data(), weights.data(), scales.data()};
    args.bias = bias.empty() ? nullptr : bias.data();
    args.output = y.data();
    args.weight_zero_point = w.zero_points[0];
    args.relu = c.j.at("op") == "linear_relu_dynamic";
    kernel::scalar::linear_dynamic_loop(config, args);  // this engine ignores reduce_range
    check.floats(y);
}

void linear(const test_case& c, checker& check) {
    if (c.j.at("x").at("dtype") == "qint8")
        run_linear<std::int8_t>(c, check);
    else
        run_linear<std::uint8_t>(c, check);
}

}  // namespace

TEST_CASE("golden ops_gemm") {
    run_group("ops_gemm",
              {{"linear", linear},
               {"linear_relu", linear},
               {"conv1d", run_conv},
               {"conv1d_relu", run_conv},
               {"conv2d", run_conv},
               {"conv2d_relu", run_conv},
               {"conv3d", run_conv3d},
               {"conv3d_relu", run_conv3d},
               {"conv_transpose1d", run_conv_transpose},
               {"conv_transpose2d", run_conv_transpose},
               {"linear_dynamic", run_linear_dynamic},
               {"linear_relu_dynamic", run_linear_dynamic},
               {"conv2d_dynamic", run_conv2d_dynamic}},
              {});
}
