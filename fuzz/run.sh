#!/bin/bash
# Fuzzes each target for SECONDS under AddressSanitizer and UndefinedBehaviorSanitizer; stops at the first finding.
# Usage: fuzz/run.sh SECONDS [TARGET...]    targets: the names of fuzz/*.cpp; needs clang++ with libFuzzer
set -eu
here=$(cd "$(dirname "$0")" && pwd)
core=$here/../c3po
seconds=${1:?usage: fuzz/run.sh SECONDS [TARGET...]}
shift
build=${FUZZ_BUILD:-$here/build}
mkdir -p "$build"

# What a target is linked with: the plain C++ folders of _core that it reads through.
folder_of() { case $1 in gcode | bgcode) echo gcode ;; *) sed -n 's|^// folders: ||p' "$here/$1.cpp" ;; esac; }

targets=("$@")
[ ${#targets[@]} -gt 0 ] || for source in "$here"/*.cpp; do targets+=("$(basename "$source" .cpp)"); done
for target in "${targets[@]}"; do
  sources=()
  for folder in $(folder_of "$target"); do sources+=("$core/_core/$folder"/*.cpp); done
  clang++ -std=c++17 -g -O1 -fno-omit-frame-pointer -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
    -DC3PO_BASE_ONLY -Wno-psabi -I"$core" "$here/$target.cpp" "${sources[@]}" -o "$build/$target"
  mkdir -p "$build/corpus-$target" "$here/corpus/$target"
  options=(-max_total_time="$seconds" -timeout=60 -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="$build/$target-")
  [ -f "$here/$target.dict" ] && options+=(-dict="$here/$target.dict")
  log=$build/$target.log
  if ! "$build/$target" "${options[@]}" "$build/corpus-$target" "$here/corpus/$target" > "$log" 2>&1; then
    grep -aE "ERROR|SUMMARY|Test unit|runtime error" "$log"
    echo "$target: found something, see $build/$target-*"
    exit 1
  fi
  grep -a "stat::number_of_executed_units" "$log"
  echo "$target: $seconds seconds without a finding"
done
