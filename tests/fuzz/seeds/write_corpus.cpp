// SPDX-License-Identifier: BSL-1.0
// Writes the seed corpus: `write_corpus <folder>` makes <folder>/npy/* and <folder>/safetensors/*, always the same
// bytes.
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include <quantype/io/model_file.hpp>
#include <quantype/io/npy.hpp>
#include <quantype/io/safetensors.hpp>

namespace {

namespace qz = quantype;

std::string little_endian(std::uint64_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(static_cast<unsigned char>(value >> (8 * i) & 255U));
    return out;
}

std::string npy(int version, std::string header, const std::string& data) {
    header += '\n';
    std::string out = "\x93NUMPY";
    out += static_cast<char>(version);
    out += '\0';
    return out + little_endian(header.size(), version == 1 ? 2 : 4) + header + data;
}

std::string safetensors(const std::string& header, const std::string& data) {
    return little_endian(header.size(), 8) + header + data;
}

void write_npy_seeds(const std::string& folder) {
    using qz::shape;
    qz::save_npy(folder + "f4_2x3", qz::to_any_tensor(qz::tensor<float>(shape{2, 3}, {0, 1, -2, 0.5F, 1e30F, -0.0F})));
    qz::save_npy(folder + "i8_scalar", qz::to_any_tensor(qz::tensor<std::int64_t>(shape{}, {-7})));
    qz::save_npy(folder + "u1_4", qz::to_any_tensor(qz::tensor<std::uint8_t>(shape{4}, {0, 1, 128, 255})));
    qz::save_npy(folder + "b1_3", qz::to_any_tensor(qz::tensor<std::uint8_t>(shape{3}, {0, 1, 1}), qz::dtype::boolean));
    qz::save_npy(folder + "i2_empty", qz::to_any_tensor(qz::tensor<std::int16_t>(shape{3, 0, 2})));
    qz::save_npy(folder + "f8_rank6", qz::to_any_tensor(qz::tensor<double>(shape{1, 1, 1, 1, 1, 2}, {0.25, 0.1})));
    const auto text = [&](const char* name, const std::string& bytes) {
        qz::write_file_atomically(folder + name, bytes);
    };
    text("version2_f2",
         npy(2, "{\"shape\": (2,), \"descr\": \"<f2\", \"fortran_order\": False}", little_endian(0x7c003c00, 4)));
    text("version3_i4", npy(3, "{'descr': '=i4', 'fortran_order': False, 'shape': (1,), }", little_endian(5, 4)));
    text("refused_order", npy(1, "{'descr': '<u2', 'fortran_order': True, 'shape': (1, 1), }", little_endian(5, 2)));
    text("refused_big_endian", npy(1, "{'descr': '>f4', 'fortran_order': False, 'shape': (), }", little_endian(5, 4)));
    text("refused_record", npy(1, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (), }", ""));
    text("refused_overflow",
         npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (2147483647, 2147483647, 2147483647, 0), }", ""));
    text("refused_2_to_63", npy(1, "{'descr': '|i1', 'fortran_order': False, 'shape': (9223372036854775808,), }", ""));
    text("refused_length", std::string("\x93NUMPY\x02\x00", 8) + little_endian(0xffffffff, 4) + "{}\n");
}

void write_safetensors_seeds(const std::string& folder) {
    using qz::shape;
    const qz::tensor_map some{
        {"conv.weight", qz::to_any_tensor(qz::tensor<float>(shape{1, 2, 1, 1}, {0.5F, -1}))},
        {"conv.count", qz::to_any_tensor(qz::tensor<std::int64_t>(shape{}, {3}))},
        {"empty", qz::to_any_tensor(qz::tensor<double>(shape{0, 4}))},
        {"mask", qz::to_any_tensor(qz::tensor<std::uint8_t>(shape{3}, {1, 0, 1}), qz::dtype::boolean)},
        {"half", qz::any_tensor{qz::dtype::float16, shape{1}, {std::byte{0}, std::byte{0x3c}}}},
        {"small", qz::to_any_tensor(qz::tensor<std::int16_t>(shape{2}, {-1, 1}))},
    };
    qz::save_safetensors(folder + "six_tensors", some, {{"framework", "pt"}, {"note", "\"quoted\"\n"}});
    qz::save_safetensors(folder + "no_tensors", {});
    qz::write_model_file(folder + "model",
                         {{"fc.weight", qz::to_any_tensor(qz::tensor<std::int8_t>(shape{2}, {-128, 127}), qz::qint8)},
                          {"fc.weight_scale", qz::to_any_tensor(qz::tensor<double>(shape{1}, {0.1}))}},
                         {{"backend", "qnnpack"}});
    const auto text = [&](const char* name, const std::string& header, const std::string& data) {
        qz::write_file_atomically(folder + name, safetensors(header, data));
    };
    const std::string bytes8(8, '\1');
    text("model_version_2", R"({"__metadata__":{"format":"quantype-model","format_version":"2"}})", "");
    text("model_bad_dtype",
         R"({"__metadata__":{"format":"quantype-model","format_version":"1","dtype.a":"torch.qint8"},)"
         R"("a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})",
         bytes8);
    text("refused_overlap",
         R"({"a":{"dtype":"U8","shape":[6],"data_offsets":[0,6]},)"
         R"("b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})",
         bytes8);
    text("refused_hole", R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})", bytes8);
    text("refused_rest", R"({"a":{"dtype":"U16","shape":[2],"data_offsets":[0,4]}})", bytes8);
    text("refused_past_end", R"({"a":{"dtype":"I32","shape":[4],"data_offsets":[0,16]}})", bytes8);
    text("refused_bf16", R"({"a":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}})", bytes8);
    text("refused_twice",
         R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},)"
         R"("a":{"dtype":"I8","shape":[8],"data_offsets":[0,8]}})",
         bytes8);
    text("refused_overflow",
         R"({"a":{"dtype":"F64","shape":[2147483647,2147483647,2147483647,0],"data_offsets":[0,0]}})", "");
    text("refused_2_to_63",
         R"({"a":{"dtype":"I8","shape":[8],"data_offsets":[9223372036854775808,9223372036854775816]}})", bytes8);
    text("refused_depth", R"({"a":)" + std::string(100, '[') + std::string(100, ']') + "}", "");
    qz::write_file_atomically(folder + "refused_length", little_endian(std::uint64_t{1} << 63U, 8) + "{}");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: write_corpus <folder>\n");
        return 2;
    }
    try {
        const std::string folder = argv[1];
        std::filesystem::create_directories(folder + "/npy");
        std::filesystem::create_directories(folder + "/safetensors");
        write_npy_seeds(folder + "/npy/");
        write_safetensors_seeds(folder + "/safetensors/");
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
    return 0;
}
