// SPDX-License-Identifier: BSL-1.0
// Saving a converted model and loading it again: bit for bit, and only into the model it was saved from.
#include "small_model.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace small;

namespace {

template <class Mapping>
auto converted() {
    auto p = qz::prepare<net, backend, Mapping>(weights());
    p(input({0, 1, -1, 0.5f}));
    return qz::convert(p);
}

}  // namespace

TEST_CASE("a saved model loads bit for bit, and saves to the same bytes") {
    const support::temp_dir folder;
    const std::string path = folder.file("model"), second = folder.file("second");
    const auto model = converted<mapping>();
    qz::save_model(model, path);
    const auto loaded = qz::load_model<net, backend, mapping>(path);
    for (const auto& x : {input({0, 1, -1, 0.5f}), input({0.3f, -0.7f, 0.9f, 0.05f})})
        CHECK(loaded(x)[0].data == model(x)[0].data);
    CHECK(loaded.quantized().values == model.quantized().values);
    qz::save_model(loaded, second);
    CHECK(qz::read_file(path) == qz::read_file(second));
}

TEST_CASE("a file of another mapping is refused by its hash") {
    static_assert(qz::model_hash<net, backend, mapping> != qz::model_hash<net, backend, other_mapping>);
    const support::temp_dir folder;
    const std::string path = folder.file("model");
    qz::save_model(converted<mapping>(), path);
    const std::string text = error_of([&] { qz::load_model<net, backend, other_mapping>(path); });
    CHECK(text.find("saved from another model, backend or mapping") != std::string::npos);
}
