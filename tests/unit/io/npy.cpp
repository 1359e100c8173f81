// SPDX-License-Identifier: BSL-1.0
#include <quantype/io/npy.hpp>

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>

#include <quantype/io/npy_directory.hpp>

#include "support/temp_dir.hpp"
#include "unit/io/error_text.hpp"

using io_test::bytes_of;
using io_test::error_text;
using io_test::little_endian;
using namespace quantype;

namespace {

std::string file_text(int major, const std::string& header, const std::string& data) {
    std::string out = "\x93NUMPY";
    out += static_cast<char>(major);
    out += '\0';
    return out + little_endian(header.size(), major == 1 ? 2 : 4) + header + data;
}
any_tensor parse(const std::string& text) { return parse_npy(bytes_of(text), "a.npy"); }
std::string refusal(const std::string& text) {
    return error_text([&] { parse(text); });
}
std::string refusal(const std::string& header, const std::string& data) {
    return refusal(file_text(1, header + "\n", data));
}
std::string descr_refusal(const std::string& descr) {
    return refusal("{'descr': " + descr + ", 'fortran_order': False, 'shape': ()}", "");
}
std::string shape_refusal(const std::string& extents) {
    return refusal("{'descr': '<f4', 'fortran_order': False, 'shape': " + extents + "}", "");
}

template <class T>
void check_round_trip(dtype d) {
    tensor<T> t(shape{2, 1, 3});
    for (std::size_t i = 0; i < t.data.size(); ++i) t.data[i] = static_cast<T>(i % 2);
    const any_tensor any = to_any_tensor(t, d);
    const auto bytes = npy_bytes(any, "a.npy");
    const any_tensor back = parse_npy(bytes, "a.npy");
    CHECK(back.type == d);
    CHECK(back.extents == t.extents);
    CHECK(values_of<T>(back).data == t.data);
    CHECK((bytes.size() - any.bytes.size()) % 64 == 0);
}

}  // namespace

TEST_CASE("npy: every dtype survives writing and reading") {
    check_round_trip<float>(dtype::float32);
    check_round_trip<double>(dtype::float64);
    check_round_trip<std::int8_t>(dtype::int8);
    check_round_trip<std::uint8_t>(dtype::uint8);
    check_round_trip<std::uint8_t>(dtype::boolean);
    check_round_trip<std::int16_t>(dtype::int16);
    check_round_trip<std::uint16_t>(dtype::uint16);
    check_round_trip<std::int32_t>(dtype::int32);
    check_round_trip<std::int64_t>(dtype::int64);
}

TEST_CASE("npy: ranks 0 to max_rank and empty tensors survive") {
    for (const shape& s :
         {shape{}, shape{1}, shape{7}, shape{0}, shape{2, 3}, shape{4, 0, 5}, shape{1, 2, 1, 2, 1, 3}}) {
        const any_tensor t = to_any_tensor(tensor<float>(s));
        const any_tensor back = parse_npy(npy_bytes(t, "a.npy"), "a.npy");
        CHECK(back.extents == s);
        CHECK(back.bytes == t.bytes);
    }
}

TEST_CASE("npy: the written bytes are those of numpy") {
    std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
    header.resize(117, ' ');
    const tensor<float> t(shape{2}, {1.0F, -2.0F});
    CHECK(npy_bytes(to_any_tensor(t), "a.npy") ==
          bytes_of(file_text(1, header + "\n", std::string("\x00\x00\x80\x3f\x00\x00\x00\xc0", 8))));
}

TEST_CASE("npy: versions 2.0 and 3.0, any key order, either quote, native byte order") {
    const std::string header = "{\"shape\":(2,),'descr':'=i2',\"fortran_order\":False,}\n";
    for (const int major : {1, 2, 3}) {
        const any_tensor t = parse(file_text(major, header, std::string("\x01\x00\xff\xff", 4)));
        CHECK(t.type == dtype::int16);
        CHECK(values_of<std::int16_t>(t).data == std::vector<std::int16_t>{1, -1});
    }
    CHECK(parse(file_text(1, "{'descr': 'u1', 'fortran_order': False, 'shape': (0,)}\n", "")).type == dtype::uint8);
}

TEST_CASE("npy: dtypes that are not supported are refused by name") {
    CHECK(descr_refusal("'>f4'") == "a.npy: dtype \">f4\": big-endian data is not supported");
    CHECK(descr_refusal("'|O'") == "a.npy: dtype \"|O\": Python objects are not read");
    CHECK(descr_refusal("[('a', '<f4')]") == "a.npy: structured dtypes (records) are not supported");
    for (const std::string name : {"<u4", "<u8", "<c8", "<U3", "|S2", "<M8[s]", "f", "", "<<f4", "|f4", "<f16"}) {
        CHECK(descr_refusal("'" + name + "'") ==
              "a.npy: dtype \"" + name +
                  "\" is not supported; supported are f2 f4 f8 i1 i2 i4 i8 u1 u2 b1, little-endian");
    }
}

TEST_CASE("npy: wrong headers are refused by cause") {
    CHECK(refusal("") == "a.npy: 0 bytes are too few for an .npy file");
    CHECK(refusal("PK\x03\x04 this is a zip archive") == "a.npy: not an .npy file (wrong magic bytes)");
    CHECK(refusal(file_text(4, "", "")) == "a.npy: .npy version 4.0 is not supported, only 1.0, 2.0 and 3.0");
    CHECK(refusal(file_text(0, "", "")) == "a.npy: .npy version 0.0 is not supported, only 1.0, 2.0 and 3.0");
    CHECK(refusal(std::string("\x93NUMPY\x01\x01", 8) + "\x01\n\n\n\n") ==
          "a.npy: .npy version 1.1 is not supported, only 1.0, 2.0 and 3.0");
    CHECK(refusal(std::string("\x93NUMPY\x02\x00\x10\x00", 10)) == "a.npy: the file ends inside the header length");
    CHECK(refusal(std::string("\x93NUMPY\x01\x00\x10\x00", 10)) ==
          "a.npy: header length 16 goes past the end of the file of 10 bytes");
    CHECK(refusal(std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12)) ==
          "a.npy: header length 4294967295, the limit is 65536");
    CHECK(refusal(file_text(1, "{}", "")) == "a.npy: the header does not end in a newline");
    CHECK(refusal("", "") == "a.npy: expected '{' at byte 1 of the header");
    CHECK(refusal("{}", "") == "a.npy: the key 'descr' is missing");
    CHECK(refusal("{'descr': '<f4'}", "") == "a.npy: the key 'fortran_order' is missing");
    CHECK(refusal("{'descr': '<f4', 'fortran_order': False}", "") == "a.npy: the key 'shape' is missing");
    CHECK(refusal("{'descr': '<f4', 'descr': '<f4'}", "") == "a.npy: the key \"descr\" occurs twice");
    CHECK(refusal("{'other': '<f4'}", "") == "a.npy: unknown key \"other\"");
    CHECK(refusal("{'descr': '<f4}", "") == "a.npy: a quoted text of the header does not end");
    CHECK(refusal("{descr: '<f4'}", "") == "a.npy: expected a quoted text at byte 1 of the header");
    CHECK(refusal("{'descr': '<f4' 'shape': ()}", "") == "a.npy: expected '}' at byte 16 of the header");
    CHECK(refusal("{'fortran_order': 0}", "") == "a.npy: 'fortran_order' is neither True nor False");
    CHECK(refusal("{'fortran_order': True}", "") ==
          "a.npy: Fortran order is not supported; save it with numpy.ascontiguousarray");
    CHECK(refusal("{'descr': '<f4', 'fortran_order': False, 'shape': ()} import os", "0123") ==
          "a.npy: text after the header's closing brace");
}

TEST_CASE("npy: hostile shapes are refused by number") {
    CHECK(shape_refusal("(1, 1, 1, 1, 1, 1, 1)") == "a.npy: 7 dimensions, the limit is 6");
    CHECK(shape_refusal("(2, 2147483648)") == "a.npy: dimension 1 is 2147483648, the limit is 2147483647");
    CHECK(shape_refusal("(9223372036854775808,)") ==
          "a.npy: dimension 0 is 9223372036854775808, the limit is 2147483647");
    CHECK(shape_refusal("(18446744073709551616,)") == "a.npy: a dimension exceeds 64 bits");
    CHECK(shape_refusal("(2147483647, 2147483647)") == "a.npy: the shape takes more than 2^63 bytes");
    CHECK(shape_refusal("(2147483647, 2147483647, 2147483647, 0)") == "a.npy: the shape takes more than 2^63 bytes");
    CHECK(shape_refusal("(65536, 65536)") ==
          "a.npy: 0 bytes of data where shape [65536, 65536] of torch.float32 takes 17179869184");
    CHECK(shape_refusal("(-1,)") == "a.npy: expected a dimension at byte 51 of the header");
    CHECK(shape_refusal("(3)") == "a.npy: 'shape' is a number in brackets, not a tuple");
    CHECK(shape_refusal("(3 4)") == "a.npy: expected ',' or ')' at byte 53 of the header");
    CHECK(shape_refusal("(3, , 4)") == "a.npy: expected a dimension at byte 54 of the header");
    CHECK(shape_refusal("3") == "a.npy: expected '(' at byte 50 of the header");
}

TEST_CASE("npy: data that does not fit the header is refused") {
    const std::string header = "{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}";
    CHECK(refusal(header, std::string(2, '\0')) == "a.npy: 2 bytes of data where shape [3] of torch.bool takes 3");
    CHECK(refusal(header, std::string(4, '\0')) == "a.npy: 4 bytes of data where shape [3] of torch.bool takes 3");
    CHECK(refusal(header, std::string("\x00\x01\x02", 3)) == "a.npy: element 2 is 2 where a boolean is 0 or 1");
}

TEST_CASE("npy: a file cut at any byte is refused; a flipped bit of the header is refused or harmless") {
    const auto whole = npy_bytes(to_any_tensor(tensor<float>(shape{2, 2}, {1, 2, 3, 4})), "a.npy");
    for (std::size_t n = 0; n < whole.size(); ++n) {
        CHECK(error_text([&] { parse_npy(std::span(whole).first(n), "a.npy"); }).starts_with("a.npy: "));
    }
    std::size_t refused = 0;
    for (std::size_t bit = 0; bit < 8 * (whole.size() - 16); ++bit) {
        auto damaged = whole;
        damaged[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        any_tensor t;
        const std::string text = error_text([&] { t = parse_npy(damaged, "a.npy"); });
        if (text != "(no error)") ++refused;
        CHECK((text.starts_with("a.npy: ") || t.bytes.size() == 16));
    }
    CHECK(refused > 700);  // what passes: another dtype of the same size, spaces turned into other white space
}

TEST_CASE("npy: what cannot be written is refused and leaves no file") {
    const support::temp_dir dir;
    const std::string path = dir.file("a.npy");
    const any_tensor codes = to_any_tensor(tensor<std::int8_t>(shape{2}, {1, 2}), qint8);
    CHECK(error_text([&] { save_npy(path, codes); }) == path + ": dtype torch.qint8 has no .npy form");
    any_tensor wrong{dtype::float32, shape{2}, std::vector<std::byte>(7)};
    CHECK(error_text([&] { save_npy(path, wrong); }) == path + ": 7 bytes where shape [2] of torch.float32 takes 8");
    wrong.extents = shape{-2};
    CHECK(error_text([&] { save_npy(path, wrong); }) == path + ": dimension 0 is -2");
    wrong.extents.rank = 7;
    CHECK(error_text([&] { save_npy(path, wrong); }) == path + ": rank 7 is out of range");
    CHECK(std::filesystem::is_empty(dir.path()));
}

TEST_CASE("npy: a folder of files is a tensor_map") {
    const support::temp_dir dir;
    CHECK(error_text([&] { load_npy_directory(dir.path()); }) == dir.path() + ": the folder holds no .npy file");
    save_npy(dir.file("layer1.0.conv1.weight.npy"), to_any_tensor(tensor<float>(shape{1}, {2.5F})));
    save_npy(dir.file("fc.bias.npy"), to_any_tensor(tensor<std::int32_t>(shape{2}, {3, 4})));
    write_file_atomically(dir.file("README.md"), "not a tensor");
    const tensor_map map = load_npy_directory(dir.path());
    CHECK(map.size() == 2);
    CHECK(values_of<float>(map.at("layer1.0.conv1.weight")).data == std::vector<float>{2.5F});
    const std::string broken = dir.file("x.npy");
    write_file_atomically(broken, "short");
    CHECK(error_text([&] { load_npy_directory(dir.path()); }) == broken + ": 5 bytes are too few for an .npy file");
    const std::string missing = dir.file("missing");
    CHECK(error_text([&] { load_npy_directory(missing); }) ==
          missing + ": cannot list the folder: No such file or directory");
}
