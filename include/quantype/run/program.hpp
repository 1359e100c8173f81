// SPDX-License-Identifier: BSL-1.0
// What a step reads: the buffers of a run, places in them, and the constants of a lowered model.
#pragma once
#include <type_traits>

#include <quantype/kernel/scalar/kernels.hpp>
#include <quantype/lower/arithmetic.hpp>
#include <quantype/lower/step_config.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Where a run reads and writes. The arena holds stage::plan<...>.arena_bytes bytes, aligned to arena_alignment.
struct run_buffers {
    std::byte* arena = nullptr;
    const float* const* inputs = nullptr;  ///< inputs of indices: int64 numbers behind the same pointers
    float* const* outputs = nullptr;
    const float* const* constants = nullptr;  ///< parameters that float steps read as values, by trace parameter
};

/// Called after every step with the step's number; of a band's steps only the last one's value is whole
/// (plan_value::rows is 0). The default does nothing and costs nothing.
struct no_hook {
    template <int Step>
    static constexpr void after(const run_buffers&) {}
};

template <class Net, class Backend, class Mapping, class Kernels, class Hook = no_hook>
void execute(const step_data* data, const run_buffers& buffers);

namespace detail {

/// A place of the plan with the offset that belongs to it, and the type of the codes there.
struct location {
    value_place place = value_place::arena;
    int offset = 0;
    int shift = 0;  ///< bytes further in
    bool is_signed = false;
};

template <class T>
inline __attribute__((always_inline)) T* at(const run_buffers& b, location l) {
    const auto within = [&](const void* p) {
        return reinterpret_cast<T*>(const_cast<std::byte*>(static_cast<const std::byte*>(p) + l.shift));
    };
    switch (l.place) {
        case value_place::output: return within(b.outputs[l.offset]);
        case value_place::input: return within(b.inputs[l.offset]);
        case value_place::constant: return within(b.constants[l.offset]);
        default: return within(b.arena + l.offset);
    }
}

// A class, not an alias: GCC 12 loses local constants that reach an alias template's argument.
template <bool Signed>
struct code {
    using type = std::conditional_t<Signed, std::int8_t, std::uint8_t>;
};

/// The constants of a lowered model that its steps are made from.
template <class Net, class Backend, class Mapping>
struct program {
    static constexpr const auto& plan = stage::plan<Net, Backend, Mapping>;
    static constexpr prepared_view prepared = prepared_view_of<Net, Backend, Mapping>();
    static constexpr graph_view graph = stage::lowered<Net, Backend, Mapping>.view();
    using net = Net;
    using backend_type = Backend;
    using mapping = Mapping;
    using rules = arithmetic<typename Backend::engine>;

    static constexpr location locate(int v) {
        int shift = 0;
        for (; plan.values[v].place == value_place::alias; v = plan.values[v].offset) shift += plan.values[v].shift;
        return {plan.values[v].place, plan.values[v].offset, shift, plan.values[v].type == dtype::qint8};
    }
};

/// The steps of one family: a specialisation in each file of run/step, with
///     template <int I, class Kernels> static void step(const step_data&, const run_buffers&);
/// One function a step, named by its number alone and without helpers of its own: what a step costs in symbols and
/// debug info is what a layer costs.
template <class Program, step_family Family>
struct steps_of;

}  // namespace detail

QUANTYPE_END_NAMESPACE
