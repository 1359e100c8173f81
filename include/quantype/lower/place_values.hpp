// SPDX-License-Identifier: BSL-1.0
// Gives the values of a plan their places in the arena.
#pragma once
#include <quantype/lower/plan_types.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr int aligned(int bytes) { return (bytes + arena_alignment - 1) / arena_alignment * arena_alignment; }

/// Best fit in order of first use: values whose lifetimes overlap get disjoint byte ranges. A step's output and
/// scratch never share memory with its inputs.
class arena_placement {
public:
    constexpr explicit arena_placement(growable<plan_value>& values) : values_(values) {}

    /// Sets the offset of every value that lives in the arena; returns the arena's size in bytes.
    constexpr int run() {
        int size = 0;
        for (int v : by_first_step()) {
            plan_value& x = values_[v];
            expire(x.first_step);
            x.offset = find_gap(aligned(x.bytes));
            insert(v);
            if (end_of(v) > size) size = end_of(v);
        }
        return size;
    }

private:
    /// The values in the arena. They are in this order already, but for those of bands.
    constexpr growable<int> by_first_step() const {
        growable<int> order;
        for (int v = 0; v < values_.size(); ++v) {
            if (values_[v].place != value_place::arena) continue;
            order.push_back(v);
            for (int i = order.size() - 1; i > 0; --i) {
                if (values_[order[i - 1]].first_step <= values_[order[i]].first_step) break;
                const int t = order[i];
                order[i] = order[i - 1];
                order[i - 1] = t;
            }
        }
        return order;
    }
    constexpr int end_of(int v) const { return values_[v].offset + aligned(values_[v].bytes); }

    constexpr void expire(int step) {
        int kept = 0;
        for (int v : live_)
            if (values_[v].last_step >= step) live_[kept++] = v;
        while (live_.size() > kept) live_.pop_back();
    }
    constexpr int find_gap(int bytes) const {
        int best = -1, best_room = 0, cursor = 0;
        for (int w : live_) {
            const int room = values_[w].offset - cursor;
            if (room >= bytes && (best < 0 || room < best_room)) {
                best = cursor;
                best_room = room;
            }
            if (end_of(w) > cursor) cursor = end_of(w);
        }
        return best >= 0 ? best : cursor;
    }
    constexpr void insert(int v) {
        live_.push_back(v);
        for (int i = live_.size() - 1; i > 0 && values_[live_[i]].offset < values_[live_[i - 1]].offset; --i) {
            const int t = live_[i];
            live_[i] = live_[i - 1];
            live_[i - 1] = t;
        }
    }

    growable<plan_value>& values_;
    growable<int> live_{};  ///< by offset
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
