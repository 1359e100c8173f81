// SPDX-License-Identifier: BSL-1.0
// The form in which a set of kernels takes the weights of a product and the parameters of its output channels: the
// contract's own order, or one that vector kernels read without rearranging. Packed once, at conversion.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>

#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// The order of packed weights: [block of columns][segment][group][column of the block][depth in the group].
/// A column is an output channel. A segment is a stretch of the depth whose activations lie together in memory: all of
/// it for a linear layer, a row of the window for a convolution. The last group of a segment is filled up with zeros,
/// and so are columns beyond the last one. All blocks have `vectors * lanes` columns, the last one may have fewer
/// vectors.
/// Where `pair_group` is not 0, blocks may stand in a second order, with groups of that many, for a multiplication that
/// sums up pairs of products in 16 bits: a block does if no such sum can leave them, whatever codes 0 ... `span` come.
/// A byte for each block, 1 for the second order, then stands before all blocks.
struct weight_layout {
    int columns = 1;
    int segments = 1;
    int segment = 1;  ///< depth of one segment
    int group = 1;    ///< weights of one column that stand side by side
    int lanes = 1;    ///< columns of a vector
    int vectors = 1;  ///< vectors of a block
    int pair_group = 0;
    int span = 255;

    constexpr int block() const { return lanes * vectors; }
    constexpr int blocks() const { return (columns + block() - 1) / block(); }
    constexpr int first_column(int b) const { return b * block(); }
    /// Vectors of block `b`.
    constexpr int vectors_of(int b) const {
        const int left = columns - first_column(b);
        return left >= block() ? vectors : (left + lanes - 1) / lanes;
    }
    constexpr int groups() const { return groups_of(group); }
    constexpr int groups_of(int size) const { return (segment + size - 1) / size; }
    /// Weights of a column, with those that fill up the groups.
    constexpr int depth() const {
        const int second = pair_group ? groups_of(pair_group) * pair_group : 0;
        return segments * (groups() * group > second ? groups() * group : second);
    }
    /// True when blocks of both orders may stand side by side.
    constexpr bool mixed() const { return pair_group != 0 && !pairs_always_fit(); }
    /// 127 * (128 + 128) fits 16 bits.
    constexpr bool pairs_always_fit() const { return span <= 127; }
    /// Bytes before the first block.
    constexpr int header() const { return pair_group ? (blocks() + 63) / 64 * 64 : 0; }
    /// Columns with those that fill up the last vector.
    constexpr int padded_columns() const { return (columns + lanes - 1) / lanes * lanes; }
    constexpr std::size_t block_offset(int b) const {
        return static_cast<std::size_t>(header()) +
               static_cast<std::size_t>(first_column(b)) * static_cast<std::size_t>(depth());
    }
    constexpr std::size_t bytes() const {
        return static_cast<std::size_t>(header()) +
               static_cast<std::size_t>(padded_columns()) * static_cast<std::size_t>(depth());
    }

    /// Writes bytes() bytes. `weight`: [columns][segments][segment].
    constexpr void pack(const std::int8_t* weight, std::int8_t* out) const {
        for (int i = 0; i < header(); ++i) out[i] = i < blocks() && pairs_fit(weight, i) ? 1 : 0;
        for (int b = 0; b < blocks(); ++b)
            pack_block(weight, b, pair_group && out[b] ? pair_group : group, out + block_offset(b));
    }
    /// True when the 16-bit sums of block `b` fit: with codes x0, x1 of 0 ... span, x0 w0 + x1 w1 is largest where
    /// negative weights meet 0, and least where positive ones do.
    constexpr bool pairs_fit(const std::int8_t* weight, int b) const {
        const int end = first_column(b + 1) < columns ? first_column(b + 1) : columns;
        for (int c = first_column(b); c < end; ++c)
            for (int s = 0; s < segments; ++s)
                for (int k = 0; k < segment; k += 2) {
                    int high = 0, low = 0;
                    for (int i = k; i < k + 2 && i < segment; ++i) {
                        const int w = weight[(static_cast<std::ptrdiff_t>(c) * segments + s) * segment + i];
                        (w > 0 ? high : low) += w;
                    }
                    if (high * span > 32767 || low * span < -32768) return false;
                }
        return true;
    }
    constexpr bool operator==(const weight_layout&) const = default;

private:
    constexpr void pack_block(const std::int8_t* weight, int b, int size, std::int8_t* out) const {
        const std::ptrdiff_t depth_given = static_cast<std::ptrdiff_t>(segments) * segment;
        for (int s = 0; s < segments; ++s)
            for (int g = 0; g < groups_of(size); ++g)
                for (int c = first_column(b); c < first_column(b) + vectors_of(b) * lanes; ++c)
                    for (int k = g * size; k < (g + 1) * size; ++k)
                        *out++ =
                            c < columns && k < segment ? weight[c * depth_given + s * segment + k] : std::int8_t{0};
    }
};

/// Weights of a depthwise convolution, [block of lanes][phase][group of rows][column of the window][lane][row in the
/// group]: rows of the image are read in groups, and the phase is the place of a window's first row in its group. Taps
/// that a window does not have are zero, and so are channels beyond the last one.
struct depthwise_layout {
    int channels = 1;
    int kernel_height = 1;
    int kernel_width = 1;
    int dilation = 1;  ///< of the rows; rows of the image between taps count as taps of zero
    int group = 1;
    int lanes = 1;

    constexpr int reach() const { return (kernel_height - 1) * dilation + 1; }
    constexpr int blocks() const { return (channels + lanes - 1) / lanes; }
    constexpr int padded_channels() const { return blocks() * lanes; }
    /// Groups of rows that a window of this phase reaches.
    constexpr int segments(int phase) const { return (phase + reach() + group - 1) / group; }
    constexpr int phase_offset(int phase) const {
        int before = 0;
        for (int p = 0; p < phase; ++p) before += segments(p) * kernel_width * lanes * group;
        return before;
    }
    constexpr int block_bytes() const { return phase_offset(group); }
    constexpr std::size_t bytes() const {
        return static_cast<std::size_t>(blocks()) * static_cast<std::size_t>(block_bytes());
    }

    /// Writes bytes() bytes. `weight`: [channels][kernel_height][kernel_width].
    constexpr void pack(const std::int8_t* weight, std::int8_t* out) const {
        for (int b = 0; b < blocks(); ++b)
            for (int phase = 0; phase < group; ++phase)
                for (int s = 0; s < segments(phase); ++s)
                    for (int x = 0; x < kernel_width; ++x)
                        for (int c = b * lanes; c < (b + 1) * lanes; ++c)
                            for (int y = s * group - phase; y < (s + 1) * group - phase; ++y) {
                                const bool exists = c < channels && y >= 0 && y < reach() && y % dilation == 0;
                                const int row = c * kernel_height + y / dilation;
                                *out++ = exists ? weight[row * kernel_width + x] : std::int8_t{0};
                            }
    }
    constexpr bool operator==(const depthwise_layout&) const = default;
};

/// What a set of kernels asks for; a constant of a layer's configuration.
struct product_form {
    enum class order_type : std::uint8_t {
        contract,   ///< weights and an array of the policy's params as the op's contract has them
        blocks,     ///< `matrix` for each of the convolution's groups; channels by pack_channels
        depthwise,  ///< `filters`; channels by pack_channels
    };
    order_type order = order_type::contract;
    int groups = 1;
    weight_layout matrix{};
    depthwise_layout filters{};
    std::int32_t shift = 0;        ///< what the kernel adds to each activation before it multiplies
    std::int32_t upper_shift = 0;  ///< what it adds besides in the upper half of each of the matrix's groups of depths

    constexpr std::size_t weight_bytes() const {
        return order == order_type::depthwise ? filters.bytes() : static_cast<std::size_t>(groups) * matrix.bytes();
    }
    /// Columns of one group, those that exist and those in memory.
    constexpr int columns() const { return order == order_type::depthwise ? filters.channels : matrix.columns; }
    constexpr int padded_columns() const {
        return order == order_type::depthwise ? filters.padded_channels() : matrix.padded_columns();
    }
    /// What activations are shifted by at depth `k`.
    constexpr std::int32_t shift_at(std::ptrdiff_t k) const {
        return k % matrix.segment % matrix.group < matrix.group / 2 ? shift : shift + upper_shift;
    }
    /// From the contract's order.
    constexpr void pack(const std::int8_t* weight, std::int8_t* out) const {
        if (order == order_type::depthwise) return filters.pack(weight, out);
        const std::ptrdiff_t depth = static_cast<std::ptrdiff_t>(matrix.segments) * matrix.segment;
        for (int g = 0; g < groups; ++g)
            matrix.pack(weight + g * matrix.columns * depth, out + g * static_cast<std::ptrdiff_t>(matrix.bytes()));
    }
};

/// 32-bit words of a channel: the value that its sum starts with, then the policy's parameters.
template <class Policy>
inline constexpr int channel_words = 1 + static_cast<int>(sizeof(typename Policy::params) / 4);

/// Words of the channels of all groups.
template <class Policy>
constexpr std::size_t words_of_channels(const product_form& form) {
    return static_cast<std::size_t>(form.groups * form.padded_columns() * channel_words<Policy>);
}

/// Writes words_of_channels words, [group][word][column]. start(c): what the sum of output c starts with.
template <class Policy, class Start>
constexpr void pack_channels(const product_form& form, const typename Policy::params* p, const Start& start,
                             std::uint32_t* out) {
    struct words {
        std::uint32_t word[static_cast<std::size_t>(channel_words<Policy> - 1)];
    };
    const int padded = form.padded_columns();
    for (int g = 0; g < form.groups; ++g, out += channel_words<Policy> * padded)
        for (int c = 0; c < padded; ++c) {
            const bool exists = c < form.columns();
            const int channel = g * form.columns() + (exists ? c : 0);
            const words bits = std::bit_cast<words>(p[channel]);
            out[c] = exists ? static_cast<std::uint32_t>(start(channel)) : 0;
            for (int w = 1; w < channel_words<Policy>; ++w) out[w * padded + c] = bits.word[w - 1];
        }
}

/// Packs weights of the contract's order, [outputs][depth], and parameters of the outputs into memory that
/// `store(bytes)` gives, aligned to 64 bytes; calls `done(weight, words)`. The sums start with Policy::start and the
/// zero point's share, minus the sum of (zero_point + the shift) * weight, in wrapping int32.
template <class Policy, class Store, class Done>
void pack_product(const product_form& form, const std::int8_t* weight, const typename Policy::params* channels,
                  std::ptrdiff_t depth, std::int32_t zero_point, Store&& store, const Done& done) {
    auto* packed = static_cast<std::int8_t*>(store(form.weight_bytes()));
    form.pack(weight, packed);
    auto* words = static_cast<std::uint32_t*>(store(words_of_channels<Policy>(form) * 4));
    const auto start = [&](int c) {
        auto sum = static_cast<std::uint32_t>(Policy::start(channels[c]));
        for (std::ptrdiff_t k = 0; k < depth; ++k)
            sum -= static_cast<std::uint32_t>((zero_point + form.shift_at(k)) * weight[c * depth + k]);
        return sum;
    };
    pack_channels<Policy>(form, channels, start, words);
    done(packed, words);
}

}  // namespace kernel

QUANTYPE_END_NAMESPACE
