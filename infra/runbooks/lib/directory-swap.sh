# Puts another directory into the place of a service's data directory, and can put the old one back. Nothing is ever deleted
# but the copy that was to come in. The runbook has set `service`, `engine`, `incoming`, and `parent`, the
# directory that both are in, with `writer` for it.
#   <data>.selfheal-incoming              what is to take its place
#   <data>.selfheal-before-<operation>    what it has replaced
#   <data>.selfheal-undone-<operation>    what was put in, and taken out again
#   databases/<component>/swap            while a swap is under way, and afterwards, as long as it can be undone:
#                                         phase (swapping, swapped, undoing), operation, whether the unit was running, what
#                                         identifies the directory that came in and the one that went, and their places

# Tells a directory from another that has its name by now; nothing if it is not there.
identity_of() { stat -c %d:%i -- "$1" 2>/dev/null || true; }

note_swap() { write_durably "$records/swap" "$1 $swap_operation $was_running $came $went $aside"; }

# Sets `phase` and what note_swap has noted; `phase` is empty if there is no swap.
read_swap() {
  phase=
  if [ -e "$records/swap" ]; then read -r phase swap_operation was_running came went aside <"$records/swap"; fi
}

# Refuses a data directory that could not be replaced by another.
require_swappable() {
  local mountpoint link _
  while read -r _ _ _ _ mountpoint _; do
    case $mountpoint in
      "$data" | "$data"/*) refuse MOUNT_POINT "$mountpoint is a mount of its own, and cannot be moved; keep the data in a directory below it" ;;
    esac
  done </proc/self/mountinfo
  require_changeable "$parent" -d
  require_changeable "$data" -d
  require_movable_wal
  link=$(find "$data" -maxdepth 1 -type l ! -name pg_wal | head -n 1)
  [ -z "$link" ] || refuse SYMBOLIC_LINK "$link leads out of $data, and what is there would not be replaced; restore by hand"
}

# Puts `<data>.selfheal-incoming` in, and starts the unit on it. Sets `undo`: what fails from here on is put back.
swap_in() {
  swap_operation=${parameter[operationId]} was_running=false
  aside=$data.selfheal-before-$swap_operation-${parameter[stepId]}
  came=$(identity_of "$incoming") went=$(identity_of "$data")
  case $(unit_property "$service" ActiveState) in active | activating | reloading) was_running=true ;; esac
  note_swap swapping
  undo=put_swap_back_and_say
  guard_swap
  doing "stopping $service"
  stop_for_swap
  "${engine}_carry_settings" "$data" "$incoming"
  doing "putting the restored data into the place of $data"
  as_writer mv -T -- "$data" "$aside"
  as_writer mv -T -- "$incoming" "$data"
  sync "$parent"
  relabel "$data"
  bring_up "$service" start 1
}

# Units that stop with this one are started again with it.
stop_for_swap() {
  stop_triggers "$service"
  service_do stop "$service"
  "${engine}_find_server"
  [ -z "$server" ] || fail STILL_RUNNING "process $server still serves $data after the stop of $service; name the unit that runs it"
}

# For SELinux, which knows files by where they are.
relabel() { if command -v restorecon >/dev/null; then restorecon -R -- "$1"; fi; }

# Puts everything back as it was before the swap, from whichever point it has got to. Sets `stuck` to what cannot be.
put_swap_back() {
  stuck=
  if [ "$(identity_of "$data")" = "$came" ]; then
    stop_for_swap
    as_writer mv -T -- "$data" "$incoming" || stuck="$data could not be moved away"
  fi
  if [ ! -e "$data" ] && [ "$(identity_of "$aside")" = "$went" ]; then
    as_writer mv -T -- "$aside" "$data" || stuck="$aside could not be moved to $data"
  fi
  [ -n "$stuck" ] || [ "$(identity_of "$data")" = "$went" ] || stuck="$data is neither what was there before nor what was restored; what was there before is $aside"
  if [ -n "$stuck" ]; then return 0; fi
  forget_incoming || true
  end_swap
}

forget_incoming() { as_writer rm -rf --one-file-system -- "$incoming" && forget_incoming_wal; }

put_swap_back_and_say() {
  local started=0
  put_swap_back || started=$?
  if [ -n "$stuck" ]; then add_to_verdict "the swap could not be undone: $stuck"; return 0; fi
  add_to_verdict 'the data are as they were before'
  if [ $started != 0 ]; then add_to_verdict "$service does not start with them"; fi
}

# Takes out what was put in, which is kept as `undone`, and puts back what was there. Goes on from whichever point it has got to.
undo_swap() {
  undone=$data.selfheal-undone-$swap_operation stuck=
  if [ "$(identity_of "$data")" = "$came" ]; then
    stop_for_swap
    "${engine}_carry_settings" "$data" "$aside" || { stuck="the settings in $data could not be kept"; return; }
    as_writer mv -T -- "$data" "$undone" || { stuck="$data could not be moved away"; return; }
  fi
  if [ ! -e "$data" ]; then as_writer mv -T -- "$aside" "$data" || { stuck="$aside could not be moved to $data"; return; }; fi
  end_swap
}

# Once the data are as they were before the swap, the unit is, too. Fails if it does not start.
end_swap() {
  sync "$parent"
  rm -f "$records/swap"
  if [ "$was_running" = false ]; then restore_companions "$service"; return 0; fi
  start_sockets "$service"
  service_do start "$service" && start_companions "$service"
}

# Finishes what a run that was killed has left half-done: a swap is put back, an undo is carried through.
finish_interrupted_swap() {
  stuck=
  read_swap
  case $phase in
    swapping) put_swap_back || true ;;
    undoing) undo_swap || true ;;
  esac
  [ -z "$stuck" ] ||
    refuse HALF_REPLACED "an earlier restore was cut short and cannot be undone: $stuck; put the right directory there by hand, then delete $records/swap"
}

# The same, at once: a process group of its own, which nobody kills together with this script, waits for its end.
guard_swap() {
  local acting=$BASHPID
  set -m
  (
    trap - ERR EXIT
    set +eE
    exec 5>/dev/null >/dev/null 2>&1
    exec 9>>"$entry/lock"
    flock 9
    exec 8>>"$state_directory/fence/${parameter[component]}.lock"
    flock 8
    while kill -0 "$acting" 2>/dev/null; do sleep 0.1; done
    # What is started from here must not keep the locks.
    (finish_interrupted_swap) 8>&- 9>&-
  ) &
  set +m
}
