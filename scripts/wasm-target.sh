#!/usr/bin/env bash
# Finds or makes a Rust compiler that builds for the browser (wasm32-unknown-unknown), and notes which one.
#
# 1. "rustup": the installed toolchain with the target added. Seconds, where rustup can download.
# 2. "distro": Debian's rustc-web with the standard library's source, from which every widget build makes its own
#    library. Needs apt only. A small folder of links under .tools/ stands in for a toolchain, so that neither rustup's
#    home nor /usr is changed.
#
# WASM_TOOLCHAIN=rustup or WASM_TOOLCHAIN=distro picks one.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$ROOT/scripts/apt.sh"

target=wasm32-unknown-unknown
wanted=${WASM_TOOLCHAIN:-any}
distro=$TOOLS/rust-web
host_lib=lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')

rustup_ready() { [ -d "$(rustc --print sysroot)/lib/rustlib/$target/lib" ]; }
distro_ready() {
  [ -x "$distro/$host_lib/bin/rust-lld" ] && [ -e "$distro/lib/rustlib/src/rust/library" ] &&
    "$distro/bin/rustc" -V >/dev/null 2>&1
}

note_way() {
  # Written only when it differs: the file's text is part of what decides whether the widget is built again.
  [ "$(cat "$WASM_WAY_FILE" 2>/dev/null)" = "$1" ] || printf '%s\n' "$1" >"$WASM_WAY_FILE"
}

add_with_rustup() {
  have rustup || return 1
  say "add the wasm target with rustup (10 s)"
  mkdir -p "$LOGS"
  timeout 300 rustup target add $target >"$LOGS/wasm-target.log" 2>&1 </dev/null || return 1
  rustup_ready
}

# With the library's source at hand the widget comes out about 15 % smaller. Tried once: it is no must.
add_library_source() {
  local tried=$TOOLS/rust-src-tried
  [ ! -e "$tried" ] || return 0
  [ ! -d "$(rustc --print sysroot)/lib/rustlib/src/rust/library" ] || return 0
  say "add the standard library's source with rustup (5 s)"
  timeout 300 rustup component add rust-src >/dev/null 2>&1 </dev/null ||
    say "  without it the widget will be a little larger"
  touch "$tried"
}

# Debian's rustc knows one place for its libraries, /usr. The links give it another, with the linker of the installed
# toolchain in it; Debian ships none of its own.
link_distro() {
  local linker
  linker=$(rustc --print sysroot)/$host_lib/bin/rust-lld
  [ -x "$linker" ] || die "$linker is missing: reinstall the Rust toolchain with rustup, then run make again"
  rm -rf "$distro"
  mkdir -p "$distro/bin" "$distro/$host_lib/bin"
  ln -s "$linker" "$distro/$host_lib/bin/rust-lld"
  ln -s "/usr/$host_lib/lib" "$distro/$host_lib/lib"
  ln -s /usr/lib/rustlib/src "$distro/lib/rustlib/src"
  ln -s /usr/bin/cargo "$distro/bin/cargo"
  printf '#!/bin/sh\nexec /usr/bin/rustc --sysroot "%s" "$@"\n' "$distro" >"$distro/bin/rustc"
  chmod +x "$distro/bin/rustc"
}

# A way that was found to work is not looked for again.
if [ "$wanted" != distro ] && rustup_ready; then
  way=rustup
elif [ "$wanted" != rustup ] && distro_ready; then
  way=distro
elif [ "$wanted" != distro ] && add_with_rustup; then
  way=rustup
elif [ "$wanted" = rustup ]; then
  die "rustup could not add the target $target (see .tools/log/wasm-target.log): check the network, then run make again"
else
  if apt_ready; then apt_refresh; fi
  apt-cache show rustc-web >/dev/null 2>&1 ||
    die "there is no compiler for the browser here: run 'rustup target add $target' where rustup can download, then run make again"
  apt_install wasm-distro "install Debian's Rust for the browser (20 s, 500 MB)" rustc-web cargo-web rust-web-src
  link_distro
  distro_ready || die "Debian's Rust does not start: run $distro/bin/rustc -V to see why"
  way=distro
fi
[ $way = distro ] || add_library_source
[ "$(cat "$WASM_WAY_FILE" 2>/dev/null)" = $way ] || say "the browser's half is built with: $way"
note_way $way
