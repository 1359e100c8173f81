// SPDX-License-Identifier: BSL-1.0
// Runs steps in bands of rows (lower/bands.hpp). Every link has a buffer whose last rows are the newest; before a pass
// writes more, the others move up.
#pragma once
#include <quantype/run/step/elementwise.hpp>
#include <quantype/run/step/image.hpp>
#include <quantype/run/step/matrix.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// `bytes` bytes to a lower address; the places may overlap.
inline void move_down(std::byte* to, const std::byte* from, int bytes) {
    __builtin_memmove(to, from, std::size_t(bytes));
}

/// One link of a band. Row y of a value that is kept whole stands at its place; of a buffer, the rows that a pass
/// writes are the last ones.
template <class Program, int Band, int Number, class Kernels>
struct band_step {
    static constexpr const plan_band& band = Program::plan.bands[Band];
    static constexpr const band_link& link = Program::plan.links[band.first_link + Number];
    static constexpr bool copies = link.step < 0;
    static constexpr const plan_value& y = Program::plan.values[link.output];
    static constexpr int row = row_bytes(y), height = y.extents[2];
    static constexpr location to = Program::locate(link.output);

    static void pass(const step_data* data, const run_buffers& b, int pass) {
        const int first = link.lead + (pass - 1) * link.rows;
        std::byte* written = at<std::byte>(b, to);
        if constexpr (y.rows > 0) {
            constexpr int kept = (y.rows - link.rows) * row;
            if constexpr (kept > 0) move_down(written, written + link.rows * row, kept);
            written += kept;
        }
        for (int k = 0; k < link.rows; k += link.call_rows) {
            const bool exists = first + k >= 0 && first + k < height;
            std::byte* const rows = written + (y.rows > 0 ? k : first + k) * row;
            if (exists)
                call(data, b, first + k, k, rows);
            else if constexpr (link.fills)
                fill(data, rows);
        }
    }

private:
    /// Rows that do not exist, as the next link reads them.
    static void fill(const step_data* data, std::byte* rows) {
        constexpr const band_link& reader = Program::plan.links[band.first_link + Number + 1];
        constexpr int lowest = y.type == dtype::qint8 ? -128 : 0;
        const int code = reader.maximum ? lowest : data[reader.step].a_zero_point;
        for (int i = 0; i < link.call_rows * row; ++i)
            rows[i] = static_cast<std::byte>(static_cast<std::uint8_t>(code));
    }
    /// What the rows from `first` on read of value `v`: all of it, or the buffer of the link before.
    template <int V, class Code>
    static const Code* read(const run_buffers& b, int first, int k) {
        constexpr const plan_value& x = Program::plan.values[V];
        constexpr location from = Program::locate(V);
        if constexpr (x.rows == 0) {
            return at<Code>(b, from) + (first * link.stride - link.above) * row_bytes(x);
        } else {
            constexpr const band_link& before = Program::plan.links[band.first_link + Number - 1];
            constexpr int start =
                (link.lead - link.rows) * link.stride - link.above - before.lead + x.rows;  // of the pass's first row
            return at<Code>(b, from) + (start + k * link.stride) * row_bytes(x);
        }
    }
    static void call(const step_data* data, const run_buffers& b, int first, int k, std::byte* rows) {
        if constexpr (copies) {
            const std::byte* from = read<link.input, std::byte>(b, first, k);
            for (int i = 0; i < link.call_rows * row; ++i) rows[i] = from[i];
        } else {
            compute(data[link.step], b, first, k, rows);
        }
    }
    static void compute(const step_data& d, const run_buffers& b, int first, int k, std::byte* rows) {
        constexpr const plan_step& s = Program::plan.steps[link.step];
        constexpr step_kind kind = s.kind;
        constexpr const plan_value& x = Program::plan.values[link.input];
        constexpr plan_value read_rows = rows_read(link, x), written_rows = rows_written(link, y);
        using in = typename code<x.type == dtype::qint8>::type;
        using out = typename code<to.is_signed>::type;
        using rules = typename Program::rules;
        constexpr attributes a = rows_attributes(attributes_of(Program::prepared, Program::graph, s));
        const in* const from = read<link.input, in>(b, first, k);
        out* const result = reinterpret_cast<out*>(rows);
        if constexpr (kind == step_kind::conv) {
            using policy = typename product_rule<rules, tail_of(Program::prepared.trace, Program::graph, s.node)>::type;
            Kernels::template conv2d<conv2d_config_of(a, read_rows, written_rows), policy, in, out>(
                {from, static_cast<const std::int8_t*>(d.weight),
                 static_cast<const typename policy::params*>(d.channels), result, d.a_zero_point, 0,
                 d.output_zero_point, d.lo, d.hi});
        } else if constexpr (kind == step_kind::max_pool) {
            Kernels::template max_pool2d<max_pool_config_of(a, read_rows, written_rows, rules::mobile_pools)>(
                kernel::max_pool2d_args<in>{from, result, d.lo, d.hi});
        } else if constexpr (kind == step_kind::avg_pool) {
            Kernels::template avg_pool2d<avg_pool_config_of(a, read_rows, written_rows, rules::average)>(
                kernel::avg_pool2d_args<in>{from, result, d.a_zero_point, d.lo, d.hi});
        } else if constexpr (kind == step_kind::clamp) {
            Kernels::template clamp<flat_config(read_rows)>(kernel::clamp_args<in>{from, result, d.lo, d.hi});
        } else if constexpr (kind == step_kind::add || kind == step_kind::mul) {
            constexpr const plan_value &x0 = Program::plan.values[s.inputs[0]], &x1 = Program::plan.values[s.inputs[1]];
            using first_code = typename code<x0.type == dtype::qint8>::type;
            using second_code = typename code<x1.type == dtype::qint8>::type;
            using rule = typename binary_rule<rules, kind, x0.type == dtype::quint8>::type;
            Kernels::template elementwise<kernel::elementwise(count_of(written_rows)), rule>(
                kernel::elementwise_args<first_code, second_code, out, typename rule::params>{
                    read<s.inputs[0], first_code>(b, first, k), read<s.inputs[1], second_code>(b, first, k), result,
                    *static_cast<const typename rule::params*>(d.channels), d.a_zero_point, d.b_zero_point,
                    d.output_zero_point, d.lo, d.hi});
        } else {
            static_assert(kind == step_kind::lookup, "quantype: a step of a band without a kernel call");
            Kernels::template lookup<flat_config(read_rows)>(
                kernel::lookup_args<in, out>{from, result, static_cast<const kernel::lookup_table<out>*>(d.table)});
        }
    }
};

template <class Program, int Band, class Kernels, int... Number>
void run_band_links(const step_data* data, const run_buffers& b, int pass, std::integer_sequence<int, Number...>) {
    (band_step<Program, Band, Number, Kernels>::pass(data, b, pass), ...);
}

/// Steps of a band, whatever their family: the last one runs all of it.
template <class Program>
struct steps_of_bands {
    template <int I, class Kernels>
    static void step(const step_data& d, const run_buffers& b) {
        constexpr int number = Program::plan.band_of(I);
        constexpr const plan_band& band = Program::plan.bands[number];
        if constexpr (I == band.last_step)
            for (int pass = band.first_pass; pass < band.passes; ++pass)
                run_band_links<Program, number, Kernels>(
                    &d - I, b, pass, std::make_integer_sequence<int, Program::plan.bands[number].link_count>{});
    }
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
