// SPDX-License-Identifier: BSL-1.0
// What a plan is made of: values with layout and place, steps that read and write them.
#pragma once
#include <quantype/core/shape.hpp>
#include <quantype/kernel/contract/image.hpp>
#include <quantype/model/graph.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Order of a value's elements in memory.
enum class value_order : std::uint8_t {
    contiguous,     ///< logical order: N, C, H, W
    channels_last,  ///< N, H, W, C (N, L, C and N, D, H, W, C likewise)
};

/// Where a value lives.
enum class value_place : std::uint8_t {
    arena,     ///< at `offset` in the arena
    input,     ///< the caller's input number `offset`, in logical order (indices: int64)
    output,    ///< the caller's output number `offset`, in logical order
    constant,  ///< a parameter of the model, float32: number `offset` in the trace's list; behind them all stand the
               ///< same parameters rounded to codes or to halves
    alias,     ///< the same bytes as value `offset`
};

/// A tensor between two steps.
struct plan_value {
    int node = -1;  ///< node of the lowered graph
    bool codes = false;
    dtype type = dtype::float32;
    value_order order = value_order::contiguous;
    value_place place = value_place::arena;
    shape extents{};  ///< logical
    int offset = -1;
    int shift = 0;  ///< alias: bytes from the start of that value
    int bytes = 0;
    int qparams = -1;  ///< index of scale and zero point; observer slots first, then derived ones
    int first_step = -1;
    int last_step = -1;
    int rows = 0;  ///< rows of an image that its buffer holds, where steps run in bands; 0: it is kept whole
    kernel::code_bounds bounds{};  ///< codes that it holds, whatever the input; see lower/code_bounds.hpp
};

enum class step_kind : std::uint8_t {
    quantize,
    dequantize,
    permute,
    conv,
    conv_add,
    linear,
    linear_dynamic,
    add,
    mul,
    add_scalar,
    mul_scalar,
    matmul,
    cat,
    clamp,
    lookup,
    softmax,
    max_pool,
    avg_pool,
    adaptive_avg_pool,
    batch_norm,
    copy,
    float_op,
    quantize_dequantize,
    recurrent,
    recurrent_dynamic,
    recurrent_fp16,
    linear_fp16,
    round_half,
    embedding,
    embedding_float,
    own_op,
    conv_transpose,
    channel_lookup,
    resize,
    normalize,
    move,
    expand,
    standalone,
};

/// The family of a step: its place in lower/plan, lower/step_config, pack and run/step.
enum class step_family : std::uint8_t {
    borders,
    matrix,
    elementwise,
    image,
    normalize,
    shape,
    sequences,
    own_op,
    standalone,
    float_ops,
};

constexpr step_family family_of(step_kind k) {
    switch (k) {
        case step_kind::quantize:
        case step_kind::dequantize:
        case step_kind::quantize_dequantize:
        case step_kind::permute:
        case step_kind::copy: return step_family::borders;
        case step_kind::conv:
        case step_kind::conv_add:
        case step_kind::linear:
        case step_kind::linear_dynamic:
        case step_kind::conv_transpose:
        case step_kind::matmul: return step_family::matrix;
        case step_kind::add:
        case step_kind::mul:
        case step_kind::add_scalar:
        case step_kind::mul_scalar:
        case step_kind::clamp:
        case step_kind::lookup:
        case step_kind::channel_lookup: return step_family::elementwise;
        case step_kind::max_pool:
        case step_kind::avg_pool:
        case step_kind::adaptive_avg_pool:
        case step_kind::resize: return step_family::image;
        case step_kind::softmax:
        case step_kind::normalize:
        case step_kind::batch_norm: return step_family::normalize;
        case step_kind::move:
        case step_kind::expand:
        case step_kind::cat: return step_family::shape;
        case step_kind::own_op: return step_family::own_op;
        case step_kind::standalone: return step_family::standalone;
        case step_kind::recurrent:
        case step_kind::recurrent_dynamic:
        case step_kind::recurrent_fp16:
        case step_kind::linear_fp16:
        case step_kind::round_half:
        case step_kind::embedding:
        case step_kind::embedding_float: return step_family::sequences;
        case step_kind::float_op: break;
    }
    return step_family::float_ops;
}

/// The kernel of a step, as `explain` prints it.
constexpr std::string_view name_of(step_kind k) {
    switch (k) {
        case step_kind::quantize: return "quantize";
        case step_kind::dequantize: return "dequantize";
        case step_kind::permute: return "permute";
        case step_kind::conv: return "conv";
        case step_kind::conv_add: return "conv_add";
        case step_kind::linear: return "linear";
        case step_kind::linear_dynamic: return "linear_dynamic";
        case step_kind::add: return "add";
        case step_kind::mul: return "mul";
        case step_kind::add_scalar: return "add_scalar";
        case step_kind::mul_scalar: return "mul_scalar";
        case step_kind::matmul: return "matmul";
        case step_kind::cat: return "cat";
        case step_kind::clamp: return "clamp";
        case step_kind::lookup: return "lookup";
        case step_kind::softmax: return "softmax";
        case step_kind::max_pool: return "max_pool";
        case step_kind::avg_pool: return "avg_pool";
        case step_kind::adaptive_avg_pool: return "adaptive_avg_pool";
        case step_kind::batch_norm: return "batch_norm";
        case step_kind::copy: return "copy";
        case step_kind::recurrent:
        case step_kind::embedding_float:
        case step_kind::float_op: return "float32";
        case step_kind::recurrent_dynamic: return "recurrent_dynamic";
        case step_kind::recurrent_fp16: return "recurrent_fp16";
        case step_kind::linear_fp16: return "linear_fp16";
        case step_kind::round_half: return "fp16";
        case step_kind::embedding: return "embedding";
        case step_kind::quantize_dequantize: return "quantize + dequantize";
        case step_kind::own_op: return "own kernel";
        case step_kind::conv_transpose: return "conv_transpose";
        case step_kind::channel_lookup: return "channel_lookup";
        case step_kind::resize: return "resize";
        case step_kind::normalize: return "normalize";
        case step_kind::move: return "move";
        case step_kind::expand: return "expand";
        case step_kind::standalone: return "standalone module";
    }
    return "";
}

inline constexpr int max_step_inputs = 8;

/// One kernel call.
struct plan_step {
    step_kind kind = step_kind::copy;
    std::int8_t input_count = 0;
    int node = -1;
    int inputs[max_step_inputs] = {-1, -1, -1, -1, -1, -1, -1, -1};
    int output = -1;
    int scratch = -1;      ///< value used only within the step
    int weight_node = -1;  ///< get_attr of a functional op's weight
    int bias_node = -1;
    int clamp_node = -1;  ///< an activation that only clamps codes, done by this step's own clamp
};

/// What a step does in a band (lower/bands.hpp). In pass p it writes rows lead + (p - 1) * rows ... lead + p * rows - 1
/// of its output, those that exist, `call_rows` with each kernel call.
struct band_link {
    int step = -1;   ///< -1: rows of the chain's input are copied, with padding above and below them
    int input = -1;  ///< the image that goes through the chain
    int output = -1;
    int rows = 1;
    int call_rows = 1;
    int lead = 0;
    int stride = 1;  ///< rows of the input from one row of the output to the next
    int above = 0;   ///< rows of the input above row 0 that the first window reads; their codes stand in the buffer
    int span = 1;    ///< rows of the input that a row of the output reads
    bool maximum = false;  ///< of a window
    bool fills = false;    ///< the next link reads rows that do not exist: they hold the zero point, for a maximum the
                           ///< lowest code
};

/// Steps first_step ... last_step, which run together: passes first_pass ... passes - 1, each over all links in order.
struct plan_band {
    int first_step = 0;
    int last_step = 0;
    int first_link = 0;
    int link_count = 0;
    int first_pass = 0;
    int passes = 0;
};

/// Why a plan could not be made.
enum class plan_error : std::uint8_t {
    none,
    no_kernel,         ///< a quantized op without a kernel
    no_float_kernel,   ///< an op that stays in float without a float kernel
    indices_computed,  ///< a table whose indices are not an input of the model, or an op that reads indices as numbers
    too_many_inputs,
    too_large,
};

/// A plan under construction.
struct plan_builder {
    growable<plan_value> values{};
    growable<plan_step> steps{};
    growable<band_link> links{};
    growable<plan_band> bands{};
    int arena_bytes = 0;
    int derived_qparams = 0;
    plan_error error = plan_error::none;
    int error_node = -1;
};

/// The value whose bytes `v` looks at.
constexpr int base_of(const plan_builder& plan, int v) {
    while (plan.values[v].place == value_place::alias) v = plan.values[v].offset;
    return v;
}

inline constexpr int arena_alignment = 64;
/// Bytes of one value: offsets are int, and the arena holds several values.
inline constexpr std::int64_t largest_value = std::int64_t{1} << 28;

namespace detail {

struct plan_sizes {
    int values, steps, links;
};

template <plan_sizes S>
struct frozen_plan {
    plan_value values[static_cast<std::size_t>(S.values + 1)]{};
    plan_step steps[static_cast<std::size_t>(S.steps + 1)]{};
    band_link links[static_cast<std::size_t>(S.links + 1)]{};
    plan_band bands[static_cast<std::size_t>(S.links + 1)]{};
    int arena_bytes = 0;
    int derived_qparams = 0;
    plan_error error = plan_error::none;
    int error_node = -1;
    int value_count = 0;
    int step_count = 0;
    int band_count = 0;

    constexpr explicit frozen_plan(const plan_builder& b)
        : arena_bytes(b.arena_bytes),
          derived_qparams(b.derived_qparams),
          error(b.error),
          error_node(b.error_node),
          value_count(b.values.size()),
          step_count(b.steps.size()),
          band_count(b.bands.size()) {
        if (value_count > S.values || step_count > S.steps || b.links.size() > S.links)
            quantype_error_graph_is_larger_than_its_bound();
        b.values.copy_to(values);
        b.steps.copy_to(steps);
        b.links.copy_to(links);
        b.bands.copy_to(bands);
    }

    /// The band that runs a step, or -1.
    constexpr int band_of(int step) const {
        for (int i = 0; i < band_count; ++i)
            if (bands[i].first_step <= step && step <= bands[i].last_step) return i;
        return -1;
    }
    /// The link that does a step's work, or -1.
    constexpr int link_of(int step) const {
        const int band = band_of(step);
        for (int i = 0; band >= 0 && i < bands[band].link_count; ++i)
            if (links[bands[band].first_link + i].step == step) return bands[band].first_link + i;
        return -1;
    }
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
