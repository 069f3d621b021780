#!/usr/bin/env bash
# Plants one bug after the other into a copy of the source and expects the fleet to find each: a patch says by which invariant, and in which
# run. The copy without a bug has to be green in the same runs. Needs KAFKA_HOME, as the fleet does; about a minute for each patch.
# usage: tests/mutations/run.sh [NAME...]      (default: all patches of this folder)
set -euo pipefail
cd "$(dirname "$0")/../.."

copy="$(mktemp -d)"
trap 'rm -rf "$copy"' EXIT
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
fleet="$copy/tests/Consumers.Framework.Fleet"

# What is changed and not committed is tested as well.
git ls-files -z --cached --others --exclude-standard | xargs -0 tar c --ignore-failed-read | tar x -C "$copy"
git -C "$copy" init -q

field() { sed -n "s/^$1: //p" "$2"; }

build() { dotnet build "$fleet" -v q --nologo -clp:ErrorsOnly; }

# judge OPTIONS: what the fleet says; it may be red.
judge() { dotnet "$fleet"/bin/Debug/net10.0/Consumers.Framework.Fleet.dll run $1 --keep "$copy/runs" || true; }

patches=()
for name in "$@"; do patches+=("tests/mutations/$name.patch"); done
[ $# -gt 0 ] || patches=(tests/mutations/*.patch)

failed=0
verdict() { # verdict NAME WHAT EXPECTED OUTPUT
  if grep -q "^$3" <<<"$4"; then
    printf '%-28s %s\n' "$1" "$2"
  else
    printf '%-28s FAILED: expected a line "%s" in:\n%s\n' "$1" "$3" "$4"
    failed=1
  fi
}

build
for patch in "${patches[@]}"; do
  name="$(basename "$patch" .patch)"
  verdict "$name" "green without it" "green" "$(judge "$(field run "$patch")")"
done

for patch in "${patches[@]}"; do
  name="$(basename "$patch" .patch)"
  expected="$(field expect "$patch")"
  git -C "$copy" apply "$PWD/$patch"
  build
  verdict "$name" "found by $expected" "RED $expected:" "$(judge "$(field run "$patch")")"
  git -C "$copy" apply --reverse "$PWD/$patch"
done

exit "$failed"
