// SPDX-License-Identifier: BSL-1.0
// The desk path: prepare, calibrate, convert, run, and what each refuses.
#include <limits>

#include "small_model.hpp"
#include "support/catch.hpp"

using namespace small;

namespace {

auto calibrated() {
    auto p = qz::prepare<net, backend, mapping>(weights());
    p(input({0, 1, -1, 0.5f, 0.25f, -0.5f, 0.75f, 1}));  // two rows: a batch of twice the model's
    return p;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a converted model follows the float model") {
    auto p = calibrated();
    const auto x = input({0, 1, -1, 0.5f});
    const auto expected = p(x);
    const auto got = qz::convert(p)(x);
    REQUIRE(got.size() == 1);
    for (std::size_t i = 0; i < 2; ++i) CHECK(std::abs(got[0].data[i] - expected[0].data[i]) < 0.03f);
}

TEST_CASE("the arena is a constant and is respected") {
    const auto model = qz::convert(calibrated());
    constexpr int bytes = decltype(model)::arena_bytes;
    static_assert(bytes > 0 && bytes % qz::arena_alignment == 0);
    std::vector<std::byte> memory(bytes + 2 * 256, std::byte{0x5a});
    std::byte* arena = memory.data();
    while (reinterpret_cast<std::uintptr_t>(arena) % qz::arena_alignment != 0) ++arena;
    std::byte* const begin = arena + 64;
    const auto x = input({0, 1, -1, 0.5f});
    float y[2];
    const float* in[] = {x.data.data()};
    float* out[] = {y};
    model.run(in, out, begin);
    for (std::byte* b = memory.data(); b < begin; ++b) CHECK(*b == std::byte{0x5a});
    for (std::byte* b = begin + bytes; b < memory.data() + memory.size(); ++b) CHECK(*b == std::byte{0x5a});
    CHECK(std::vector<float>(y, y + 2) == model(x)[0].data);
}

TEST_CASE("conversion without calibration is refused") {
    const auto p = qz::prepare<net, backend, mapping>(weights());
    const std::string text = error_of([&] { qz::convert(p); });
    CHECK(contains(text, "nothing was observed"));
    CHECK(contains(text, "activation_post_process_0"));
}

TEST_CASE("NaN and infinity are refused by name") {
    auto w = weights();
    float nan = std::numeric_limits<float>::quiet_NaN();
    std::memcpy(w["second.bias"].bytes.data() + 4, &nan, 4);
    CHECK(contains(error_of([&] { qz::prepare<net, backend, mapping>(w); }), "second.bias"));
    auto p = qz::prepare<net, backend, mapping>(weights());
    const std::string text = error_of([&] { p(input({0, std::numeric_limits<float>::infinity(), 0, 0})); });
    CHECK(contains(text, "input 0 of batch 0"));
    CHECK(contains(text, "[0, 1]"));
}

TEST_CASE("missing, extra and misshapen weights are refused by name") {
    auto w = weights();
    w.erase("first.bias");
    CHECK(contains(error_of([&] { qz::prepare<net, backend, mapping>(w); }), "first.bias"));
    w = weights();
    w["thrid.weight"] = floats(qz::shape(1), {0});
    CHECK(contains(error_of([&] { qz::prepare<net, backend, mapping>(w); }), "thrid.weight"));
    w = weights();
    w["first.weight"] = floats(qz::shape(4, 3), std::vector<float>(12, 0.0f));
    const std::string text = error_of([&] { qz::prepare<net, backend, mapping>(w); });
    CHECK(contains(text, "[4, 3]"));
    CHECK(contains(text, "[3, 4]"));
}

TEST_CASE("inputs of a wrong shape or number are refused") {
    auto p = calibrated();
    const qz::tensor<float> wrong(qz::shape(1, 5));
    CHECK(contains(error_of([&] { p(wrong); }), "[1, 5]"));
    const auto model = qz::convert(p);
    CHECK(contains(error_of([&] { model(wrong); }), "[1, 4]"));
    CHECK(!error_of([&] { model(input({0, 0, 0, 0}), input({0, 0, 0, 0})); }).empty());
}

TEST_CASE("an accumulator that cannot hold bias and sum is refused by channel") {
    auto w = weights();
    w["first.bias"] = floats(qz::shape(3), {0, 0, 3.0e4f});
    auto p = qz::prepare<net, backend, mapping>(w);
    p(input({1e-4f, 0, 0, 0}));
    const std::string text = error_of([&] { qz::convert(p); });
    CHECK(contains(text, "first"));
    CHECK(contains(text, "int32"));
}

TEST_CASE("a model lowered from given numbers equals the converted one") {
    const auto model = qz::convert(calibrated());
    const auto again = qz::convert_from<net, backend, mapping>(weights(), model.quantized());
    const auto x = input({0.1f, 0.9f, -0.4f, 0.2f});
    CHECK(again(x)[0].data == model(x)[0].data);
}

TEST_CASE("the ranges of a calibrated PyTorch model are read by its names") {
    const auto p = calibrated();
    qz::tensor_map state = weights();
    for (int slot = 0; slot < p.view().observer_count; ++slot) {
        const std::string name = "activation_post_process_" + std::to_string(slot);
        state[name + ".eps"] = floats(qz::shape(1), {0x1p-23f});
        state[name + ".min_val"] = floats({}, p.state(slot).min);
        state[name + ".max_val"] = floats({}, p.state(slot).max);
    }
    const auto read = qz::prepare<net, backend, mapping>(state);
    for (int slot = 0; slot < p.view().observer_count; ++slot) CHECK(read.state(slot) == p.state(slot));
    const auto x = input({0.1f, 0.9f, -0.4f, 0.2f});
    CHECK(qz::convert(read)(x)[0].data == qz::convert(p)(x)[0].data);
    state.erase("activation_post_process_1.max_val");
    CHECK(contains(error_of([&] { qz::prepare<net, backend, mapping>(state); }),
                   "\"activation_post_process_1.max_val\" is missing"));
}

TEST_CASE("given numbers that do not fit the model are refused") {
    const auto model = qz::convert(calibrated());
    auto q = model.quantized();
    q.values.pop_back();
    CHECK(contains(error_of([&] { qz::convert_from<net, backend, mapping>(weights(), q); }), "observed values"));
    q = model.quantized();
    q.weights.begin()->second.codes.pop_back();
    CHECK(contains(error_of([&] { qz::convert_from<net, backend, mapping>(weights(), q); }), "weight codes"));
    q = model.quantized();
    q.weights.erase(q.weights.begin());
    CHECK(contains(error_of([&] { qz::convert_from<net, backend, mapping>(weights(), q); }), "no quantized weight"));
}
