// SPDX-License-Identifier: BSL-1.0
// A whole file as bytes.
#pragma once
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <quantype/host/error.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Largest file that the readers take, in bytes (4 GiB).
inline constexpr std::uint64_t max_file_bytes = std::uint64_t{1} << 32U;

namespace detail {

/// A file descriptor that closes itself.
class descriptor {
public:
    explicit descriptor(int number) : number_(number) {}
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const { return number_; }

private:
    int number_;
};

[[noreturn]] inline void raise_errno(const std::string& path, const std::string& action, int code) {
    raise(path + ": cannot " + action + ": " + std::strerror(code));
}

inline std::uint64_t size_of_regular_file(const descriptor& file, const std::string& path) {
    struct stat status{};
    if (::fstat(file.number(), &status) != 0) raise_errno(path, "stat", errno);
    if (!S_ISREG(status.st_mode)) raise(path + ": cannot read: not a regular file");
    return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace detail

/// All bytes of a regular file. Refuses folders, devices and pipes, and files of more than `max_bytes`.
inline std::vector<std::byte> read_file(const std::string& path, std::uint64_t max_bytes = max_file_bytes) {
    // Without O_NONBLOCK, opening a pipe would wait for its other end before it can be refused.
    const detail::descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.number() < 0) detail::raise_errno(path, "open", errno);
    const std::uint64_t size = detail::size_of_regular_file(file, path);
    if (size > max_bytes) {
        raise(path + ": " + std::to_string(size) + " bytes, the limit is " + std::to_string(max_bytes));
    }
    std::vector<std::byte> bytes(static_cast<std::size_t>(size));
    std::size_t done = 0;
    while (done < bytes.size()) {
        const auto n = ::read(file.number(), bytes.data() + done, bytes.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) detail::raise_errno(path, "read", errno);
        if (n == 0) raise(path + ": shrank from " + std::to_string(size) + " bytes while being read");
        done += static_cast<std::size_t>(n);
    }
    return bytes;
}

QUANTYPE_END_NAMESPACE
