#!/bin/bash
# clang - what gcc builds, clang builds too, with the same warnings as errors
# shows: -
# cost: cpu 1
# preset: clang
set -euo pipefail
test -f build/clang/libsinergi_common.a
