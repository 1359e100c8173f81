// SPDX-License-Identifier: BSL-1.0
// Writing a file whole or not at all.
#pragma once
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <quantype/host/error.hpp>
#include <quantype/io/read_file.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// What is written: the target of a symbolic link rather than the link, so that a rename does not replace the link.
inline std::string write_target(const std::string& path) {
    std::error_code failure;
    if (!std::filesystem::is_symlink(path, failure)) return path;
    const auto target = std::filesystem::canonical(path, failure);
    if (failure) raise(path + ": cannot follow the link: " + failure.message());
    return target.string();
}

/// Permissions of the file to be replaced, or of a new one (which the umask then narrows).
inline mode_t mode_for(const std::string& target, const std::string& path) {
    struct stat status{};
    if (::stat(target.c_str(), &status) != 0) return 0666;
    if (!S_ISREG(status.st_mode)) raise(path + ": cannot write: not a regular file");
    return status.st_mode & 0777U;
}

/// A new file beside the target, removed again unless it was renamed.
class temporary_file {
public:
    temporary_file(std::string target, const std::string& path)
        : path_(path),
          target_(std::move(target)),
          mode_(mode_for(target_, path)),
          temporary_(unused_name(target_)),
          file_(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_)) {
        if (file_.number() < 0) raise_errno(path_, "create a file beside it", errno);
    }
    temporary_file(const temporary_file&) = delete;
    temporary_file& operator=(const temporary_file&) = delete;
    ~temporary_file() {
        if (file_.number() >= 0 && !renamed_) ::unlink(temporary_.c_str());
    }

    void write(std::span<const std::byte> bytes) {
        while (!bytes.empty()) {
            const auto n = ::write(file_.number(), bytes.data(), bytes.size());
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) raise_errno(path_, "write", errno);
            bytes = bytes.subspan(static_cast<std::size_t>(n));
        }
    }

    void rename() {
        if (::access(target_.c_str(), F_OK) == 0 && ::fchmod(file_.number(), mode_) != 0) {
            raise_errno(path_, "keep the permissions", errno);
        }
        if (::fsync(file_.number()) != 0) raise_errno(path_, "write to disk", errno);
        if (std::rename(temporary_.c_str(), target_.c_str()) != 0) raise_errno(path_, "rename", errno);
        renamed_ = true;
        sync_folder();
    }

private:
    static std::string unused_name(const std::string& target) {
        static std::atomic<unsigned> number{0};
        const auto place = std::filesystem::path(target).parent_path();
        const std::string name = ".quantype." + std::to_string(::getpid()) + "." + std::to_string(number++) + ".tmp";
        return (place / name).string();
    }
    // Makes the new name last through a power cut. Not every file system lets a folder be synced, and by now the file
    // is whole and in its place, so a refusal here is no failure.
    void sync_folder() const {
        const auto place = std::filesystem::path(target_).parent_path().string();
        const descriptor folder(::open(place.empty() ? "." : place.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (folder.number() >= 0) ::fsync(folder.number());
    }

    std::string path_;
    std::string target_;
    mode_t mode_;
    std::string temporary_;
    descriptor file_;
    bool renamed_ = false;
};

}  // namespace detail

/// Writes `bytes` to `path`: to a temporary file in the same folder, synced and then renamed. On failure the error
/// names the path and the system's reason, the temporary file is gone and an existing file is as it was. An existing
/// file keeps its permissions; a symbolic link is followed; folders, devices and pipes are refused. A process that is
/// killed on the way can leave `.quantype.<pid>.<number>.tmp` behind.
inline void write_file_atomically(const std::string& path, std::span<const std::byte> bytes) {
    detail::temporary_file file(detail::write_target(path), path);
    file.write(bytes);
    file.rename();
}

/// The same for text.
inline void write_file_atomically(const std::string& path, std::string_view text) {
    write_file_atomically(path, std::as_bytes(std::span(text.data(), text.size())));
}

QUANTYPE_END_NAMESPACE
