#!/usr/bin/env bash
# Runs hallmark push for the GitHub Action. All it is given comes in variables, so that no input is ever read as a part of a script:
#   HALLMARK_INPUT_NAME   the value of the flag whose variable is HALLMARK_NAME; empty is unset, and leaves that variable as it is
#   INPUT_IMAGE           what to push
#   INPUT_ARGS            further arguments, one a line
#   INPUT_VERSION         the release to run, in place of the action's own source
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

main() {
  local hallmark name input line arguments=()
  echo '::group::Build Hallmark'
  hallmark=$("$BASH" "$here/install.sh" "${INPUT_VERSION:-}") || broken
  echo '::endgroup::'
  for input in "${!HALLMARK_INPUT_@}"; do
    name=HALLMARK_${input#HALLMARK_INPUT_}
    [[ -z ${!input} ]] || export "$name=${!input}"
    unset "$input"
  done
  while IFS= read -r line; do
    line=${line%$'\r'}
    [[ -z $line ]] || arguments+=("$line")
  done <<<"${INPUT_ARGS:-}"
  if [[ -n ${INPUT_IMAGE:-} ]]; then
    arguments+=(-- "$INPUT_IMAGE")
  fi
  # In the place of this shell, so that the runner's signals reach the program.
  exec "$hallmark" push ${arguments[@]+"${arguments[@]}"}
}

# broken ends a step that has no program to run: what comes after it reads the same outputs as after any other failure.
broken() {
  echo '::endgroup::'
  echo '::error title=Hallmark%3A error::There is no program to run: see the log of this step.'
  if [[ -n ${GITHUB_OUTPUT:-} ]]; then
    printf 'status=error\nexit-code=1\n' >>"$GITHUB_OUTPUT"
  fi
  exit 1
}

main "$@"
