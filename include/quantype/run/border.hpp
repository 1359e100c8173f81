// SPDX-License-Identifier: BSL-1.0
// The inputs and outputs of a run: float32, or codes where the model's custom config says so.
#pragma once
#include <cstdint>
#include <string>

#include <quantype/host/error.hpp>
#include <quantype/lower/plan_types.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Where an input of a run lies, in logical order: float32 values, quint8 codes, or indices.
struct run_input {
    const void* data = nullptr;
    dtype type = dtype::float32;
    run_input(const float* values) : data(values) {}
    run_input(const std::uint8_t* codes) : data(codes), type(dtype::quint8) {}
    run_input(const void* elements, dtype d) : data(elements), type(d) {}
    run_input(const std::int64_t* indices) : data(indices), type(dtype::int64) {}
};
/// Where an output goes, in logical order: float32 values, or codes of the type that the model gives.
struct run_output {
    void* data = nullptr;
    dtype type = dtype::float32;
    run_output(float* values) : data(values) {}
    run_output(std::uint8_t* codes) : data(codes), type(dtype::quint8) {}
    run_output(std::int8_t* codes) : data(codes), type(dtype::qint8) {}
    run_output(void* elements, dtype d) : data(elements), type(d) {}
};

namespace detail {

/// The value of a plan that is the caller's input or output number `number`; -1 when there is none.
template <class Plan>
constexpr int border_value(const Plan& plan, value_place place, int number) {
    for (int v = 0; v < plan.value_count; ++v)
        if (plan.values[v].place == place && plan.values[v].offset == number) return v;
    return -1;
}
template <class Plan>
constexpr int border_count(const Plan& plan, value_place place) {
    int count = 0;
    while (border_value(plan, place, count) >= 0) ++count;
    return count;
}
template <class Plan>
constexpr bool has_codes_at_border(const Plan& plan) {
    for (int v = 0; v < plan.value_count; ++v) {
        const bool border = plan.values[v].place == value_place::input || plan.values[v].place == value_place::output;
        if (border && plan.values[v].codes) return true;
    }
    return false;
}
inline void require_border(const plan_value& want, dtype have, const char* what) {
    if (have != want.type)
        raise(std::string(what) + " " + std::to_string(want.offset) + ": " + std::string(name_of(have)) + " where " +
              std::string(name_of(want.type)) + " is expected");
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
