run_once() {
  local entry=$state_directory/ledger/${parameter[operationId]}/${parameter[stepId]} code
  mkdir -p "$entry"
  exec 9>>"$entry/lock"
  flock 9
  replay_recorded_answer "$entry"
  take_component
  write_durably "$entry/started" "$runbook_name fence=${parameter[fence]} at=$(date -u +%FT%TZ) boot=$(cat /proc/sys/kernel/random/boot_id)"

  set +e
  (
    set -euo pipefail
    runbook
  ) >"$entry/stdout" 2>"$entry/stderr" </dev/null 8>&- 9>&-
  code=$?
  set -e
  if [ $code = 0 ] && [[ $(tail -n 1 "$entry/stdout") != '{'*'}' ]]; then
    code=1
    printf 'selfheal: NO_RESULT: %s ended without a result; report this as a bug\n' "$runbook_name" >>"$entry/stderr"
  elif [ $code != 0 ] && [[ $(tail -n 1 "$entry/stderr") != 'selfheal: '* ]]; then
    printf 'selfheal: UNEXPECTED: a command of %s failed with exit code %s; see the lines above\n' \
      "$runbook_name" $code >>"$entry/stderr"
    code=1
  fi
  sync "$entry/stdout" "$entry/stderr"
  write_durably "$entry/result" $code
  cat "$entry/stdout"
  cat "$entry/stderr" >&2
  exit $code
}

main() {
  set -euo pipefail
  export LC_ALL=C
  [ "$(uname -s)" = Linux ] || refuse UNSUPPORTED_PLATFORM "$(uname -s) is not Linux"
  [ "${BASH_VERSINFO[0]}" -ge 4 ] || refuse UNSUPPORTED_PLATFORM "bash $BASH_VERSION is older than 4"
  # With a state directory of its own, a runbook may do for an ordinary user what that user may do.
  [ "$(id -u)" = 0 ] || [ -n "${SELFHEAL_STATE_DIRECTORY:-}" ] || refuse UNSUPPORTED_PLATFORM "the runbook must run as root"
  require_tools flock sync stat date touch mkdir mv rm cat tail dirname
  read_parameters
  require_service_manager
  prepare_state
  run_once
}
