#!/usr/bin/env bash
# A worker in a shell, with nothing but curl:  worker.sh WORK COMMAND [ARGUMENT…]
#
# Does one task after the other. The command gets the claimed task on its standard input, as JSON, and prints the output, as JSON; if it
# fails, the task has failed. Ctrl-C or SIGTERM lets it finish the task that it is at.
set -uo pipefail

: "${LATCHWORK_URL:=http://localhost:3000}"
: "${LATCHWORK_API_KEY:?is missing: make one with the scope tasks:report}"
: "${HEARTBEAT_SECONDS:=5}"

work=$1
shift
stopping=
trap 'stopping=yes' INT TERM

# Repeats what failed for a reason that may pass. A report may be sent twice without harm.
post() {
  curl --silent --show-error --fail-with-body --max-time 40 --retry 5 --retry-connrefused \
    --header 'Content-Type: application/json' "${@:3}" --data-binary "$2" "$1"
}

claim() {
  post "$LATCHWORK_URL/api/v1/tasks/claim" \
    "{\"works\": [\"$work\"], \"max\": 1, \"waitSeconds\": 5, \"worker\": \"shell $$\"}" \
    --header "Authorization: Bearer $LATCHWORK_API_KEY"
}

# Tells the server that the command is at it, and ends the command once nobody waits for its result: the answer is then 409.
keep_alive() {
  while sleep "$HEARTBEAT_SECONDS"; do
    post "$1" '{"type": "heartbeat"}' >/dev/null 2>&1 || kill "$2" 2>/dev/null
  done
}

do_task() {
  local task=$1 result code command heart
  # It needs no API key, and dies with the attempt.
  local report_url
  report_url=$(sed 's/.*"reportUrl":"\([^"]*\)".*/\1/' <<<"$task")
  result=$(mktemp)

  "${@:2}" <<<"$task" >"$result" &
  command=$!
  keep_alive "$report_url" "$command" &
  heart=$!
  # A signal of ours interrupts `wait`, the command goes on.
  while kill -0 "$command" 2>/dev/null; do wait "$command"; done
  wait "$command"
  code=$?
  kill "$heart" 2>/dev/null

  if [ "$code" -eq 0 ]; then
    post "$report_url" "{\"type\": \"finish\", \"output\": $(cat "$result")}" >/dev/null
  else
    post "$report_url" "{\"type\": \"fail\", \"message\": \"$work ended with $code\"}" >/dev/null
  fi
  rm -f "$result"
}

until [ -n "$stopping" ]; do
  # A claim is heard out, too: what was handed out and not heard of would be missing until it timed out.
  claimed=$(claim) || { sleep 1; continue; }
  case $claimed in
    '{"tasks":[]}') continue ;;
  esac
  task=${claimed#'{"tasks":['}
  do_task "${task%']}'}" "$@"
done
