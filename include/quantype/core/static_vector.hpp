// SPDX-License-Identifier: BSL-1.0
// An array with a length, for passes that run in constant expressions.
#pragma once
#include <cstddef>

#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {
// Never defined: calling it ends a constant evaluation, and its name is the message.
void quantype_error_capacity_exceeded();
}  // namespace detail

/// Up to `Capacity` elements in place; push_back beyond it stops the compilation (or the program, by a null call).
template <class T, int Capacity>
struct static_vector {
    T items[Capacity > 0 ? Capacity : 1]{};
    int length = 0;

    static constexpr int capacity = Capacity;
    constexpr int size() const { return length; }
    constexpr bool empty() const { return length == 0; }
    constexpr T& operator[](int i) { return items[i]; }
    constexpr const T& operator[](int i) const { return items[i]; }
    constexpr T& back() { return items[length - 1]; }
    constexpr T& push_back(const T& value) {
        if (length >= Capacity) detail::quantype_error_capacity_exceeded();
        items[length] = value;
        return items[length++];
    }
    constexpr T* begin() { return items; }
    constexpr T* end() { return items + length; }
    constexpr const T* begin() const { return items; }
    constexpr const T* end() const { return items + length; }
    constexpr bool contains(const T& value) const {
        for (const T& x : *this)
            if (x == value) return true;
        return false;
    }
};

QUANTYPE_END_NAMESPACE
