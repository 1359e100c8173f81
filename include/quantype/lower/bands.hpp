// SPDX-License-Identifier: BSL-1.0
// Finds image ops that can run together in bands of rows, and gives the values between them buffers of a few rows. Row
// y of an op's output reads rows y * stride - above ... of its input; from the last op of a chain back to its first,
// that says how far each has to be ahead.
#pragma once
#include <limits>
#include <numeric>

#include <quantype/backend/backend_config.hpp>
#include <quantype/lower/layout_wishes.hpp>
#include <quantype/lower/plan_types.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// Bytes of weights that a chain may read with every band, and of a value that is worth a band (band_policy::cache).
inline constexpr int most_weights_in_cache = 48 << 10, least_value_in_bands = 128 << 10, most_band_bytes = 192 << 10;
/// Steps of one chain (band_policy::memory).
inline constexpr int most_links = 32;
inline constexpr int largest_int = std::numeric_limits<int>::max();

constexpr bool is_image_of_codes(const plan_value& v) {
    return v.codes && v.extents.rank == 4 && v.extents[0] == 1 && v.order == value_order::channels_last &&
           v.place != value_place::alias && v.place != value_place::constant;
}
constexpr int row_bytes(const plan_value& v) { return v.extents[1] * v.extents[3]; }

class band_finder {
public:
    constexpr band_finder(const prepared_view& p, const graph_view& g, plan_builder& plan, band_policy policy)
        : prepared_(p), graph_(g), plan_(plan), policy_(policy) {
        readers_.resize(plan.values.size());
        for (int& n : readers_) n = 0;
        for (const plan_step& s : plan.steps)
            for (int k = 0; k < s.input_count; ++k) ++readers_[s.inputs[k]];
        for (const plan_value& v : plan.values)  // who looks at the bytes of a value reads it whole
            if (v.place == value_place::alias) readers_[v.offset] += 2;
    }

    constexpr void run() {
        links_.resize(plan_.steps.size());
        for (int i = 0; i < plan_.steps.size(); ++i) links_[i] = link_for(i);
        if (policy_ == band_policy::cache)
            for (int i = 0; i < plan_.steps.size();) i = chain_in_cache(i);
        else
            smallest_arena();
    }

private:
    constexpr const plan_value& value(int v) const { return plan_.values[v]; }

    /// What a step does in a chain; step < 0 where it cannot be part of one.
    constexpr band_link link_for(int i) const {
        const plan_step& s = plan_.steps[i];
        band_link l;
        l.input = s.inputs[0];
        l.output = s.output;
        if (s.input_count == 0 || !is_image_of_codes(value(l.input)) || !is_image_of_codes(value(l.output))) return l;
        const attributes& a = attrs_of_root(prepared_, graph_, s.node);
        const int height = value(l.input).extents[2], output_height = value(l.output).extents[2];
        bool can = false;
        if (s.kind == step_kind::conv || s.kind == step_kind::max_pool || s.kind == step_kind::avg_pool) {
            if (a.geometry.rank != 2) return l;
            l.stride = a.geometry.stride[0];
            l.above = a.geometry.pad_before[0];
            l.span = (a.geometry.kernel[0] - 1) * a.geometry.dilation[0] + 1;
            l.maximum = s.kind == step_kind::max_pool;
            const bool inside = l.above == 0 && (output_height - 1) * l.stride + l.span <= height;
            // An average divides by the pixels of the image alone; a padded, dilated maximum has a rule of its own.
            can = s.kind == step_kind::conv || inside || (l.maximum && a.geometry.dilation[0] == 1);
        } else if (s.kind == step_kind::add || s.kind == step_kind::mul) {
            can = value(s.inputs[0]).extents == value(s.inputs[1]).extents && is_image_of_codes(value(s.inputs[1])) &&
                  s.inputs[0] != s.inputs[1];
        } else {
            can = s.kind == step_kind::clamp || s.kind == step_kind::lookup;
        }
        if (can) l.step = i;
        return l;
    }
    /// True where nothing but the step behind it reads the value.
    constexpr bool only_between(int v) const { return value(v).place == value_place::arena && readers_[v] == 1; }
    constexpr int weights_of(int i) const {
        const plan_step& s = plan_.steps[i];
        if (s.kind != step_kind::conv) return 0;
        const attributes& a = attrs_of_root(prepared_, graph_, s.node);
        return a.out * (a.in / a.groups) * a.geometry.kernel[0] * a.geometry.kernel[1];
    }

    /// The link of step `i` as the next one of a chain that ends with step `i - 1`; its step < 0 where it cannot be.
    constexpr band_link link_behind(int i) const {
        if (i == plan_.steps.size() || links_[i].step < 0 || links_[i - 1].step < 0) return {};
        const int through = links_[i - 1].output;
        const plan_step& s = plan_.steps[i];
        band_link l = links_[i];
        if (s.input_count == 2 && s.inputs[1] == through) l.input = through;
        return only_between(through) && l.input == through ? l : band_link{};
    }
    constexpr growable<band_link> chain_of(int first, int last) const {
        growable<band_link> chain;
        chain.push_back(links_[first]);
        for (int i = first + 1; i <= last; ++i) chain.push_back(link_behind(i));
        return with_padded_input(chain);
    }

    // --- band_policy::cache ------------------------------------------------------------------------------------
    /// The longest chain from step `i` on whose weights are few; returns the step behind it.
    constexpr int chain_in_cache(int i) {
        if (links_[i].step < 0) return i + 1;
        int weights = weights_of(i), largest = 0, last = i;
        while (link_behind(last + 1).step >= 0 && weights + weights_of(last + 1) <= most_weights_in_cache) {
            const int bytes = value(links_[last].output).bytes;
            largest = bytes > largest ? bytes : largest;
            weights += weights_of(++last);
        }
        if (last == i || largest < least_value_in_bands) return last + 1;
        growable<band_link> links = chain_of(i, last);
        const int height = value(links.back().output).extents[2];
        for (int rows = 8; rows > 1; --rows) {
            if (height % rows != 0) continue;
            set_rows(links, rows);
            if (buffer_bytes(links) > most_band_bytes) continue;
            write(links, rows);
            break;
        }
        return last + 1;
    }

    // --- band_policy::memory -----------------------------------------------------------------------------------
    /// Bytes that are live while steps first ... last run, together where there are several.
    constexpr int live_bytes(int first, int last) const {
        int bytes = 0;
        for (int v = 0; v < plan_.values.size(); ++v) {
            const plan_value& x = value(v);
            if (x.place != value_place::arena || x.last_step < first || x.first_step > last) continue;
            const bool between = x.first_step >= first && x.last_step <= last && x.first_step < x.last_step;
            if (!between) bytes += x.bytes;
        }
        if (first == last) return bytes;
        growable<band_link> links = chain_of(first, last);
        set_rows(links, 1);
        return bytes + buffer_bytes(links);
    }
    /// Cuts the steps into chains so that the largest sum of live bytes is as small as it can be, and among such cuts
    /// runs as few steps as possible in bands.
    constexpr void smallest_arena() {
        const int count = plan_.steps.size();
        growable<int> longest;  // by step: the first step of the longest chain that ends with it
        growable<int> most;     // by number of steps: the largest sum up to there
        longest.resize(count);
        most.resize(count + 1);
        most[0] = 0;
        for (int i = 0; i < count; ++i) {
            longest[i] = i > 0 && link_behind(i).step >= 0 ? longest[i - 1] : i;
            most[i + 1] = largest_int;
            for (int first = i; first >= longest[i] && first > i - most_links; --first) {
                const int here = live_bytes(first, i), sum = most[first] > here ? most[first] : here;
                if (sum < most[i + 1]) most[i + 1] = sum;
            }
        }
        const int limit = most[count];
        growable<int> banded, cut;  // by number of steps: steps in bands up to there, and where the last chain begins
        banded.resize(count + 1);
        cut.resize(count + 1);
        banded[0] = 0;
        for (int i = 0; i < count; ++i) {
            banded[i + 1] = largest_int;
            for (int first = i; first >= longest[i] && first > i - most_links; --first) {
                if (banded[first] == largest_int || live_bytes(first, i) > limit) continue;
                const int sum = banded[first] + (first < i ? i - first + 1 : 0);
                if (sum >= banded[i + 1]) continue;
                banded[i + 1] = sum;
                cut[i + 1] = first;
            }
        }
        growable<int> chains;
        for (int i = count; i > 0; i = cut[i])
            if (cut[i] < i - 1) chains.push_back(i - 1);
        for (int i = chains.size() - 1; i >= 0; --i) {
            growable<band_link> links = chain_of(cut[chains[i] + 1], chains[i]);
            write(links, 1);
        }
    }

    /// The rows of the chain's input go through a buffer of their own where the first op reads beyond them.
    constexpr growable<band_link> with_padded_input(const growable<band_link>& chain) const {
        const band_link& first = chain[0];
        const int reach = (value(first.output).extents[2] - 1) * first.stride - first.above + first.span;
        growable<band_link> links;
        if (first.above > 0 || reach > value(first.input).extents[2]) {
            band_link copy;
            copy.input = copy.output = first.input;
            links.push_back(copy);
        }
        for (const band_link& l : chain) links.push_back(l);
        return links;
    }
    constexpr void set_rows(growable<band_link>& links, int rows) const {
        const int last = links.size() - 1;
        for (int i = last; i >= 0; --i) {
            band_link& l = links[i];
            l.rows = l.lead = rows;
            if (i < last) {
                const band_link& reader = links[i + 1];
                l.rows = reader.rows * reader.stride;
                l.lead = (reader.lead - 1) * reader.stride - reader.above + reader.span;
                if (l.lead < l.rows) l.lead = l.rows;
                l.fills = reader.above > 0 ||
                          (value(reader.output).extents[2] - 1) * reader.stride - reader.above + reader.span >
                              value(l.output).extents[2];
            }
            l.call_rows = 1;
            if (policy_ == band_policy::memory) continue;
            l.lead = (l.lead + l.rows - 1) / l.rows * l.rows;
            l.call_rows = std::gcd(l.rows, value(l.output).extents[2]);
        }
    }
    /// Rows between the first that the reader's pass reads and the last that the writer's pass writes.
    static constexpr int rows_between(const band_link& writer, const band_link& reader) {
        const int first = (reader.lead - reader.rows) * reader.stride - reader.above;
        const int rows = writer.lead - first;
        return rows > writer.rows ? rows : writer.rows;
    }
    constexpr int buffer_bytes(const growable<band_link>& links) const {
        int bytes = 0;
        for (int i = 0; i + 1 < links.size(); ++i)
            bytes += rows_between(links[i], links[i + 1]) * row_bytes(value(links[i].output));
        return bytes;
    }

    constexpr void write(growable<band_link>& links, int rows) {
        set_rows(links, rows);
        plan_band band;
        band.first_link = plan_.links.size();
        band.link_count = links.size();
        band.first_step = links[0].step < 0 ? links[1].step : links[0].step;
        band.last_step = links.back().step;
        band.passes = value(links.back().output).extents[2] / rows;
        if (links[0].step < 0) {
            plan_value copy = value(links[0].input);
            copy.place = value_place::arena;
            copy.offset = -1;
            copy.first_step = copy.last_step = band.first_step;
            links[0].output = links[1].input = plan_.values.push_back(copy);
        }
        for (int i = 0; i < links.size(); ++i) {
            band_link& l = links[i];
            const int above = i + 1 < links.size() ? links[i + 1].above : 0;
            const int first = -((l.lead + above - 1) / l.rows);  // the pass that reaches the first row that is read
            if (first < band.first_pass) band.first_pass = first;
            plan_value& y = plan_.values[l.output];
            if (i + 1 < links.size()) {
                y.rows = rows_between(l, links[i + 1]);
                y.bytes = y.rows * row_bytes(y);
            }
            plan_.links.push_back(l);
            lives(y, band);
            if (l.step < 0) {
                lives(plan_.values[l.input], band);
                continue;
            }
            const plan_step& s = plan_.steps[l.step];
            for (int k = 0; k < s.input_count; ++k)
                for (int v = s.inputs[k]; v >= 0; v = value(v).place == value_place::alias ? value(v).offset : -1)
                    lives(plan_.values[v], band);
        }
        plan_.bands.push_back(band);
    }
    /// The value is there while the band runs.
    static constexpr void lives(plan_value& v, const plan_band& band) {
        if (v.first_step < 0 || v.first_step > band.first_step) v.first_step = band.first_step;
        if (v.last_step < band.last_step) v.last_step = band.last_step;
    }

    const prepared_view& prepared_;
    const graph_view& graph_;
    plan_builder& plan_;
    band_policy policy_;
    growable<int> readers_{};
    growable<band_link> links_{};  ///< by step
};

/// Sets the plan's bands and the buffers of the values between their steps.
constexpr void find_bands(const prepared_view& p, const graph_view& g, plan_builder& plan, band_policy policy) {
    band_finder(p, g, plan, policy).run();
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
