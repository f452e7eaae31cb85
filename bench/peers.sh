# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # work is the caller's, and what is set here is for the caller
# What bench/compare starts beside the registry: a daemon of Docker, and a slow link. Both need root.

# start_docker [PREFIX...] runs a daemon of its own, and sets docker_pid, docker and daemon.
start_docker() {
  local dir=$work/docker
  mkdir -p "$dir"
  daemon=unix://$dir/socket
  "$@" dockerd --host "$daemon" --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/pid" --storage-driver overlay2 \
    --bridge none --iptables=false --ip6tables=false --insecure-registry 10.0.0.0/8 >>"$work/dockerd.log" 2>&1 &
  docker_pid=$!
  await "$docker_pid" "$work/dockerd.log" find_docker
}

docker=docker
# find_docker sets docker to the first client that the daemon answers: one may be newer than the daemon allows.
find_docker() {
  for docker in docker /usr/bin/docker; do
    "$docker" --host "$daemon" version && return
  done
  return 1
}

stop_docker() {
  [[ -n ${docker_pid:-} ]] || return 0
  kill -TERM "$docker_pid" 2>/dev/null || true
  wait "$docker_pid" || true
  docker_pid='' daemon=''
}

# fresh_docker [PREFIX...] makes the daemon forget which layers it has pushed where, as a daemon on a fresh runner has not pushed any.
fresh_docker() {
  stop_docker
  rm -rf "$work/docker/data/image/overlay2/distribution"
  start_docker "$@"
}

# start_link makes a link of 40 ms round-trip time and 200 Mbit/s between two network namespaces. Clients are run by "${near[@]}",
# and the registry at its far end by "${far[@]}".
wan=../shared/tools
far_address=10.198.18.2
near=(nsenter --net=/run/netns/bench-near --) # not ip netns exec, which hides the control groups that dockerd needs
far=(nsenter --net=/run/netns/bench-far --)
start_link() {
  go build -o "$work/bin/wanlink" "$wan/wanlink/"*.go
  mkdir -p /run/netns
  mount -t tmpfs tmpfs /run/netns # in our own mount namespace: no names are left behind
  WAN_RUN=$work/link bash "$wan/wan.sh" up bench-far 20ms 200e6
  ip netns add bench-near
  ip link set wana netns bench-near
  "${near[@]}" ip link set lo up
  "${near[@]}" ip link set wana mtu 1500 up
  # Addresses of a private network, which clients take to speak plain HTTP.
  "${near[@]}" ip addr add 10.198.18.1/30 dev wana
  "${far[@]}" ip addr add "$far_address/30" dev wanb
}
