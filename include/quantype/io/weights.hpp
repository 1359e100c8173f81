// SPDX-License-Identifier: BSL-1.0
// Taking tensors out of a tensor_map by name, with every mismatch named.
#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <quantype/host/error.hpp>
#include <quantype/host/tensor.hpp>
#include <quantype/io/element.hpp>
#include <quantype/io/float_bits.hpp>
#include <quantype/io/in_quotes.hpp>
#include <quantype/io/near_names.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// "element [0, 2] (number 5)": coordinates and place in row-major order.
inline std::string element_text(const shape& s, std::size_t number) {
    shape at = s;
    std::size_t rest = number;
    for (int i = s.rank - 1; i >= 0; --i) {
        const auto extent = static_cast<std::size_t>(s.dims[i]);
        at.dims[i] = static_cast<std::int32_t>(rest % extent);
        rest /= extent;
    }
    return "element " + to_string(at) + " (number " + std::to_string(number) + ")";
}

template <class Bits>
Bits bits_at(const any_tensor& t, std::size_t i) {
    Bits bits{};
    std::memcpy(&bits, t.bytes.data() + i * sizeof(Bits), sizeof(Bits));
    return bits;
}

/// Refuses NaN and infinity. Looks at the bits, because a compiler told to assume finite values drops isnan().
template <class Bits>
void check_finite(const any_tensor& t, const std::string& where) {
    constexpr int fraction_bits = sizeof(Bits) == 2 ? 10 : sizeof(Bits) == 4 ? 23 : 52;
    constexpr auto fraction = static_cast<Bits>((std::uint64_t{1} << fraction_bits) - 1);
    for (std::size_t i = 0; i < t.bytes.size() / sizeof(Bits); ++i) {
        const auto bits = bits_at<Bits>(t, i);
        if (is_finite_bits(bits)) continue;
        const bool negative = (bits >> (8 * sizeof(Bits) - 1)) != 0;
        const char* const value = (bits & fraction) != 0 ? "NaN" : negative ? "-infinity" : "infinity";
        raise(where + element_text(t.extents, i) + " is " + value);
    }
}

inline void check_finite(const any_tensor& t, const std::string& where) {
    if (t.type == dtype::float16) check_finite<std::uint16_t>(t, where);
    if (t.type == dtype::float32) check_finite<std::uint32_t>(t, where);
    if (t.type == dtype::float64) check_finite<std::uint64_t>(t, where);
}

inline tensor<float> float32_from_float16(const any_tensor& t) {
    tensor<float> out(t.extents);
    for (std::size_t i = 0; i < out.data.size(); ++i) {
        out.data[i] = std::bit_cast<float>(float16_to_float32(bits_at<std::uint16_t>(t, i)));
    }
    return out;
}

inline tensor<float> float32_from_float64(const any_tensor& t, const std::string& where) {
    tensor<float> out(t.extents);
    for (std::size_t i = 0; i < out.data.size(); ++i) {
        const auto bits = bits_at<std::uint64_t>(t, i);
        const auto narrow = float64_to_float32_exact(bits);
        if (!narrow) {
            std::array<char, 40> value{};
            std::snprintf(value.data(), value.size(), "%.17g", std::bit_cast<double>(bits));
            raise(where + element_text(t.extents, i) + " is " + value.data() +
                  " in torch.float64, which torch.float32 cannot hold exactly");
        }
        out.data[i] = std::bit_cast<float>(*narrow);
    }
    return out;
}

template <class T>
tensor<T> converted(const any_tensor& t, const std::string& where) {
    if constexpr (std::is_same_v<T, float>) {
        if (t.type == dtype::float16) return float32_from_float16(t);
        if (t.type == dtype::float64) return float32_from_float64(t, where);
    }
    if (!holds<T>(t.type)) {
        raise(where + "dtype " + std::string(name_of(t.type)) + " where " + std::string(name_of(dtype_of<T>)) +
              " is expected");
    }
    return values_of<T>(t);
}

inline const any_tensor& find_tensor(const tensor_map& map, const std::string& name, const std::string& source) {
    if (const auto found = map.find(name); found != map.end()) return found->second;
    const auto near = near_names(map, name);
    raise(source + ": tensor " + in_quotes(name) + " is missing; " +
          (near.empty() ? "none of the " + std::to_string(map.size()) + " tensors has a name near it"
                        : "near names: " + list_names(near)));
}

}  // namespace detail

/// The tensor `name` as values of T (float, double or an integer type), in any shape. `source`, e.g. the file's name,
/// starts the error. Refuses a missing name (and lists near ones), another dtype, NaN and infinity. For T = float,
/// float16 is widened, which is exact; float64 is taken only when every value is a float32 value, so that no weight
/// changes unseen. All other dtypes have to be those of T (int8: also qint8; uint8: also quint8 and boolean; int32:
/// also qint32).
template <class T>
tensor<T> get(const tensor_map& map, const std::string& name, const std::string& source = "weights") {
    const std::string where = source + ": tensor " + in_quotes(name) + ": ";
    const any_tensor& t = detail::find_tensor(map, name, source);
    check_consistent(t, where);
    detail::check_finite(t, where);
    return detail::converted<T>(t, where);
}

/// The same for a tensor that must have the shape `expected`.
template <class T>
tensor<T> get(const tensor_map& map, const std::string& name, const shape& expected,
              const std::string& source = "weights") {
    const any_tensor& t = detail::find_tensor(map, name, source);
    if (t.extents != expected) {
        raise(source + ": tensor " + in_quotes(name) + ": shape " + to_string(t.extents) + " where " +
              to_string(expected) + " is expected");
    }
    return get<T>(map, name, source);
}

/// Refuses tensors that no one asked for: a spelling mistake or another model's file. `used` is any range of names. The
/// counters "*.num_batches_tracked", which PyTorch saves with every batch norm and inference never reads, are let pass.
template <class Names>
void check_no_extra(const tensor_map& map, const Names& used, const std::string& source = "weights") {
    const std::set<std::string_view> known(std::begin(used), std::end(used));
    std::vector<std::string> extra;
    for (const auto& [name, value] : map) {
        if (!known.contains(name) && !std::string_view(name).ends_with(".num_batches_tracked")) extra.push_back(name);
    }
    if (extra.empty()) return;
    raise(source + ": " + std::to_string(extra.size()) + (extra.size() == 1 ? " tensor" : " tensors") +
          " that the model does not have: " + list_names(extra));
}

QUANTYPE_END_NAMESPACE
