// SPDX-License-Identifier: BSL-1.0
#include <quantype/io/weights.hpp>

#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "unit/io/error_text.hpp"

using io_test::error_text;
using namespace quantype;

namespace {

const std::string file = "m.safetensors";

template <class T>
any_tensor any(const shape& s, std::vector<T> values, dtype d = dtype_of<T>) {
    return to_any_tensor(tensor<T>(s, std::move(values)), d);
}
any_tensor half(const shape& s, const std::vector<std::uint16_t>& bits) {
    any_tensor t = any(s, bits);
    t.type = dtype::float16;
    return t;
}
template <class T>
std::string refusal(const tensor_map& map, const std::string& name) {
    return error_text([&] { get<T>(map, name, file); });
}

}  // namespace

TEST_CASE("weights: get takes a tensor of the right name, shape and dtype") {
    const tensor_map map{{"conv.weight", any<float>(shape{2, 1}, {1, 2})}, {"n", any<std::int64_t>(shape{}, {7})}};
    CHECK(get<float>(map, "conv.weight", shape{2, 1}).data == std::vector<float>{1, 2});
    CHECK(get<std::int64_t>(map, "n", shape{}).data == std::vector<std::int64_t>{7});
    CHECK(get<std::int64_t>(map, "n", file).extents == shape{});
}

TEST_CASE("weights: a missing tensor is refused with near names") {
    const tensor_map map{{"conv1.weight", any<float>(shape{1}, {1})},
                         {"conv2.weight", any<float>(shape{1}, {1})},
                         {"head", any<float>(shape{1}, {1})}};
    CHECK(refusal<float>(map, "conv.weight") ==
          file + ": tensor \"conv.weight\" is missing; near names: \"conv1.weight\", \"conv2.weight\"");
    CHECK(refusal<float>(map, "module.head") == file + ": tensor \"module.head\" is missing; near names: \"head\"");
    CHECK(refusal<float>(map, "zzzzzzzz") ==
          file + ": tensor \"zzzzzzzz\" is missing; none of the 3 tensors has a name near it");
    CHECK(error_text([] { get<float>({}, "a"); }) ==
          "weights: tensor \"a\" is missing; none of the 0 tensors has a name near it");
}

TEST_CASE("weights: another shape or dtype is refused with both") {
    const tensor_map map{{"w", any<float>(shape{2, 1}, {1, 2})}, {"i", any<std::int64_t>(shape{1}, {1})}};
    CHECK(error_text([&] { get<float>(map, "w", shape{1, 2}, file); }) ==
          file + ": tensor \"w\": shape [2, 1] where [1, 2] is expected");
    CHECK(error_text([&] { get<float>(map, "w", shape{2}); }) ==
          "weights: tensor \"w\": shape [2, 1] where [2] is expected");
    CHECK(refusal<float>(map, "i") == file + ": tensor \"i\": dtype torch.int64 where torch.float32 is expected");
    CHECK(refusal<double>(map, "w") == file + ": tensor \"w\": dtype torch.float32 where torch.float64 is expected");
    CHECK(refusal<std::int8_t>(map, "w") == file + ": tensor \"w\": dtype torch.float32 where torch.int8 is expected");
}

TEST_CASE("weights: codes of quantized dtypes are read as their integers") {
    const tensor_map map{{"s8", any<std::int8_t>(shape{1}, {-1}, qint8)},
                         {"u8", any<std::uint8_t>(shape{1}, {255}, quint8)},
                         {"s32", any<std::int32_t>(shape{1}, {-9}, qint32)},
                         {"b", any<std::uint8_t>(shape{1}, {1}, dtype::boolean)}};
    CHECK(get<std::int8_t>(map, "s8").data[0] == -1);
    CHECK(get<std::uint8_t>(map, "u8").data[0] == 255);
    CHECK(get<std::int32_t>(map, "s32").data[0] == -9);
    CHECK(get<std::uint8_t>(map, "b").data[0] == 1);
    CHECK(refusal<std::uint8_t>(map, "s8") ==
          file + ": tensor \"s8\": dtype torch.qint8 where torch.uint8 is expected");
}

TEST_CASE("weights: NaN and infinity are refused with their place") {
    const float infinity = std::numeric_limits<float>::infinity();
    const tensor_map map{{"a", any<float>(shape{2, 3}, {0, 0, 0, 0, 0, std::bit_cast<float>(0xffc00001U)})},
                         {"b", any<float>(shape{2}, {-infinity, 0})},
                         {"c", any<double>(shape{1}, {std::numeric_limits<double>::infinity()})},
                         {"d", half(shape{2}, {0x7bff, 0x7c00})},
                         {"e", half(shape{}, {0xfe00})}};
    CHECK(refusal<float>(map, "a") == file + ": tensor \"a\": element [1, 2] (number 5) is NaN");
    CHECK(refusal<float>(map, "b") == file + ": tensor \"b\": element [0] (number 0) is -infinity");
    CHECK(refusal<float>(map, "c") == file + ": tensor \"c\": element [0] (number 0) is infinity");
    CHECK(refusal<double>(map, "c") == file + ": tensor \"c\": element [0] (number 0) is infinity");
    CHECK(refusal<float>(map, "d") == file + ": tensor \"d\": element [1] (number 1) is infinity");
    CHECK(refusal<float>(map, "e") == file + ": tensor \"e\": element [] (number 0) is NaN");
    CHECK(values_of<float>(map.at("b")).data[0] == -infinity);  // the unchecked way
}

TEST_CASE("weights: float16 is widened and float64 narrowed only without loss") {
    const tensor_map map{{"half", half(shape{3}, {0x3c00, 0x0001, 0xfbff})},
                         {"fits", any<double>(shape{2}, {0.5, -0x1p-149})},
                         {"tenth", any<double>(shape{2}, {0.5, 0.1})},
                         {"big", any<double>(shape{1}, {1e39})}};
    CHECK(get<float>(map, "half").data == std::vector<float>{1.0F, 0x1p-24F, -65504.0F});
    CHECK(get<float>(map, "fits").data == std::vector<float>{0.5F, -0x1p-149F});
    CHECK(get<double>(map, "tenth").data == std::vector<double>{0.5, 0.1});
    CHECK(refusal<float>(map, "tenth") == file +
                                              ": tensor \"tenth\": element [1] (number 1) is 0.10000000000000001 in "
                                              "torch.float64, which torch.float32 cannot hold exactly");
    CHECK(refusal<float>(map, "big").ends_with("which torch.float32 cannot hold exactly"));
}

TEST_CASE("weights: a tensor whose bytes do not fit its shape is refused") {
    const tensor_map map{{"a", any_tensor{dtype::float32, shape{2}, std::vector<std::byte>(4)}},
                         {"none", any_tensor{}}};
    CHECK(refusal<float>(map, "a") == file + ": tensor \"a\": 4 bytes where shape [2] of torch.float32 takes 8");
    CHECK(refusal<float>(map, "none") == file + ": tensor \"none\": dtype None where torch.float32 is expected");
}

TEST_CASE("weights: tensors that nobody uses are named") {
    const tensor_map map{{"a", {}}, {"b", {}}, {"bn.num_batches_tracked", {}}, {"c", {}}};
    check_no_extra(map, std::vector<std::string>{"a", "b", "c", "d"});
    CHECK(error_text([&] { check_no_extra(map, std::vector<std::string_view>{"a", "c"}, file); }) ==
          file + ": 1 tensor that the model does not have: \"b\"");
    tensor_map many;
    for (int i = 0; i < 10; ++i) many[std::string(1, 't') + std::to_string(i)] = {};
    CHECK(error_text([&] { check_no_extra(many, std::vector<std::string>{"t0"}); }) ==
          "weights: 9 tensors that the model does not have: "
          "\"t1\", \"t2\", \"t3\", \"t4\", \"t5\", \"t6\", \"t7\", \"t8\" and 1 more");
}

TEST_CASE("weights: edit_distance") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("abc", "") == 3);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("conv.weight", "conv1.weight") == 1);
}

TEST_CASE("weights: to_any_tensor and values_of check the dtype") {
    CHECK(error_text([] { to_any_tensor(tensor<float>(shape{1}), qint8); }) ==
          "to_any_tensor: elements are not of dtype torch.qint8");
    CHECK(error_text([] { values_of<float>(any<std::int8_t>(shape{1}, {1}), "t"); }) ==
          "t: dtype torch.int8 where torch.float32 is expected");
    tensor<float> wrong(shape{2});
    wrong.data.pop_back();
    CHECK(error_text([&] { to_any_tensor(wrong); }) ==
          "to_any_tensor: 4 bytes where shape [2] of torch.float32 takes 8");
}
