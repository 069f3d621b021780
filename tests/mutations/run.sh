#!/usr/bin/env bash
# Plants one bug after the other into a copy of the source and expects the fleet to find each: a patch says by which invariant, and in which
# run. The copy without a bug has to be green in the same runs. Needs KAFKA_HOME, as the fleet does; about a minute for each patch.
# usage: tests/mutations/run.sh [NAME...]      (default: all patches of this folder)
# RUN_WITH is a command to run the fleet with, all runs at once, such as nice or flock.
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${KAFKA_HOME:?is not set: the folder of a Kafka distribution, with libs/ in it}"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
field() { sed -n "s/^$1: //p" "tests/mutations/$2.patch"; }

# build NAME: the source as it is now. Its style is of no interest here.
build() {
  dotnet build "$project" -v q --nologo "-clp:ErrorsOnly;NoSummary" -p:TreatWarningsAsErrors=false -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false
  cp -r "$project/bin/Debug/net10.0" "$copy/$1"
}

# judge BUILD PATCH EXPECTED: runs the patch's run with a build; the output has to have such a line.
judge() {
  local output
  output="$(dotnet "$copy/$1/Consumers.Framework.Fleet.dll" run $(field run "$2") --keep "$copy/runs/$1-$2" || true)"
  if grep -q "^$3" <<<"$output"; then
    printf '%-26s %-26s ok: %s\n' "$2" "$1" "$(grep -m1 "^$3" <<<"$output")"
  else
    printf '%-26s %-26s FAILED, no line "%s" in:\n%s\n' "$2" "$1" "$3" "$output"
    failed=1
  fi
}

# --run COPY NAME...: the second half, a process of its own so that one command can be put before it.
if [ "${1:-}" = --run ]; then
  copy="$2"
  failed=0
  for name in "${@:3}"; do
    judge unchanged "$name" green
    judge "$name" "$name" "RED $(field expect "$name"):"
  done

  exit "$failed"
fi

names=("$@")
[ $# -gt 0 ] || names=($(basename -s .patch tests/mutations/*.patch))
copy="$(mktemp -d)"
trap 'rm -rf "$copy"' EXIT
project="$copy/source/tests/Consumers.Framework.Fleet"

# What is changed and not committed is tested as well.
mkdir "$copy/source"
git ls-files -z --cached --others --exclude-standard | xargs -0 tar c --ignore-failed-read | tar x -C "$copy/source"
git -C "$copy/source" init -q

build unchanged
for name in "${names[@]}"; do
  git -C "$copy/source" apply "$PWD/tests/mutations/$name.patch"
  build "$name"
  git -C "$copy/source" apply --reverse "$PWD/tests/mutations/$name.patch"
done

${RUN_WITH:-} tests/mutations/run.sh --run "$copy" "${names[@]}"
