# What was done on this host, so that nothing is done twice and nothing old is done after something newer.
#   ledger/<operationId>/<stepId>/  started, then stdout, stderr and result (the exit code): the answer to every repetition;
#                                   also log (what tools printed) and doing (what the runbook is at)
#   fence/<component>               the highest fence that has acted; also the lock that lets one runbook act at a time
#   services/<unit>.lock            the same for a unit, which several components may share
state_directory=${SELFHEAL_STATE_DIRECTORY:-/var/lib/selfheal}
ledger_days=30

prepare_state() {
  local free files
  umask 077
  mkdir -p "$state_directory/ledger" "$state_directory/fence" "$state_directory/services" 2>/dev/null ||
    refuse STATE_UNWRITABLE "$state_directory cannot be written; make it writable and not full"
  free=$(stat -f -c '%f * %S / 1024' "$state_directory")
  [ $((free)) -ge $space_needed_kilobytes ] ||
    refuse DISK_FULL "$state_directory has $((free)) KB free, $space_needed_kilobytes are needed; free some space"
  # Some file systems have no fixed number of files, and say 0 of 0.
  files=$(stat -f -c '%c == 0 || %d >= 64' "$state_directory")
  [ $((files)) = 1 ] ||
    refuse DISK_FULL "$state_directory has room for fewer than 64 more files (df -i); delete some"
  prune_ledger
}

prune_ledger() {
  local entry oldest=$state_directory/ledger-oldest
  touch -d "-$ledger_days days" "$oldest"
  for entry in "$state_directory"/ledger/*/; do
    if [ "$entry" -ot "$oldest" ]; then rm -rf --one-file-system "$entry"; fi
  done
}

# Replaces a file in one step, and only returns once it is on the disk. write_durably <path> <text>
write_durably() {
  printf '%s\n' "$2" >"$1.new" && sync "$1.new" && mv -T "$1.new" "$1" && sync "$(dirname "$1")"
}

# Answers with the first run's answer, if there is one. The caller holds the step's lock, so nobody is at it now.
replay_recorded_answer() {
  if [ -e "$entry/result" ]; then
    exec 7>&-
    cat "$entry/stdout"
    cat "$entry/stderr" >&5
    trap - EXIT
    exit "$(cat "$entry/result")"
  fi
  [ -e "$entry/started" ] || return 0
  [ "$reads_only" = true ] && return 0
  printf 'selfheal: INTERRUPTED: %s of %s was cut short while %s (%s); look at the host, then ask with a new stepId\n' \
    "${parameter[stepId]}" "${parameter[operationId]}" "$(cat "$entry/doing" || printf 'acting')" "$(cat "$entry/started")" >&5
  exit 3
}

# Waits until no other runbook acts on the component, then refuses what a newer operation has overtaken.
take_component() {
  local file=$state_directory/fence/${parameter[component]} highest=0 fence
  integer fence
  fence=$number
  doing "waiting for another runbook that acts on ${parameter[component]}"
  exec 8>>"$file.lock"
  flock 8
  [ -e "$file" ] && highest=$(cat "$file")
  [ "$fence" -ge "$highest" ] ||
    refuse STALE_FENCE "fence $fence is older than $highest, which has acted on ${parameter[component]}; start a new operation"
  [ "$highest" = "$fence" ] || write_durably "$file" "$fence"
  [ "$reads_only" = false ] || exec 8>&-
}

# Waits until no other runbook acts on the same unit, whatever the component is called: units have aliases, too.
# Always after the component, so that no two runbooks wait for each other.
take_service() {
  local unit=${parameter[service]:-}
  [ -n "$unit" ] && [ "$reads_only" = false ] || return 0
  unit=$(unit_property "$unit" Id)
  doing "waiting for another runbook that acts on $unit"
  exec 6>>"$state_directory/services/${unit:-${parameter[service]}}.lock"
  flock 6
}
