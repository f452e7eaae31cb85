#!/usr/bin/env bash
# Prints the path of a hallmark binary, made once for each state of the action and kept in the runner's tool cache.
# Usage: install.sh [VERSION]. Without a VERSION it is built from this checkout, by the Go of the runner. With one it is the asset of that
# release, taken only when its SHA-256 stands in releases.sha256, so that the commit of the action decides what is run.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_dir=$(dirname "$here")
cache=${RUNNER_TOOL_CACHE:-${RUNNER_TEMP:-${TMPDIR:-/tmp}}}/hallmark
cache=${cache//\\//} # Windows has backslashes
sha256=(sha256sum)
command -v sha256sum >/dev/null || sha256=(shasum -a 256) # macOS before version 15
work='' # of a binary on its way into the cache

main() {
  local version=${1:-} key
  if [[ -n $version ]]; then
    # On one line, whatever it was: it is said, and a line that begins with :: would be a command to the runner.
    version=$(printf '%q' "${version#v}")
    key=$(asset_sum "$(asset "$version")")
    [[ -n $key ]] || fail "this commit of the action knows no release $version for $(platform)" \
      "leave the input version empty, which builds the commit itself, or use a later commit of the action, which knows it"
    keep "$key" download "$version" "$key"
  else
    key=$(tree_sum)
    keep "$key" build
  fi
}

# keep KEY COMMAND... prints the binary that the cache holds as KEY. COMMAND makes a missing one in the folder it is given as its last
# argument. Two jobs of one runner may do so at a time: a binary appears whole or not at all.
keep() {
  local program binary
  program=hallmark$(suffix)
  binary=$cache/$1/$program
  shift
  if [[ ! -x $binary ]]; then
    mkdir -p "$(dirname "$binary")"
    work=$(mktemp -d "$cache/new-XXXXXX")
    trap 'rm -rf "$work"' EXIT
    "$@" "$work"
    chmod 755 "$work/$program"
    mv -f "$work/$program" "$binary"
  fi
  printf '%s\n' "$binary"
}

build() {
  local ldflags
  command -v go >/dev/null || fail 'there is no Go on this runner to build Hallmark with' \
    'let actions/setup-go come before, with go-version-file of a module or go-version: stable'
  # A toolchain that go.mod asks for and the runner lacks is fetched by go itself. No stamp of Git: a runner unpacks an action without it.
  # The job may cross-compile its own programs: those settings are not for this one.
  ldflags="-s -w -X github.com/hallmark-ci/hallmark/cli.unpacked=$(commit)"
  (cd "$source_dir" && GOOS='' GOARCH='' GOFLAGS='' GOWORK=off CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags="$ldflags" -o "$1/" .) >&2 ||
    fail 'hallmark cannot be built' 'what go said stands above'
}

# download VERSION SUM DIR
download() {
  local file url
  file=$(asset "$1")
  url=${GITHUB_SERVER_URL:?}/$(action_repository)/releases/download/v$1/$file
  curl --fail --silent --show-error --location --retry 3 --output "$3/$file" "$url" ||
    fail "release $1 cannot be fetched from $url" 'leave the input version empty: then the action is built from its own commit'
  [[ $("${sha256[@]}" "$3/$file" | cut -c 1-64) == "$2" ]] || fail "$file is not the file whose SHA-256 stands in the action" 'do not use it, and tell its owner'
  tar -xzf "$3/$file" -C "$3" "hallmark$(suffix)"
}

# action_repository is OWNER/NAME the action comes from: a runner unpacks it as _actions/OWNER/NAME/REF. An action of the workflow's own
# checkout comes from there.
action_repository() {
  local path=${source_dir##*/_actions/} owner name
  if [[ $path == "$source_dir" ]]; then
    printf '%s\n' "${GITHUB_REPOSITORY:?}"
    return
  fi
  IFS=/ read -r owner name _ <<<"$path"
  printf '%s/%s\n' "$owner" "$name"
}

# commit is that of an action which the workflow names by it; a branch or a tag does not tell.
commit() {
  local ref=${source_dir##*/}
  [[ $source_dir != */_actions/* || ! $ref =~ ^[0-9a-f]{40}$ ]] || printf '%s\n' "$ref"
}

# tree_sum names what would be built: every file of the checkout but Git's own, for the platform, with the commit.
tree_sum() {
  cd "$source_dir"
  { platform && commit && find . -name .git -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 "${sha256[@]}"; } | "${sha256[@]}" | cut -c 1-64
}

# asset_sum NAME is the SHA-256 of a file of a release; empty when the action does not know it.
asset_sum() {
  local sum name
  while read -r sum name || [[ -n $sum ]]; do
    [[ $name != "$1" ]] || printf '%s\n' "$sum"
  done <"$here/releases.sha256"
}

asset() { printf 'hallmark_%s_%s.tar.gz\n' "$1" "$(platform)"; }

# platform is GOOS_GOARCH of the runner, which tells of itself in words of its own.
platform() {
  local system arch
  case ${RUNNER_OS:-$(uname -s)} in
    Linux) system=linux ;;
    macOS | Darwin) system=darwin ;;
    *) system=windows ;;
  esac
  case ${RUNNER_ARCH:-$(uname -m)} in
    X64 | x86_64) arch=amd64 ;;
    ARM64 | arm64 | aarch64) arch=arm64 ;;
    *) arch=other ;;
  esac
  printf '%s_%s\n' "$system" "$arch"
}

suffix() { [[ $(platform) != windows_* ]] || printf '.exe'; }

fail() {
  printf 'hallmark: %s\nhallmark: hint: %s\n' "$1" "$2" >&2
  exit 1
}

main "$@"
