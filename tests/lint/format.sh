#!/bin/bash
# format - the C is as clang-format writes it: clang-format -i FILE mends it
# shows: -
# cost: cpu 4
set -euo pipefail
mapfile -t files <<<"$(git -c safe.directory='*' ls-files --cached --others --exclude-standard '*.c' '*.h')"
bad=0
for file in "${files[@]}"; do
    [ ! -f "$file" ] || clang-format --dry-run -Werror "$file" 2>/dev/null || { echo "clang-format -i $file"; bad=1; }
done
exit "$bad"
