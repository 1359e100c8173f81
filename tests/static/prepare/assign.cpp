// SPDX-License-Identifier: BSL-1.0
// Precedence of the levels of a QConfig mapping: global < object type < module-name pattern < module name < order.
#include "static/small_backend.hpp"

struct block_t {
    nn::linear<8, 8> first;
    nn::linear<8, 8> second;
    QUANTYPE_MODULES(first, second)
    constexpr auto forward(auto x) const { return second(first(x)) + x; }
};
struct net {
    using inputs = qz::inputs<qz::f32<1, 8>>;
    block_t block;
    nn::linear<8, 8> head;
    QUANTYPE_MODULES(block, head)
    constexpr auto forward(auto x) const { return head(block(x)); }
};
template <class Mapping>
constexpr qz::maybe<qz::qconfig> of(std::string_view path) {
    return config_at<net, graph_backend, Mapping>(module_node<net>(path));
}
template <class Mapping>
constexpr qz::maybe<qz::qconfig> of_add() {
    return config_at<net, graph_backend, Mapping>(function_node<net, qz::fn::add>());
}
constexpr bool is(const qz::maybe<qz::qconfig>& have, const qz::qconfig& want) { return have && *have == want; }

inline constexpr auto global = qz::qconfig_mapping().set_global(narrow);
using linear = nn::linear<>;

struct only_global {
    static constexpr auto value = global;
};
static_assert(is(of<only_global>("block.first"), narrow) && is(of_add<only_global>(), narrow));

struct nothing {
    static constexpr auto value = qz::qconfig_mapping();
};
static_assert(!of<nothing>("head") && !of_add<nothing>());

struct type_over_global {
    static constexpr auto value = global.set_object_type<linear>(wide);
};
static_assert(is(of<type_over_global>("head"), wide) && is(of_add<type_over_global>(), narrow));

struct function_type {
    static constexpr auto value = global.set_object_type<qz::fn::add>(wide);
};
static_assert(is(of<function_type>("head"), narrow) && is(of_add<function_type>(), wide));

struct glob_over_type {
    static constexpr auto value = global.set_object_type<linear>(wide).set_module_name_glob("*.second", narrow);
};
static_assert(is(of<glob_over_type>("block.second"), narrow) && is(of<glob_over_type>("block.first"), wide));

struct first_glob_wins {
    static constexpr auto value = global.set_module_name_glob("block*", wide).set_module_name_glob("*first", narrow);
};
static_assert(is(of<first_glob_wins>("block.first"), wide) && is(of<first_glob_wins>("head"), narrow));

struct name_over_glob {
    static constexpr auto value = global.set_module_name_glob("block.*", wide).set_module_name("block.first", narrow);
};
static_assert(is(of<name_over_glob>("block.first"), narrow) && is(of<name_over_glob>("block.second"), wide));

struct name_over_type {
    static constexpr auto value = global.set_object_type<linear>(wide).set_module_name("head", narrow);
};
static_assert(is(of<name_over_type>("head"), narrow) && is(of<name_over_type>("block.first"), wide));

struct parent_name {
    static constexpr auto value = global.set_module_name("block", wide);
};
static_assert(is(of<parent_name>("block.first"), wide) && is(of<parent_name>("block.second"), wide));
static_assert(is(of<parent_name>("head"), narrow) && is(of_add<parent_name>(), wide));

struct child_over_parent {
    static constexpr auto value = global.set_module_name("block", wide).set_module_name("block.second", narrow);
};
static_assert(is(of<child_over_parent>("block.first"), wide) && is(of<child_over_parent>("block.second"), narrow));

struct order_over_name {
    static constexpr auto value =
        global.set_module_name("block", narrow).set_module_name_object_type_order<linear>("block", 1, wide);
};
static_assert(is(of<order_over_name>("block.second"), wide) && is(of<order_over_name>("block.first"), narrow));
static_assert(is(of<order_over_name>("head"), narrow));

struct order_of_function {
    static constexpr auto value = global.set_module_name_object_type_order<qz::fn::add>("block", 0, wide);
};
static_assert(is(of_add<order_of_function>(), wide));

struct order_in_the_model {
    static constexpr auto value = global.set_module_name_object_type_order<linear>("", 0, wide);
};
static_assert(is(of<order_in_the_model>("head"), wide) && is(of<order_in_the_model>("block.first"), narrow));

// An entry of none holds: it is not a missing entry.
struct none_by_name {
    static constexpr auto value = global.set_module_name("head", qz::no_qconfig);
};
static_assert(!of<none_by_name>("head") && is(of<none_by_name>("block.first"), narrow));
struct none_by_type {
    static constexpr auto value = global.set_object_type<linear>(qz::no_qconfig);
};
static_assert(!of<none_by_type>("head") && is(of_add<none_by_type>(), narrow));
struct name_over_none {
    static constexpr auto value = global.set_object_type<linear>(qz::no_qconfig).set_module_name("head", wide);
};
static_assert(is(of<name_over_none>("head"), wide) && !of<name_over_none>("block.first"));

// Setting a key again replaces the value and keeps the place.
struct set_twice {
    static constexpr auto value = global.set_module_name("head", wide).set_module_name("head", narrow);
};
static_assert(set_twice::value.count == 2 && is(of<set_twice>("head"), narrow));

static_assert(qz::matches_glob("layer*.?", "layer1.0") && !qz::matches_glob("layer*.?", "layer1.10"));
static_assert(qz::matches_glob("*", "") && qz::matches_glob("*conv*", "a.conv1.b") &&
              !qz::matches_glob("conv", "conv1"));
