# shellcheck shell=bash
# shellcheck disable=SC2154 # work is the caller's
# What bench/compare and bench/counts share. The caller has set -euo pipefail, stands in the top folder of the checkout, and has a
# folder $work, which it removes when it ends.

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

say() { printf '%s\n' "$*" >&2; }

# build_programs compiles the helpers, and hallmark as it is released unless $HALLMARK names a binary.
build_programs() {
  mkdir -p "$work/bin"
  go build -o "$work/bin/" ./bench/mkimage ./bench/meter ./bench/run ./bench/table
  if [[ -n ${HALLMARK:-} ]]; then
    cp "$HALLMARK" "$work/bin/hallmark"
  else
    CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$work/bin/hallmark" .
  fi
}

# free_port prints a port of 127.0.0.1 that nothing listens at.
free_port() {
  local port
  port=$((20000 + RANDOM % 12000))
  while listens 127.0.0.1 "$port"; do port=$((20000 + RANDOM % 12000)); done
  echo "$port"
}

# await PID LOG COMMAND... waits until the command succeeds, as long as the process lives and for 30 s at most.
await() {
  local pid=$1 log=$2 try
  shift 2
  for ((try = 0; try < 600; try++)); do
    "$@" >/dev/null 2>&1 && return
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.05
  done
  [[ ! -s $log ]] || tail -n 5 "$log" >&2
  die "gave up: $*"
}

# listens HOST PORT succeeds when a server is there.
listens() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

# start_registry HOST PORT STORAGE [PREFIX...] runs docker-registry, and sets registry_pid. The prefix runs it somewhere else.
start_registry() {
  local host=$1 port=$2 storage=$3 config
  shift 3
  config=$storage.yml
  mkdir -p "$storage"
  printf 'version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: "%s"}}\nhttp: {addr: "%s:%s"}\n' \
    "$storage" "$host" "$port" >"$config"
  "$@" docker-registry serve "$config" >"$storage.log" 2>&1 &
  registry_pid=$!
  await "$registry_pid" "$storage.log" listens "$host" "$port"
}

# empty_registry STORAGE forgets all that was pushed. docker-registry keeps nothing of it in memory.
empty_registry() { rm -rf "$1/docker"; }

# start_meter PORT UPSTREAM counts what goes to HOST:PORT upstream, and sets meter_pid.
start_meter() {
  rm -f "$work/meter"
  meter --listen "127.0.0.1:$1" --upstream "$2" --result "$work/meter" &
  meter_pid=$!
  await "$meter_pid" /dev/null listens 127.0.0.1 "$1"
}

# stop_meter ends it: the counts are in $work/meter then.
stop_meter() {
  kill -TERM "$meter_pid"
  wait "$meter_pid" || die 'the meter ended with an error'
}

# metered KIND COLUMN prints what the meter counted: requests (2), bytes sent (3) or received (4). KIND is total, or a method and a part.
metered() { awk -F'\t' -v kind="$1" -v column="$2" '$1 == kind {n = $column} END {print n + 0}' "$work/meter"; }

# make_worktrees makes Git work trees of two commits, $work/tree-1 and $work/tree-2. They are the same wherever and whenever they are made.
make_worktrees() {
  local tree=$work/tree-1
  git init -q -b main "$tree"
  echo app >"$tree/app.txt"
  commit "$tree" first 1700000000
  cp -r "$tree" "$work/tree-2"
  echo changed >"$work/tree-2/app.txt"
  commit "$work/tree-2" second 1700000600
}

commit() {
  git -C "$1" add app.txt
  GIT_CONFIG_GLOBAL=/dev/null GIT_COMMITTER_DATE="$3 +0000" GIT_AUTHOR_DATE="$3 +0000" \
    git -C "$1" -c user.name=bench -c user.email=bench@example.com -c commit.gpgsign=false commit -q -m "$2"
}

# bare COMMAND... runs it with nothing of the caller's environment, an empty home and an empty temporary folder: as on a fresh runner.
# The array caches names folders elsewhere that are emptied too, and $daemon the Docker daemon.
caches=()
daemon=''
bare() {
  rm -rf "${work:?}/home" "${work:?}/temp" "${caches[@]}"
  mkdir "$work/home" "$work/temp"
  env -i PATH="$PATH" HOME="$work/home" TMPDIR="$work/temp" ${daemon:+DOCKER_HOST="$daemon"} "$@"
}
