# shellcheck shell=bash
# shellcheck disable=SC2154 # work and images are the caller's
# The images that bench/compare pushes, made of the machine's own files. They are written into the folder $images, each when a case
# first needs it; what is there already is used again.

big='390 MB of shared objects, 430 MB of sources and module zips, 17 MB of a program'
note_of() {
  case $1 in
  cold | tags4 | rerun | wan-cold | wan-rerun) echo "three layers: $big" ;;
  changed | wan-changed) echo 'only the 17 MB layer differs from what the repository holds; nothing is cached' ;;
  changed-named) echo 'as changed, from an archive that names its layers by digest (Docker 25 and later)' ;;
  layer4g) echo 'one layer of 4 GB, half of it does not compress' ;;
  layers120) echo '120 layers of 1 to 3 MB' ;;
  daemon) echo 'the image of cold, out of the daemon of Docker' ;;
  passthrough) echo 'the image of cold with gzip layers, out of an OCI archive; crane has to unpack it first' ;;
  esac
}

# need IMAGE makes sure that the image's archive is there.
need() {
  local name=$1
  [[ ! -e $images/$name.tar ]] || return 0
  say "making $name.tar"
  [[ -d $work/lists ]] || list_files
  case $name in
  big-legacy | big-named | big-oci) three_layers bench:1 1 big --oci "$images/big-oci.tar" ;;
  changed-legacy | changed-named) three_layers bench:2 2 changed ;;
  layer4g) mkimage --name bench:4g --layer "$work/lists/all:4000000000:noise" --legacy "$images/layer4g.tar" ;;
  layers120) many_layers ;;
  *) die "there is no image $name" ;;
  esac
}

# three_layers NAME VERSION FILE [MKIMAGE-ARG...]
three_layers() {
  mkimage --name "$1" --layer "$work/lists/shared:390000000" --layer "$work/lists/sources:430000000" \
    --layer "$work/lists/program-$2:17000000" --legacy "$images/$3-legacy.tar" --named "$images/$3-named.tar" "${@:4}"
}

# many_layers deals all files out to 120 layers in turn.
many_layers() {
  local i layers=()
  awk -v dir="$work/lists" '{print > sprintf("%s/layer-%03d", dir, NR % 120)}' "$work/lists/all"
  for i in {0..119}; do
    layers+=(--layer "$(printf '%s/lists/layer-%03d:%d' "$work" "$i" $((1000000 * (1 + i % 3))))")
  done
  mkimage --name bench:120 "${layers[@]}" --legacy "$images/layers120.tar"
}

# list_files writes the lists that mkimage reads: names and paths.
list_files() {
  local root modules i
  root=$(go env GOROOT)
  modules=$(go env GOMODCACHE)
  mkdir -p "$work/lists" "$work/versions"
  find /usr/lib -type f -name '*.so*' -size +0 -printf 'usr/lib/%P\t%p\t%s\n' | take 400000000 >"$work/lists/shared"
  {
    find "$root/src" -type f -size +0 -printf 'go/%P\t%p\t%s\n' | take 150000000
    find "$modules" -path "$modules/cache" -prune -o -type f -size +0 -printf 'module/%P\t%p\t%s\n' | take 150000000
    find "$modules/cache/download" -type f -name '*.zip' -printf 'zip/%P\t%p\t%s\n' | take 150000000
  } >"$work/lists/sources"
  cat "$work/lists/shared" "$work/lists/sources" >"$work/lists/all"
  for i in 1 2; do
    echo "version $i" >"$work/versions/$i"
    printf 'VERSION\t%s\napp\t%s\n' "$work/versions/$i" "$(echo "$root"/pkg/tool/*/compile)" >"$work/lists/program-$i"
  done
}

# take SIZE passes lines on, in order, until the files they name have so many bytes.
take() { LC_ALL=C sort | awk -F'\t' -v left="$1" 'left > 0 {left -= $3; print $1 "\t" $2}'; }
