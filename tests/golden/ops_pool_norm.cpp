// SPDX-License-Identifier: BSL-1.0
// Pooling, softmax and normalisation kernels against the recorded outputs of PyTorch's engine qnnpack.
#include <quantype/kernel/scalar/avg_pool2d.hpp>
#include <quantype/kernel/scalar/batch_norm.hpp>
#include <quantype/kernel/scalar/max_pool2d.hpp>
#include <quantype/kernel/scalar/softmax.hpp>

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

}  // namespace

TEST_CASE("golden ops_pool_norm") {
    run_group("ops_pool_norm",
              {{"max_pool1d", run_max_pool},
               {"max_pool2d", run_max_pool},
               {"avg_pool2d", run_avg_pool},
               {"adaptive_avg_pool2d", run_adaptive},
               {"mean", run_mean},
               {"softmax", run_softmax},
               {"batch_norm2d", run_batch_norm},
               {"batch_norm2d_relu", run_batch_norm},
               {"batch_norm3d", run_batch_norm},
               {"batch_norm3d_relu", run_batch_norm}},
              {{"layer_norm", "no kernel yet"},
               {"group_norm", "no kernel yet"},
               {"instance_norm", "no kernel yet"},
               {"avg_pool3d", "no kernel yet"},
               {"adaptive_avg_pool3d", "no kernel yet"},
               {"interpolate", "no kernel yet"},
               {"pixel_shuffle", "no kernel yet"},
               {"channel_shuffle", "no kernel yet"},
               {"embedding_byte", "no kernel yet"},
               {"embedding_bag_byte", "no kernel yet"}});
}
