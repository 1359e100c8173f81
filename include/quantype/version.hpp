// SPDX-License-Identifier: BSL-1.0
// The only place where the version is written; CMake reads it from here.
#pragma once

#define QUANTYPE_VERSION_MAJOR 0
#define QUANTYPE_VERSION_MINOR 1
#define QUANTYPE_VERSION_PATCH 0

// Every public name lives in namespace quantype and, inside it, in this inline namespace, so that two versions can be
// linked into one program.
#define QUANTYPE_BEGIN_NAMESPACE \
    namespace quantype {         \
    inline namespace v0 {
#define QUANTYPE_END_NAMESPACE \
    }                          \
    }
