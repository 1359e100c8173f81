// SPDX-License-Identifier: BSL-1.0
// The only place where the version is written; CMake reads it from here.
#pragma once

#define QUANTYPE_VERSION_MAJOR 0
#define QUANTYPE_VERSION_MINOR 1
#define QUANTYPE_VERSION_PATCH 0

// 1: steps of a plan do the work of others where the codes come out the same, such as a convolution that clamps for the
// ReLU6 behind it. 0: every op is a step of its own, so that the value behind each can be looked at.
#ifndef QUANTYPE_FUSE_STEPS
#define QUANTYPE_FUSE_STEPS 1
#endif

// Every public name lives in namespace quantype and, inside it, in this inline namespace, so that two versions can be
// linked into one program; and so that a unit with QUANTYPE_FUSE_STEPS=0 can be linked with others.
#if QUANTYPE_FUSE_STEPS
#define QUANTYPE_BEGIN_NAMESPACE \
    namespace quantype {         \
    inline namespace v0 {
#else
#define QUANTYPE_BEGIN_NAMESPACE \
    namespace quantype {         \
    inline namespace v0_step_by_step {
#endif
#define QUANTYPE_END_NAMESPACE \
    }                          \
    }
