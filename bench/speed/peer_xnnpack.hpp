// SPDX-License-Identifier: BSL-1.0
// XNNPACK's convolution, s8 x s8 with a scale for each output channel.
#pragma once
#include <xnnpack.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "peer.hpp"

namespace bench {

class xnnpack {
public:
    static constexpr const char* name = "XNNPACK";

    static runner layer(const k::conv2d_config& c) {
        static const bool ready = xnn_initialize(nullptr) == xnn_status_success;
        auto l = std::make_shared<xnnpack>();
        if (!ready || !l->make(c)) return {};
        return [l] { xnn_run_operator(l->op_, nullptr); };
    }
    xnnpack() = default;
    xnnpack(const xnnpack&) = delete;
    xnnpack& operator=(const xnnpack&) = delete;
    ~xnnpack() {
        if (op_) xnn_delete_operator(op_);
    }

private:
    bool make(const k::conv2d_config& c) {
        const auto of = [](int n) { return static_cast<std::uint32_t>(n); };
        const int out = c.out_channels();
        weights_ = codes<std::int8_t>(size(std::int64_t{out} * c.depth()));
        scales_.assign(size(out), 0.0005f);
        bias_.assign(size(out), 0);
        const bool depthwise = c.depthwise() && c.output.channels == c.input.channels;
        const std::uint32_t flags = depthwise ? XNN_FLAG_DEPTHWISE_CONVOLUTION : 0;
        if (xnn_create_convolution2d_nhwc_qc8(
                of(c.padding.top), of(c.padding.right), of(c.padding.bottom), of(c.padding.left), of(c.kernel_height),
                of(c.kernel_width), of(c.stride_height), of(c.stride_width), of(c.dilation_height),
                of(c.dilation_width), of(c.groups), size(c.in_channels_per_group()), size(c.out_channels_per_group()),
                size(c.input.channels), size(out), 3, 1.0f, scales_.data(), weights_.data(), bias_.data(), 5, 1.0f,
                -128, 127, flags, &op_) != xnn_status_success)
            return false;
        input_ =
            codes<std::int8_t>(size(std::int64_t{c.batch} * c.input.height * c.input.width * c.input.channels) + 64);
        output_.resize(size(std::int64_t{c.batch} * c.output.height * c.output.width * out) + 64);
        return xnn_setup_convolution2d_nhwc_qc8(op_, size(c.batch), size(c.input.height), size(c.input.width),
                                                input_.data(), output_.data(), nullptr) == xnn_status_success;
    }

    xnn_operator_t op_ = nullptr;
    std::vector<std::int8_t> weights_{};
    std::vector<float> scales_{};
    std::vector<std::int32_t> bias_{};
    std::vector<std::int8_t> input_{};
    std::vector<std::int8_t> output_{};
};

}  // namespace bench
