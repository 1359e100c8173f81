// SPDX-License-Identifier: BSL-1.0
// oneDNN's convolution and matrix product: u8 x s8, a scale for each output channel, the layouts that it chooses
// itself.
#pragma once
#include <dnnl.hpp>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "peer.hpp"

namespace bench {

class onednn {
public:
    static constexpr const char* name = "oneDNN";

    static runner layer(const k::conv2d_config& c) {
        auto l = std::make_shared<onednn>(c);
        return [l] { l->run(); };
    }

    explicit onednn(const k::conv2d_config& c) : engine_(dnnl::engine::kind::cpu, 0), stream_(engine_) {
        using dims = dnnl::memory::dims;
        using type = dnnl::memory::data_type;
        using tag = dnnl::memory::format_tag;
        const auto any = [](const dims& d, type t) { return dnnl::memory::desc(d, t, tag::any); };
        const int out = c.out_channels();
        const dims source{c.batch, c.input.channels, c.input.height, c.input.width};
        const dims target{c.batch, out, c.output.height, c.output.width};
        const dims filter = c.groups > 1 ? dims{c.groups, c.out_channels_per_group(), c.in_channels_per_group(),
                                                c.kernel_height, c.kernel_width}
                                         : dims{out, c.input.channels, c.kernel_height, c.kernel_width};
        dnnl::primitive_attr attributes;
        attributes.set_output_scales(2, std::vector<float>(size(out), 0.0005f));
        attributes.set_zero_points(DNNL_ARG_SRC, 0, {11});
        attributes.set_zero_points(DNNL_ARG_DST, 0, {100});
        const dnnl::convolution_forward::desc op(
            dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, any(source, type::u8),
            any(filter, type::s8), any({out}, type::s32), any(target, type::u8), {c.stride_height, c.stride_width},
            {c.dilation_height - 1, c.dilation_width - 1}, {c.padding.top, c.padding.left},
            {c.padding.bottom, c.padding.right});
        const dnnl::convolution_forward::primitive_desc chosen(op, attributes, engine_);
        dnnl::memory plain({filter, type::s8, c.groups > 1 ? tag::goihw : tag::oihw}, engine_);
        const auto weights = codes<std::int8_t>(plain.get_desc().get_size());
        std::copy(weights.begin(), weights.end(), static_cast<std::int8_t*>(plain.get_data_handle()));
        dnnl::memory packed(chosen.weights_desc(), engine_);
        dnnl::reorder(plain, packed).execute(stream_, plain, packed);
        stream_.wait();
        args_ = {{DNNL_ARG_SRC, filled(chosen.src_desc())},
                 {DNNL_ARG_WEIGHTS, packed},
                 {DNNL_ARG_BIAS, filled(chosen.bias_desc())},
                 {DNNL_ARG_DST, filled(chosen.dst_desc())}};
        primitive_ = dnnl::convolution_forward(chosen);
        run();
    }
    void run() {
        primitive_.execute(stream_, args_);
        stream_.wait();
    }

private:
    dnnl::memory filled(const dnnl::memory::desc& d) {
        dnnl::memory m(d, engine_);
        const auto x = codes<std::uint8_t>(d.get_size());
        std::copy(x.begin(), x.end(), static_cast<std::uint8_t*>(m.get_data_handle()));
        return m;
    }

    dnnl::engine engine_;
    dnnl::stream stream_;
    dnnl::primitive primitive_{};
    std::unordered_map<int, dnnl::memory> args_{};
};

}  // namespace bench
