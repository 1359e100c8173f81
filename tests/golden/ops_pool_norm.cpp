// SPDX-License-Identifier: BSL-1.0
// Pooling, softmax and normalisation kernels against the recorded outputs of PyTorch's engine qnnpack.
#include <quantype/kernel/scalar/avg_pool2d.hpp>
#include <quantype/kernel/scalar/avg_pool3d.hpp>
#include <quantype/kernel/scalar/batch_norm.hpp>
#include <quantype/kernel/scalar/embedding.hpp>
#include <quantype/kernel/scalar/max_pool2d.hpp>
#include <quantype/kernel/scalar/normalize.hpp>
#include <quantype/kernel/scalar/resize.hpp>
#include <quantype/kernel/scalar/softmax.hpp>
#include <quantype/kernel/scalar/transpose.hpp>

#include <algorithm>
#include <cmath>

#include "ops_case.hpp"

namespace {

using namespace ops;
namespace kernel = quantype::kernel;
using code = std::uint8_t;

// The input as an NHWC image; 1-d images get height 1.
struct image {
    kernel::image_layout layout;
    int batch = 1;
    std::vector<code> codes;
};

image make_image(const tensor& x) {
    const int rank = x.rank();
    image r{{rank == 3 ? 1 : x.dim(2), x.dim(rank - 1), x.dim(1)}, x.dim(0), {}};
    r.codes = permuted(x.as<code>(), r.batch, r.layout.channels, r.layout.height, r.layout.width, false);
    return r;
}

// Extents of the output come from the record (floor or ceil mode).
kernel::image_layout output_layout(const checker& check, int channels) {
    const std::vector<int>& d = check.expected.dims;
    return {d.size() == 3 ? 1 : d.at(2), d.back(), channels};
}

void check_image(checker& check, const std::vector<code>& y, int batch, const kernel::image_layout& l) {
    check.codes(permuted(y, batch, l.channels, l.height, l.width, true));
}

bool flag(const test_case& c, const char* name) { return c.attrs().value(name, false); }

void run_max_pool(const test_case& c, checker& check) {
    const image x = make_image(c.at("x"));
    const bool flat = c.j.at("op") == "max_pool1d";
    const int k = c.attrs().at("kernel_size").get<int>(), stride = c.attrs().at("stride").get<int>();
    const int pad = c.attrs().at("padding").get<int>(), dilation = c.attrs().value("dilation", 1);
    kernel::max_pool2d_config config{x.batch, x.layout, output_layout(check, x.layout.channels)};
    config.kernel_height = flat ? 1 : k;
    config.kernel_width = k;
    config.stride_height = flat ? 1 : stride;
    config.stride_width = stride;
    config.dilation_height = flat ? 1 : dilation;
    config.dilation_width = dilation;
    config.padding = {flat ? 0 : pad, flat ? 0 : pad, pad, pad};
    const bool mobile = !flag(c, "ceil_mode");
    config.rule = mobile ? kernel::max_pool_rule::clamp_coordinates : kernel::max_pool_rule::ignore_padding;
    REQUIRE(config.valid());
    std::vector<code> y(static_cast<std::size_t>(x.batch * config.output.image()));
    kernel::scalar::max_pool2d_loop<code>(config, {x.codes.data(), y.data()});
    check_image(check, y, x.batch, config.output);
}

void run_avg_pool(const test_case& c, checker& check) {
    const image x = make_image(c.at("x"));
    const int k = c.attrs().at("kernel_size").get<int>(), stride = c.attrs().at("stride").get<int>();
    const int pad = c.attrs().at("padding").get<int>();
    kernel::avg_pool2d_config config{x.batch, x.layout, output_layout(check, x.layout.channels)};
    config.kernel_height = config.kernel_width = k;
    config.stride_height = config.stride_width = stride;
    config.padding = {pad, pad, pad, pad};
    config.count_include_pad = flag(c, "count_include_pad");
    const json& divisor = c.attrs().at("divisor_override");
    config.divisor_override = divisor.is_null() ? 0 : divisor.get<int>();
    if (!flag(c, "ceil_mode"))
        config.rule = kernel::avg_pool_rule::mobile;
    else if (c.j.at("layout") == "nchw")
        config.rule = kernel::avg_pool_rule::zero_point_then_round;
    REQUIRE(config.valid());
    std::vector<code> y(static_cast<std::size_t>(x.batch * config.output.image()));
    kernel::scalar::avg_pool2d_loop<code>(config, {x.codes.data(), y.data(), c.at("x").zero_point()});
    check_image(check, y, x.batch, config.output);
}

void run_adaptive(const test_case& c, checker& check) {
    const image x = make_image(c.at("x"));
    kernel::adaptive_avg_pool2d_config config{x.batch, x.layout, output_layout(check, x.layout.channels)};
    const bool even = x.layout.height % config.output.height == 0 && x.layout.width % config.output.width == 0;
    if (c.j.at("layout") == "nchw" && !even) config.rule = kernel::avg_pool_rule::zero_point_then_round;
    std::vector<code> y(static_cast<std::size_t>(x.batch * config.output.image()));
    kernel::scalar::adaptive_avg_pool2d_loop<code>(config, {x.codes.data(), y.data(), c.at("x").zero_point()});
    check_image(check, y, x.batch, config.output);
}

// Mean over some axes in a row: an image of [reduced] pixels and [after] channels, for every [before].
void run_mean(const test_case& c, checker& check) {
    const tensor x = c.at("x");
    const auto axes = c.attrs().at("dim").get<std::vector<int>>();
    const auto first = x.dims.begin() + axes.front(), last = x.dims.begin() + axes.back() + 1;
    const int before = static_cast<int>(product({x.dims.begin(), first}));
    const int reduced = static_cast<int>(product({first, last}));
    const int after = static_cast<int>(product({last, x.dims.end()}));
    const kernel::adaptive_avg_pool2d_config config{before, {1, reduced, after}, {1, 1, after}};
    const auto codes = x.as<code>();
    std::vector<code> y(static_cast<std::size_t>(before * after));
    kernel::scalar::adaptive_avg_pool2d_loop<code>(config, {codes.data(), y.data(), x.zero_point()});
    check.codes(y);
}

void run_softmax(const test_case& c, checker& check) {
    const tensor x = c.at("x");
    REQUIRE(c.attrs().at("dim") == -1);
    const int length = x.dim(x.rank() - 1);
    const auto codes = x.as<code>();
    std::vector<code> y(codes.size());
    const kernel::exponential_table table = kernel::make_exponentials(x.scale());
    const float inverse = 1.0f / static_cast<float>(c.output_scale());
    kernel::scalar::softmax_loop<code, code>({x.count() / length, length},
                                             {codes.data(), y.data(), &table, inverse, c.output_zero_point()});
    check.codes(y);
}

void run_batch_norm(const test_case& c, checker& check) {
    const tensor x = c.at("x"), gamma = c.at("weight"), beta = c.at("bias"), mean = c.at("mean"), var = c.at("var");
    const int channels = x.dim(1), pixels = x.count() / x.dim(0) / channels;
    std::vector<kernel::batch_norm_params> params;
    for (std::size_t i = 0; i < gamma.values.size(); ++i)
        params.push_back(kernel::make_batch_norm({gamma.values[i], beta.values[i], mean.values[i], var.values[i]},
                                                 c.attrs().at("eps").get<float>(), x.scale(), c.output_scale()));
    const auto codes = permuted(x.as<code>(), x.dim(0), channels, 1, pixels, false);
    std::vector<code> y(codes.size());
    kernel::batch_norm_args<code, code> args{codes.data(), params.data(), y.data(), x.zero_point()};
    args.output_zero_point = c.output_zero_point();
    const std::string op = c.j.at("op").get<std::string>();
    if (op.find("relu") != std::string::npos)
        args.output_lo = quantype::relu_lower_bound(args.output_zero_point, 0, 255);
    kernel::scalar::batch_norm_loop({x.dim(0) * pixels, channels}, args);
    check.codes(permuted(y, x.dim(0), channels, 1, pixels, true));
}

void run_normalize(const test_case& c, checker& check) {
    const tensor x = c.at("x");
    const std::string op = c.j.at("op").get<std::string>();
    kernel::normalize_config config;
    if (op == "layer_norm") {
        config.length = static_cast<int>(product(c.attrs().at("normalized_shape").get<std::vector<int>>()));
    } else {
        config.period = op == "group_norm" ? c.attrs().at("num_groups").get<int>() : x.dim(1);
        config.length = x.count() / x.dim(0) / config.period;
        config.span = x.count() / x.dim(0) / x.dim(1);
    }
    config.blocks = x.count() / config.length;
    REQUIRE(config.valid());
    const auto codes = x.as<code>();
    std::vector<code> y(codes.size());
    const std::vector<float> weight = c.has("weight") ? c.at("weight").values : std::vector<float>{};
    const std::vector<float> bias = c.has("bias") ? c.at("bias").values : std::vector<float>{};
    kernel::normalize_args<code, code> args{codes.data(), y.data()};
    args.weight = weight.empty() ? nullptr : weight.data();
    args.bias = bias.empty() ? nullptr : bias.data();
    args.input_scale = static_cast<float>(x.scale());
    args.eps = c.attrs().at("eps").get<float>();
    args.inverse_output_scale = 1.0f / static_cast<float>(c.output_scale());
    args.output_zero_point = c.output_zero_point();
    kernel::scalar::normalize_loop(config, args);
    check.codes(y);
}

// The record of the plain pool follows the rule of NHWC images, that of the adaptive one the rule of NCHW.
void run_avg_pool3d(const test_case& c, checker& check) {
    const tensor x = c.at("x");
    kernel::avg_pool3d_config config;
    config.batch = x.dim(0);
    config.channels = x.dim(1);
    config.adaptive = c.j.at("op") == "adaptive_avg_pool3d";
    if (config.adaptive) config.rule = kernel::avg_pool_rule::zero_point_then_round;
    for (int i = 0; i < 3; ++i) {
        config.input[i] = x.dim(2 + i);
        config.output[i] = check.expected.dim(2 + i);
        if (config.adaptive) continue;
        config.kernel[i] = c.attrs().at("kernel_size").get<int>();
        config.stride[i] = c.attrs().at("stride").get<int>();
        config.padding[i] = c.attrs().at("padding").get<int>();
    }
    REQUIRE(config.valid());
    const auto codes = permuted(x.as<code>(), config.batch, config.channels, config.input[0] * config.input[1],
                                config.input[2], false);
    std::vector<code> y(check.expected.codes.size());
    kernel::scalar::avg_pool3d_loop<code>(config, {codes.data(), y.data(), x.zero_point()});
    check.codes(
        permuted(y, config.batch, config.channels, config.output[0] * config.output[1], config.output[2], true));
}

// A reordering of the axes of the input seen with other extents.
void run_transpose(const test_case& c, checker& check, const std::vector<int>& extents, const std::vector<int>& order) {
    const auto codes = c.at("x").as<code>();
    std::vector<code> y(codes.size());
    kernel::scalar::transpose_loop<code>(
        kernel::transpose(static_cast<int>(extents.size()), extents.data(), order.data()), {codes.data(), y.data()});
    check.codes(y);
}

void run_pixel_shuffle(const test_case& c, checker& check) {
    const tensor x = c.at("x");
    const int r = c.attrs().at("upscale_factor").get<int>();
    run_transpose(c, check, {x.dim(0) * x.dim(1) / (r * r), r, r, x.dim(2), x.dim(3)}, {0, 3, 1, 4, 2});
}

void run_channel_shuffle(const test_case& c, checker& check) {
    const tensor x = c.at("x");
    const int groups = c.attrs().at("groups").get<int>();
    run_transpose(c, check, {x.dim(0), groups, x.dim(1) / groups, x.dim(2) * x.dim(3)}, {0, 2, 1, 3});
}

void run_resize(const test_case& c, checker& check) {
    const image x = make_image(c.at("x"));
    kernel::resize_config config{x.batch, x.layout, output_layout(check, x.layout.channels)};
    if (c.attrs().at("mode") == "bilinear") config.mode = kernel::resize_mode::bilinear;
    REQUIRE(config.valid());
    std::vector<code> y(static_cast<std::size_t>(x.batch * config.output.image()));
    kernel::scalar::resize_loop<code>(config, {x.codes.data(), y.data(), c.at("x").zero_point()});
    check_image(check, y, x.batch, config.output);
}

std::vector<std::int64_t> read_indices(const test_case& c, const char* name) {
    return read_npy<std::int64_t>(c.folder + "/" + c.j.at(name).at("file").get<std::string>(), "<i8");
}

// Within 2^-22 of the largest value: the engine fuses multiply and add, which the records show in the last bit.
void run_embedding(const test_case& c, checker& check) {
    const json& w = c.j.at("weight");
    const tensor table = c.at("weight");
    const auto zero_points = w.at("zero_points").get<std::vector<float>>();
    std::vector<kernel::embedding_row> rows;
    for (std::size_t r = 0; r < zero_points.size(); ++r) {
        const auto scale = static_cast<float>(table.scales[r]);
        rows.push_back({scale, -zero_points[r] * scale});
    }
    const auto codes = table.as<code>();
    const auto indices = read_indices(c, "indices");
    const auto offsets = c.has("offsets") ? read_indices(c, "offsets") : std::vector<std::int64_t>{};
    std::vector<float> y(check.expected.values.size());
    const kernel::embedding_config config{table.dim(0), table.dim(1), static_cast<int>(indices.size()),
                                          check.expected.dim(0)};
    kernel::scalar::embedding_loop(
        config, {codes.data(), rows.data(), indices.data(), offsets.empty() ? nullptr : offsets.data(), y.data()});
    float largest = 0.0f;
    for (const float v : check.expected.values) largest = std::max(largest, std::abs(v));
    for (std::size_t i = 0; i < y.size(); ++i)
        if (!(std::abs(y[i] - check.expected.values[i]) <= largest * 0x1p-22f)) ++check.differing;
}

}  // namespace

TEST_CASE("golden ops_pool_norm") {
    run_group("ops_pool_norm",
              {{"max_pool1d", run_max_pool},
               {"max_pool2d", run_max_pool},
               {"avg_pool2d", run_avg_pool},
               {"adaptive_avg_pool2d", run_adaptive},
               {"mean", run_mean},
               {"softmax", run_softmax},
               {"interpolate", run_resize},
               {"embedding_byte", run_embedding},
               {"embedding_bag_byte", run_embedding},
               {"batch_norm2d", run_batch_norm},
               {"avg_pool3d", run_avg_pool3d},
               {"adaptive_avg_pool3d", run_avg_pool3d},
               {"pixel_shuffle", run_pixel_shuffle},
               {"channel_shuffle", run_channel_shuffle},
               {"layer_norm", run_normalize},
               {"group_norm", run_normalize},
               {"instance_norm", run_normalize},
               {"batch_norm2d_relu", run_batch_norm},
               {"batch_norm3d", run_batch_norm},
               {"batch_norm3d_relu", run_batch_norm}},
              {});
}
