#!/usr/bin/env bash
# Sourced by the set-up scripts: Debian and Ubuntu packages, as root or through sudo.

# The prompt for a password, if there is one, belongs before the step, whose output goes to a log.
apt_ready() {
  have apt-get || return 1
  if [ "$(id -u)" -ne 0 ]; then
    have sudo || return 1
    sudo -v || return 1
  fi
}

apt_run() {
  if [ "$(id -u)" -eq 0 ]; then
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@"
  else
    sudo DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@"
  fi
}

# --no-remove: never trade a package that is there, such as a packaged rustup, for one of ours.
apt_add() { apt_run install -y --no-install-recommends --no-remove "$@"; }

# A stale list asks for packages that are gone. Once an hour is enough for all the scripts of a set-up together.
apt_refresh() {
  [ -z "$(find "$LOGS/apt-update.done" -mmin -60 2>/dev/null)" ] || return 0
  step apt-update "refresh the package lists (10 s)" \
    "apt-get update failed: check the package sources and the network, then run make again" apt_run update
  touch "$LOGS/apt-update.done"
}

# apt_install NAME "what (how long)" PACKAGE…
apt_install() {
  local name=$1 what=$2
  shift 2
  apt_ready || die "$what needs the packages $*: install them (as root: apt-get install $*), then run make again"
  apt_refresh
  step "$name" "$what" "apt-get could not install $*: install them by hand, then run make again" apt_add "$@"
}
