// SPDX-License-Identifier: BSL-1.0
// Parameters and arguments for tests of ops that multiply by weights.
#pragma once
#include <quantype/kernel/contract/packed.hpp>
#include <quantype/kernel/simd/product_choice.hpp>
#include <quantype/numerics/requantize_activation.hpp>
#include <quantype/numerics/requantize_q31.hpp>

#include "simd/support.hpp"

namespace simd_test {

template <class Policy>
constexpr const char* name_of() {
    namespace rq = qz::requantize;
    if constexpr (std::is_same_v<Policy, rq::qnnpack>) return "qnnpack";
    if constexpr (std::is_same_v<Policy, rq::onednn>) return "onednn";
    if constexpr (std::is_same_v<Policy, rq::onednn_leaky_relu>) return "onednn leaky relu";
    if constexpr (std::is_same_v<Policy, rq::onednn_tanh>) return "onednn tanh";
    if constexpr (std::is_same_v<Policy, rq::fbgemm>) return "fbgemm";
    if constexpr (std::is_same_v<Policy, rq::tflite_double_rounding>) return "tflite double";
    if constexpr (std::is_same_v<Policy, rq::tflite_single_rounding>) return "tflite single";
    return "?";
}

/// Parameters of `count` channels whose sums have `depth` products, so that results spread over the codes. `wide` adds
/// channels with multipliers of 1 and above, which saturate.
template <class Policy>
std::vector<typename Policy::params> channels(int count, int depth, bool wide, numbers& rng) {
    std::vector<typename Policy::params> all;
    while (static_cast<int>(all.size()) < count) {
        const double spread = static_cast<double>(rng.real(0.2f, 3.0f)) / (40.0 * static_cast<double>(depth));
        const double weight = wide && rng.below(3) == 0 ? 40.0 : spread;
        const qz::channel_scales s{0.7, weight, 0.9, rng.real(-60.0f, 60.0f)};
        const auto made = Policy::make(s);
        if (made) all.push_back(made.params);
    }
    return all;
}

/// Codes within the bounds that a configuration promises.
template <k::code_bounds Bounds, class Code>
std::vector<Code> input_codes(std::size_t count, data kind, numbers& rng) {
    std::vector<Code> v = codes<Code>(count, kind, rng);
    if (Bounds.known())
        for (Code& c : v) c = static_cast<Code>(c < Bounds.lo || c > Bounds.hi ? (c & 1 ? Bounds.hi : Bounds.lo) : c);
    return v;
}

/// [columns][depth]. Where a choice depends on the weights, of three runs of 64 columns one has weights up to 64, so
/// that two products with codes of 255 just fit 16 bits, and one up to 65, which just do not.
template <class Products>
std::vector<std::int8_t> weights(int columns, int depth, data kind, numbers& rng) {
    const data weight_kind = kind == data::opposite ? data::lowest : kind;
    auto w = codes<std::int8_t>(static_cast<std::size_t>(columns * depth), weight_kind, rng);
    if (Products::proven_by_weights)
        for (int c = 0; c < columns; ++c)
            for (int i = 0; i < depth && c / 64 % 3 < 2; ++i) {
                std::int8_t& v = w[static_cast<std::size_t>(c * depth + i)];
                const int most = 64 + c / 64 % 3;
                v = static_cast<std::int8_t>(v > most ? most : v < -most ? -most : v);
            }
    return w;
}

/// Arguments with zero points and bounds drawn at random.
template <class Args, k::code_bounds Bounds = k::code_bounds{}, class In, class Params, class Out>
Args arguments(const std::vector<In>& x, const std::vector<std::int8_t>& w, const std::vector<Params>& p,
               std::vector<Out>& y, numbers& rng) {
    const int low = k::lowest_code<Out>, high = k::highest_code<Out>;
    Args args{};
    args.input = x.data();
    args.weight = w.data();
    args.channels = p.data();
    args.output = y.data();
    args.input_zero_point =
        Bounds.known() ? rng.between(Bounds.lo, Bounds.hi) : rng.between(k::lowest_code<In>, k::highest_code<In>);
    args.weight_zero_point = rng.between(-128, 127);
    args.output_zero_point = rng.between(low, high);
    args.output_lo = rng.below(2) ? low : args.output_zero_point;
    args.output_hi = rng.below(2) ? high : high - (high - args.output_lo) / 3;
    return args;
}

/// Weights and channels of a product in the form that a kernel asks for, put in place of the contract's own.
template <class Policy>
class packed_product {
public:
    template <class Args>
    packed_product(const k::product_form& form, Args& args, int depth) {
        if (form.order == k::product_form::order_type::contract) return;
        k::pack_product<Policy>(
            form, args.weight, args.channels, depth, args.input_zero_point,
            [&](std::size_t bytes) { return room(bytes); },
            [&](const std::int8_t* weight, const std::uint32_t* words) {
                args.weight = weight;
                args.channels = reinterpret_cast<const typename Policy::params*>(words);
            });
    }

private:
    struct alignas(64) block {
        unsigned char bytes[64];
    };
    void* room(std::size_t bytes) {
        blocks_.emplace_back(bytes / sizeof(block) + 1);
        return blocks_.back().data();
    }
    std::vector<std::vector<block>> blocks_{};
};

}  // namespace simd_test
