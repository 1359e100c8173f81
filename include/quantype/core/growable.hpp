// SPDX-License-Identifier: BSL-1.0
// A growing array for passes that run inside one constant evaluation; results are frozen into arrays of exact size.
#pragma once
#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Contiguous growing array. Only trivially copyable literal types; used in constant expressions and on the host,
/// never in code that reaches a device.
template <class T>
class growable {
public:
    constexpr growable() = default;
    constexpr growable(const growable& other) { assign(other); }
    constexpr growable(growable&& other) noexcept
        : items_(other.items_), size_(other.size_), capacity_(other.capacity_) {
        other.items_ = nullptr;
        other.size_ = other.capacity_ = 0;
    }
    constexpr growable& operator=(const growable& other) {
        if (this != &other) {
            size_ = 0;
            assign(other);
        }
        return *this;
    }
    constexpr growable& operator=(growable&& other) noexcept {
        T* items = items_;
        items_ = other.items_;
        other.items_ = items;
        size_ = other.size_;
        const int capacity = capacity_;
        capacity_ = other.capacity_;
        other.capacity_ = capacity;
        other.size_ = 0;
        return *this;
    }
    constexpr ~growable() { delete[] items_; }

    constexpr int size() const { return size_; }
    constexpr bool empty() const { return size_ == 0; }
    constexpr T& operator[](int i) { return items_[i]; }
    constexpr const T& operator[](int i) const { return items_[i]; }
    constexpr T& back() { return items_[size_ - 1]; }
    constexpr const T& back() const { return items_[size_ - 1]; }
    constexpr T* begin() { return items_; }
    constexpr T* end() { return items_ + size_; }
    constexpr const T* begin() const { return items_; }
    constexpr const T* end() const { return items_ + size_; }

    /// Appends and returns the index of the new element.
    constexpr int push_back(const T& value) {
        if (size_ == capacity_) {
            const T copy = value;  // `value` may live in the array that is about to move
            reserve(capacity_ < 8 ? 8 : 2 * capacity_);
            items_[size_] = copy;
        } else {
            items_[size_] = value;
        }
        return size_++;
    }
    constexpr void pop_back() { --size_; }
    /// Appends `n` elements that do not live in this array.
    constexpr void append(const T* from, int n) {
        reserve_for(n);
        T* to = items_ + size_;
        for (int i = 0; i < n; ++i) to[i] = from[i];
        size_ += n;
    }
    /// Makes room for `n` more elements.
    constexpr void reserve_for(int n) {
        if (size_ + n > capacity_) reserve(size_ + n > 2 * capacity_ ? size_ + n : 2 * capacity_);
    }
    /// Copies all elements to an array with room for them.
    constexpr void copy_to(T* to) const {
        for (int i = 0; i < size_; ++i) to[i] = items_[i];
    }
    constexpr void clear() { size_ = 0; }
    constexpr void resize(int n) {
        reserve(n);
        while (size_ < n) items_[size_++] = T{};
        size_ = n;
    }
    constexpr void reserve(int n) {
        if (n <= capacity_) return;
        T* items = new T[static_cast<unsigned>(n)]{};
        for (int i = 0; i < size_; ++i) items[i] = items_[i];
        delete[] items_;
        items_ = items;
        capacity_ = n;
    }
    constexpr bool contains(const T& value) const {
        for (const T& x : *this)
            if (x == value) return true;
        return false;
    }

private:
    constexpr void assign(const growable& other) {
        reserve(other.size_);
        other.copy_to(items_);
        size_ = other.size_;
    }

    T* items_ = nullptr;
    int size_ = 0;
    int capacity_ = 0;
};

QUANTYPE_END_NAMESPACE
