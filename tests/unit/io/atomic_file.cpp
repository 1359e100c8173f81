// SPDX-License-Identifier: BSL-1.0
#include <quantype/io/atomic_file.hpp>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <string>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/temp_dir.hpp"
#include "unit/io/error_text.hpp"

namespace fs = std::filesystem;
using io_test::bytes_of;
using io_test::error_text;
using quantype::read_file;
using quantype::write_file_atomically;

namespace {

std::size_t files_in(const std::string& folder) {
    std::size_t n = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder)) ++n;
    return n;
}

/// While it lives no file of this process grows beyond `bytes`: a write that fails half-way, as on a full disk.
class file_size_limit {
public:
    explicit file_size_limit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const struct rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    file_size_limit(const file_size_limit&) = delete;
    file_size_limit& operator=(const file_size_limit&) = delete;
    ~file_size_limit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

private:
    struct rlimit before_{};
    void (*handler_)(int);
};

}  // namespace

TEST_CASE("atomic_file: writes a new file and replaces an old one") {
    const support::temp_dir dir;
    const std::string path = dir.file("a.bin");
    write_file_atomically(path, "first");
    CHECK(read_file(path) == bytes_of("first"));
    write_file_atomically(path, "");
    CHECK(read_file(path).empty());
    CHECK(files_in(dir.path()) == 1);
}

TEST_CASE("atomic_file: a write that fails half-way leaves the old file and nothing else") {
    const support::temp_dir dir;
    const std::string old_file = dir.file("old");
    const std::string new_file = dir.file("new");
    write_file_atomically(old_file, "precious");
    const std::string big(100000, 'x');
    std::string old_error;
    std::string new_error;
    {
        const file_size_limit limit(50000);
        old_error = error_text([&] { write_file_atomically(old_file, big); });
        new_error = error_text([&] { write_file_atomically(new_file, big); });
    }
    CHECK(old_error == old_file + ": cannot write: File too large");
    CHECK(new_error == new_file + ": cannot write: File too large");
    CHECK(read_file(old_file) == bytes_of("precious"));
    CHECK(files_in(dir.path()) == 1);
}

TEST_CASE("atomic_file: targets that cannot be written are refused by name") {
    const support::temp_dir dir;
    const std::string missing = dir.file("no/such/folder");
    CHECK(error_text([&] { write_file_atomically(missing, "x"); }) ==
          missing + ": cannot create a file beside it: No such file or directory");
    CHECK(error_text([&] { write_file_atomically(dir.path(), "x"); }) ==
          dir.path() + ": cannot write: not a regular file");
    CHECK(error_text([] { write_file_atomically("/dev/null", "x"); }) == "/dev/null: cannot write: not a regular file");
    const std::string loose = dir.file("loose");
    fs::create_symlink(dir.file("nothing"), loose);
    CHECK(error_text([&] { write_file_atomically(loose, "x"); }) ==
          loose + ": cannot follow the link: No such file or directory");
    CHECK(files_in(dir.path()) == 1);
}

TEST_CASE("atomic_file: permissions stay and links are followed") {
    const support::temp_dir dir;
    const std::string path = dir.file("script");
    write_file_atomically(path, "a");
    REQUIRE(::chmod(path.c_str(), 0750) == 0);
    const std::string link = dir.file("link");
    fs::create_symlink(path, link);
    write_file_atomically(link, "b");
    CHECK(fs::is_symlink(link));
    CHECK(read_file(path) == bytes_of("b"));
    CHECK(fs::status(path).permissions() == static_cast<fs::perms>(0750));
    const mode_t before = ::umask(027);
    write_file_atomically(dir.file("new"), "c");
    ::umask(before);
    CHECK(fs::status(dir.file("new")).permissions() == static_cast<fs::perms>(0640));
}

TEST_CASE("read_file: refuses what is not a file of bounded size") {
    const support::temp_dir dir;
    const std::string missing = dir.file("missing");
    CHECK(error_text([&] { read_file(missing); }) == missing + ": cannot open: No such file or directory");
    CHECK(error_text([&] { read_file(dir.path()); }) == dir.path() + ": cannot read: not a regular file");
    CHECK(error_text([] { read_file("/dev/zero"); }) == "/dev/zero: cannot read: not a regular file");
    const std::string pipe = dir.file("pipe");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(error_text([&] { read_file(pipe); }) == pipe + ": cannot read: not a regular file");
    const std::string path = dir.file("nine");
    write_file_atomically(path, "123456789");
    CHECK(error_text([&] { read_file(path, 8); }) == path + ": 9 bytes, the limit is 8");
    const std::string sparse = dir.file("sparse");
    write_file_atomically(sparse, "");
    fs::resize_file(sparse, quantype::max_file_bytes + 1);
    CHECK(error_text([&] { read_file(sparse); }) == sparse + ": 4294967297 bytes, the limit is 4294967296");
}
