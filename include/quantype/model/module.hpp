// SPDX-License-Identifier: BSL-1.0
// What makes a struct a module: the leaf base of the built-in modules, the member list of a user's module, the inputs
// of a model, and the containers.
#pragma once
#include <array>
#include <cstddef>
#include <utility>

#include <quantype/model/trace.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Shape of one float32 input, outermost dimension first: `f32<1, 3, 32, 32>`.
template <int... Dims>
struct f32 {
    static constexpr shape extents() { return shape(Dims...); }
};

/// Shape of one input of indices (int64): what embedding tables read.
template <int... Dims>
struct i64 : f32<Dims...> {
    static constexpr bool quantype_indices = true;
};
/// Shape of one input of true and false. Such a model can be prepared and converted; the executor takes no such input,
/// and can_run says so.
template <int... Dims>
struct boolean : f32<Dims...> {
    static constexpr bool quantype_not_float = true;
};

/// The inputs of a model, in the order of forward's parameters: `using inputs = qz::inputs<qz::f32<1, 3, 32, 32>>;`
template <class... Input>
struct inputs {
    static constexpr int count = static_cast<int>(sizeof...(Input));
    static constexpr std::array<shape, sizeof...(Input)> shapes() { return {Input::extents()...}; }
    static constexpr std::array<bool, sizeof...(Input)> are_indices() { return {requires {Input::quantype_indices; }
    ...
};
}
static constexpr bool can_run = !(false || ... || requires { Input::quantype_not_float; });
}
;

/// A model with other input shapes than its own: `at_shape<net, f32<8, 12>>` (PyTorch's example_inputs).
template <class Net, class... Input>
struct at_shape : Net {
    using model = Net;
    using inputs = quantype::inputs<Input...>;
};

/// Base of the modules that are called as a whole. A leaf has `attrs()`, `parameters()` and a class in the vocabulary.
struct leaf_module {
    static constexpr bool quantype_is_leaf = true;
    int quantype_number = -1;

    static constexpr std::array<parameter_info, 0> parameters() { return {}; }
    constexpr sym operator()(sym x) const { return detail::call_module(quantype_number, {x}); }
    template <class... More>
    constexpr sym operator()(sym x, sym y, More... more) const {
        return detail::call_module(quantype_number, {x, y, more...});
    }
};

/// Modules called one after another; the children are named "0", "1", ..., as in torch.nn.Sequential.
template <class... Modules>
struct sequential;

namespace detail {

/// A list of types: what quantype_types of a module returns, its members in the order in which they are visited.
template <class... T>
struct type_list {};

constexpr std::string_view index_name(int i) {
    constexpr const char* digits =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
        "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
        "8081828384858687888990919293949596979899";
    return i < 10 ? std::string_view(digits + 2 * i + 1, 1) : std::string_view(digits + 2 * i, 2);
}

/// A module of a sequential. Flat bases instead of a recursive list: names and memory of the compiler grow with the
/// number of modules, not with its square.
template <int I, class Module>
struct child {
    Module module{};
};
template <class Indices, class... Modules>
struct children;
template <int... I, class... Modules>
struct children<std::integer_sequence<int, I...>, Modules...> : child<I, Modules>... {
    template <class Self, class Visitor>
    static constexpr void visit(Self& self, Visitor&& visitor) {
        (visitor(at<I>(self), index_name(I)), ...);
    }
    constexpr auto forward(sym x) const {
        if constexpr (requires { ((x = static_cast<const child<I, Modules>&>(*this).module(x)), ...); }) {
            ((x = static_cast<const child<I, Modules>&>(*this).module(x)), ...);
            return x;
        } else {
            return forward_from<0>(x);  // one of them gives a tuple
        }
    }

private:
    template <int K>
    constexpr auto forward_from(auto x) const {
        if constexpr (K == static_cast<int>(sizeof...(I)))
            return x;
        else
            return forward_from<K + 1>(at<K>(*this)(x));
    }
    template <int K, class Module>
    static constexpr Module& at(child<K, Module>& c) {
        return c.module;
    }
    template <int K, class Module>
    static constexpr const Module& at(const child<K, Module>& c) {
        return c.module;
    }
};

}  // namespace detail

template <class... Modules>
struct sequential {
    static_assert(sizeof...(Modules) <= 100, "quantype: sequential takes up to 100 modules");
    detail::scope_number quantype_scope{};
    detail::children<std::make_integer_sequence<int, static_cast<int>(sizeof...(Modules))>, Modules...> children{};

    template <class Self, class Visitor>
    static constexpr void quantype_visit(Self& self, Visitor&& visitor) {
        self.children.visit(self.children, visitor);
    }
    template <class Self>
    static detail::type_list<Modules...> quantype_types(Self&);
    constexpr auto forward(auto x) const { return children.forward(x); }
    constexpr auto operator()(sym x) const { return detail::call_scope(*this, x); }
};

QUANTYPE_END_NAMESPACE

#define QUANTYPE_DETAIL_PARENS ()
#define QUANTYPE_DETAIL_EXPAND(...) \
    QUANTYPE_DETAIL_EXPAND3(QUANTYPE_DETAIL_EXPAND3(QUANTYPE_DETAIL_EXPAND3(QUANTYPE_DETAIL_EXPAND3(__VA_ARGS__))))
#define QUANTYPE_DETAIL_EXPAND3(...) \
    QUANTYPE_DETAIL_EXPAND2(QUANTYPE_DETAIL_EXPAND2(QUANTYPE_DETAIL_EXPAND2(QUANTYPE_DETAIL_EXPAND2(__VA_ARGS__))))
#define QUANTYPE_DETAIL_EXPAND2(...) \
    QUANTYPE_DETAIL_EXPAND1(QUANTYPE_DETAIL_EXPAND1(QUANTYPE_DETAIL_EXPAND1(QUANTYPE_DETAIL_EXPAND1(__VA_ARGS__))))
#define QUANTYPE_DETAIL_EXPAND1(...) __VA_ARGS__
#define QUANTYPE_DETAIL_VISIT(member, ...)           \
    quantype_visitor(quantype_self.member, #member); \
    __VA_OPT__(QUANTYPE_DETAIL_VISIT_AGAIN QUANTYPE_DETAIL_PARENS(__VA_ARGS__))
#define QUANTYPE_DETAIL_VISIT_AGAIN() QUANTYPE_DETAIL_VISIT
#define QUANTYPE_DETAIL_TYPES(member, ...) \
    decltype(quantype_self.member) __VA_OPT__(, QUANTYPE_DETAIL_TYPES_AGAIN QUANTYPE_DETAIL_PARENS(__VA_ARGS__))
#define QUANTYPE_DETAIL_TYPES_AGAIN() QUANTYPE_DETAIL_TYPES

/// Lists the modules and parameters of a model, once, in the order of PyTorch's named_modules(); up to 80 members.
/// Also gives the struct its call operator, which runs `forward`. A member that is not listed is refused when called.
#define QUANTYPE_MODULES(...)                                                                                     \
    ::quantype::detail::scope_number quantype_scope{};                                                            \
    template <class QuantypeSelf, class QuantypeVisitor>                                                          \
    static constexpr void quantype_visit([[maybe_unused]] QuantypeSelf& quantype_self,                            \
                                         [[maybe_unused]] QuantypeVisitor&& quantype_visitor) {                   \
        __VA_OPT__(QUANTYPE_DETAIL_EXPAND(QUANTYPE_DETAIL_VISIT(__VA_ARGS__)))                                    \
    }                                                                                                             \
    template <class QuantypeSelf>                                                                                 \
    static auto quantype_types([[maybe_unused]] QuantypeSelf& quantype_self)                                      \
        -> ::quantype::detail::type_list<__VA_OPT__(QUANTYPE_DETAIL_EXPAND(QUANTYPE_DETAIL_TYPES(__VA_ARGS__)))>; \
    template <class... QuantypeInputs>                                                                            \
    constexpr auto operator()(::quantype::sym quantype_x, QuantypeInputs... quantype_rest) const {                \
        return ::quantype::detail::call_scope(*this, quantype_x, quantype_rest...);                               \
    }
