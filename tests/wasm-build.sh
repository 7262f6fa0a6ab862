#!/usr/bin/env bash
# Builds a crate of this workspace to WebAssembly:
#   tests/wasm-build.sh CRATE_DIR OUT.wasm   a module (the crate is a cdylib)
#   tests/wasm-build.sh CRATE_DIR FOLDER     only proves that it builds; what is built stays in the folder
#
# With rustup's target wasm32-unknown-unknown where it is or can be added; else with Debian's toolchain
# (apt-get install rustc-web cargo-web rust-web-src lld), which brings no standard library for that target and builds
# it from source. GEMBA_WASM_TOOLCHAIN=rustup|debian picks one. Ends with 3 when there is none.
set -euo pipefail

crate=$(cd "$1" && pwd)
out=$2
root=$(cd "$(dirname "$0")/.." && pwd)
target=wasm32-unknown-unknown
wanted=${GEMBA_WASM_TOOLCHAIN:-any}
case $out in
*.wasm) folder=$root/target/wasm ;;
*) folder=$out ;;
esac
name=$(sed -n 's/^name = "\(.*\)"$/\1/p' "$crate/Cargo.toml" | head -n 1 | tr - _)
arguments=(build --manifest-path "$crate/Cargo.toml" --lib --profile wasm --target "$target")

has_rustup_target() {
    command -v rustup >/dev/null || return 1
    rustup target list --installed | grep -qx "$target" || rustup target add "$target" >&2
}

if [[ $wanted != debian ]] && has_rustup_target; then
    folder=$folder/rustup
    cargo "${arguments[@]}" --target-dir "$folder" >&2
elif [[ $wanted != rustup ]] && rustc=$(dpkg -L rustc-web 2>/dev/null | grep '/bin/rustc$') && command -v wasm-ld >/dev/null; then
    folder=$folder/debian
    mkdir -p "$folder"
    # This compiler is older than the workspace asks for: what became stable since is still a feature there. Our own
    # crates get these; the standard library and the dependencies need none.
    printf '#!/bin/sh\nexec "$@" "-Zcrate-attr=feature(%s)"\n' let_chains,unsigned_is_multiple_of >"$folder/with-features"
    chmod +x "$folder/with-features"
    env -u RUSTUP_TOOLCHAIN \
        RUSTC_BOOTSTRAP=1 RUSTC="$rustc" RUSTC_WORKSPACE_WRAPPER="$folder/with-features" \
        CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$(command -v wasm-ld)" \
        "$(dirname "$rustc")/cargo" "${arguments[@]}" --target-dir "$folder" --ignore-rust-version \
        -Zbuild-std=std,panic_abort >&2
else
    echo "no toolchain for $target: neither rustup's target nor Debian's rustc-web with lld" >&2
    exit 3
fi

if [[ $out == *.wasm ]]; then
    mkdir -p "$(dirname "$out")"
    cp "$folder/$target/wasm/$name.wasm" "$out"
fi
