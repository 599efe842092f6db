# The ways out of `main` are `refuse`, a recorded answer, and the answer of the runbook itself.
run_once() {
  entry=$state_directory/ledger/${parameter[operationId]}/${parameter[stepId]}
  mkdir -p "$entry"
  watch_time_limit
  # While an earlier request of this step is at it, or if one was cut short, what that one was doing is what matters.
  exec 9>>"$entry/lock"
  flock 9
  replay_recorded_answer
  take_component
  take_service
  doing 'beginning'
  write_durably "$entry/started" "$runbook_name fence=${parameter[fence]} at=$(date -u +%FT%TZ) boot=$(cat /proc/sys/kernel/random/boot_id)"

  local lines code
  trap - ERR EXIT
  set +e
  lines=$(carry_out)
  code=$?
  set -e
  if [ $code = 0 ] && [[ $lines != '{'*'}' ]]; then
    code=1
    lines="selfheal: NO_RESULT: $runbook_name ended without a result; report this as a bug"
  fi
  answer "$lines" $code
}

# Runs the runbook. Its verdict goes to stdout; what its tools print, to the step's log. A runbook that changes something
# that it cannot leave half-done sets `undo` to the command that undoes it, which runs unless the runbook succeeds.
carry_out() {
  exec 5>&1 >"$entry/log" 2>&1 </dev/null 6>&- 7>&- 8>&- 9>&-
  set -Eeuo pipefail
  trap 'exit 143' HUP INT TERM
  trap 'printf "%s: exit code %s\n" "$BASH_COMMAND" $? >&2' ERR
  trap 'take_back $?' EXIT
  undo=
  runbook
}

take_back() {
  trap - ERR EXIT
  set +eE
  if [ "$1" != 0 ] && [ -n "$undo" ]; then $undo; fi
  exit "$1"
}

# Gives the answer, and records it for every repetition. A disk that is full by now must not swallow it.
answer() {
  local code=$2 stdout='' stderr='' said
  exec 7>&-
  if [ "$code" = 0 ]; then
    stdout=$1$'\n'
  else
    said=$(excerpt "$entry/log")
    stderr=$(verdict_line "$1" "$code")$'\n'${said:+$said$'\n'}
    # Only a refusal has a code of its own.
    [[ $code = 2 && $1 = 'selfheal: '* ]] || code=1
  fi
  {
    printf '%s' "$stdout" >"$entry/stdout" && printf '%s' "$stderr" >"$entry/stderr" &&
      sync "$entry/stdout" "$entry/stderr" && write_durably "$entry/result" "$code"
  } || true
  printf '%s' "$stdout"
  printf '%s' "$stderr" >&5
  exit "$code"
}

# What the runbook is doing, for the verdict on a run that is cut short.
doing() { { printf '%s\n' "$(clipped "$1" 300)" >"$entry/doing"; } 2>/dev/null || true; }

# The agent silently kills what exceeds its time. So shortly before, a child says what the runbook was doing. It ends
# with this script, which alone holds descriptor 7.
watch_time_limit() {
  local limit
  integer executionTimeout
  limit=$number
  exec 7> >(
    exec >/dev/null
    if read -r -t "$((limit - 1 - limit / 30)).5" _; then :; elif [ $? -gt 128 ]; then
      printf 'selfheal: TIMED_OUT: %s was still %s when its %s s were over; look at the host, then ask with a new stepId\n' \
        "$runbook_name" "$(cat "$entry/doing" || printf waiting)" "$limit" >&5
    fi
  )
}

report_unexpected_end() {
  [ -z "$failed_command" ] ||
    printf 'selfheal: UNEXPECTED: "%s" failed with exit code %s; report this as a bug\n' "$(clipped "$failed_command" 300)" "$1" >&5
}

main() {
  set -Eeuo pipefail
  export LC_ALL=C
  # Until the runbook runs, nothing but a verdict is printed.
  exec 5>&2 2>/dev/null
  failed_command=
  trap 'failed_command=$BASH_COMMAND' ERR
  trap 'report_unexpected_end $?' EXIT
  [ "$(uname -s)" = Linux ] || refuse UNSUPPORTED_PLATFORM "$(uname -s) is not Linux"
  [ "${BASH_VERSINFO[0]}" -ge 4 ] || refuse UNSUPPORTED_PLATFORM "bash $BASH_VERSION is older than 4"
  # With a state directory of its own, a runbook may do for an ordinary user what that user may do.
  [ "$(id -u)" = 0 ] || [ -n "${SELFHEAL_STATE_DIRECTORY:-}" ] || refuse UNSUPPORTED_PLATFORM "the runbook must run as root"
  require_tools flock sync stat date touch mkdir mv rm cat head tail dirname
  read_parameters
  require_service_manager
  if [ "$keeps_record" = false ]; then run_unrecorded; fi
  prepare_state
  run_once
}
