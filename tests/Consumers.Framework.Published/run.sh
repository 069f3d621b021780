#!/usr/bin/env bash
# Publishes this program for this machine and runs it:
# run.sh aot|trimmed|single-file|trimmed-single-file|framework-dependent [argument...]
# The arguments are the program's; --bootstrap-servers=host:port runs it against that broker instead of the embedded one. What is built is
# kept in ARTIFACTS where that is set, and deleted where it is not; the repository's own bin and obj are not touched.
set -euo pipefail
cd "$(dirname "$0")"

case "${1:-}" in
  aot|trimmed|single-file|trimmed-single-file|framework-dependent) way="$1" ;;
  *) sed -n '2,5s/^# //p' "$0" >&2; exit 64 ;;
esac
shift

if [ -z "${ARTIFACTS:-}" ]; then
  ARTIFACTS="$(mktemp -d)"
  trap 'rm -rf "$ARTIFACTS"' EXIT
fi

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false # leave no process behind
output="$ARTIFACTS/$way"

# The compiler takes all cores for a minute or two, and other tests may be running.
nice -n 19 dotnet publish -c Release --use-current-runtime --artifacts-path "$ARTIFACTS/$way-build" --output "$output" -p:Way="$way"

echo "published: $(find "$output" -type f ! -name '*librdkafka*' -print0 | du -ch --apparent-size --files0-from=- | tail -1 | cut -f1) in $(find "$output" -type f ! -name '*librdkafka*' | wc -l) files, beside librdkafka"
"$output/Consumers.Framework.Published" "$@"
