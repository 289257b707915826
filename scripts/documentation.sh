#!/usr/bin/env bash
# Builds the reference documentation of the libraries from the modules of a finished debug build; a warning is a failure.
# Usage: scripts/documentation.sh [DIRECTORY]   (.build/documentation unless given; one archive for each library)
set -euo pipefail
cd "$(dirname "$0")/.."

output="${1:-.build/documentation}"
libraries=(Catalog TieredCaching RedisTier RedisClient SQLiteStore PostgresStore)
build="${BUILD_DIRECTORY:-.build}"

command -v docc >/dev/null || { echo "    There is no docc beside swift: the documentation is not built" >&2; exit 0; }
[ -d "$build/debug/Modules" ] || { echo "Please build first: swift build" >&2; exit 1; }

# The modules in C that those in Swift were built with.
flags=(-I "$build/debug/Modules" -I "$(pg_config --includedir)")
while IFS= read -r map; do
  flags+=(-Xcc "-fmodule-map-file=$map")
done < <(find -L "$build"/debug/*.build -maxdepth 1 -name module.modulemap
  find -L "$build"/checkouts/*/Sources Sources -maxdepth 3 -name module.modulemap ! -path '*SQLCipher*')

mkdir -p "$output"
for library in "${libraries[@]}"; do
  symbols="$output/symbols/$library"
  rm -rf "$symbols"
  mkdir -p "$symbols"
  swift symbolgraph-extract -module-name "$library" -target "$(uname -m)-unknown-linux-gnu" "${flags[@]}" \
    -module-cache-path "$output/modules" -minimum-access-level public -skip-synthesized-members \
    -skip-inherited-docs -output-dir "$symbols"
  docc convert "Sources/$library/$library.docc" --additional-symbol-graph-dir "$symbols" \
    --fallback-display-name "$library" --fallback-bundle-identifier "modelcatalog.$library" --warnings-as-errors \
    --output-path "$output/$library.doccarchive" >/dev/null
  echo "    $output/$library.doccarchive"
done
