# For a runbook that needs neither ledger nor fence: its log is gone with it.
run_unrecorded() {
  entry=$(mktemp -d "${SELFHEAL_STATE_DIRECTORY:-/run}/selfheal.XXXXXX") ||
    refuse STATE_UNWRITABLE "${SELFHEAL_STATE_DIRECTORY:-/run} cannot be written; make it writable and not full"
  watch_time_limit
  local lines code said
  trap - ERR EXIT
  set +e
  lines=$(carry_out)
  code=$?
  exec 7>&-
  if [ $code = 0 ] && [[ $lines = '{'*'}' ]]; then
    printf '%s\n' "$lines"
  else
    [ $code != 0 ] || lines="selfheal: NO_RESULT: $runbook_name ended without a result; report this as a bug"
    [[ $code = 2 && $lines = 'selfheal: '* ]] || code=1
    said=$(excerpt "$entry/log")
    printf '%s\n' "$(verdict_line "$lines" $code)${said:+$'\n'$said}" >&5
  fi
  rm -rf --one-file-system -- "$entry"
  exit $code
}
