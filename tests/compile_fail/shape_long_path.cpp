// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the input's last dimension does not match the module's in_features
// EXPECT_NOTE: encoder.transformer_block.self
// EXPECT_NOTE: _attention.output.projection
// EXPECT_NOTE: have<8
// EXPECT_NOTE: need<9
#include "common.hpp"

struct output_t {
    nn::linear<9, 9> projection;
    QUANTYPE_MODULES(projection)
    constexpr auto forward(auto x) const { return projection(x); }
};
struct attention_t {
    output_t output;
    QUANTYPE_MODULES(output)
    constexpr auto forward(auto x) const { return output(x); }
};
struct block_t {
    attention_t self_attention;
    QUANTYPE_MODULES(self_attention)
    constexpr auto forward(auto x) const { return self_attention(x); }
};
struct encoder_t {
    block_t transformer_block;
    QUANTYPE_MODULES(transformer_block)
    constexpr auto forward(auto x) const { return transformer_block(x); }
};
struct net {
#ifdef QUANTYPE_TWIN
    using inputs = qz::inputs<qz::f32<1, 9>>;
#else
    using inputs = qz::inputs<qz::f32<1, 8>>;
#endif
    encoder_t encoder;
    QUANTYPE_MODULES(encoder)
    constexpr auto forward(auto x) const { return encoder(x); }
};
static_assert(qz::traced<net>::ok);
