require_unit() {
  local state
  state=$(unit_property "$1" LoadState)
  case $state in
    loaded) ;;
    not-found) refuse UNIT_MISSING "there is no unit $1 on this host; name one that systemctl list-unit-files, or ls $init_directory, shows" ;;
    *) refuse UNIT_UNUSABLE "unit $1 is $state; unmask or repair it" ;;
  esac
}

# Monotonic time in hundredths of a second.
uptime_centiseconds() {
  local seconds
  read -r seconds _ </proc/uptime
  printf '%s' "$((10#${seconds/./}))"
}

# Where a unit's last lines are: Selfheal's records keep none of them.
last_lines_are() {
  if has_systemd; then printf "its last lines are in this command's output"; else printf 'its own log has its last lines'; fi
}

# Sets `trouble` to what is wrong with a unit, or to nothing. Active is not enough: a process has to run. `runs_nothing`
# is true if that alone is wrong, as with a oneshot unit that has done its work.
look_at() {
  local unit=$1 state pid
  trouble='' runs_nothing=false
  state=$(unit_property "$unit" ActiveState)
  if [ "$state" != active ]; then
    trouble="$unit is $state"
    return
  fi
  pid=$(unit_property "$unit" MainPID)
  if [ "$pid" != 0 ]; then
    case $(process_state "$pid") in
      stopped) trouble="the main process of $unit ($pid) was stopped by a signal" ;;
      ended) trouble="the main process of $unit ($pid) has ended" ;;
    esac
    return
  fi
  runs_nothing=true
  if ! has_systemd; then
    trouble="$unit calls itself running, but $(pid_file "$unit") names no process of it; start it, or correct the line '# pidfile: <path>' of its script"
    return
  fi
  for pid in $(group_processes "$(control_group "$unit")"); do
    case $(process_state "$pid") in
      running) trouble='' runs_nothing=false; return ;;
      stopped) trouble="process $pid of $unit was stopped by a signal" runs_nothing=false ;;
    esac
  done
  if [ -z "$trouble" ]; then look_at_members "$unit"; fi
}

# A unit that runs nothing itself may stand for others that are part of it, as postgresql.service does on Debian.
look_at_members() {
  local unit=$1 member wanted members=0
  wanted=" $(unit_property "$unit" Wants) $(unit_property "$unit" Requires) "
  for member in $(unit_property "$unit" ConsistsOf); do
    case $member in *.service) ;; *) continue ;; esac
    if [[ $wanted != *" $member "* ]] && [ "$(unit_property "$member" ActiveState)" = inactive ]; then continue; fi
    members=$((members + 1))
    look_at "$member"
    if [ -n "$trouble" ]; then
      trouble="$trouble, which is part of $unit"
      return
    fi
  done
  runs_nothing=false
  if [ $members = 0 ]; then
    runs_nothing=true
    trouble="$unit is active ($(unit_property "$unit" SubState)) but runs no process; name the unit that runs one, or give the component a health.hostUrl"
  fi
}

# Tells one run of a unit from the next.
run_of() { printf '%s/%s' "$(unit_property "$1" InvocationID)" "$(unit_property "$1" NRestarts)"; }

# Restarts or starts a unit, then makes sure that it runs on, in one piece, for some time. A running unit that is only
# to be started is left alone but watched as long. bring_up <unit> <start|restart|reload> <settle seconds>
bring_up() {
  local unit=$1 verb=$2 settle=$3 run main round
  start_sockets "$unit"
  if [ "$verb" = start ] && [ "$(unit_property "$unit" ActiveState)" = active ]; then
    look_at "$unit"
    # systemd would start nothing, as it believes that all is well.
    if [ -n "$trouble" ]; then verb=restart; fi
  fi
  # Forgetting failures also forgets recent starts, so that a repair is not refused for the crashes before it.
  if [ "$(unit_property "$unit" ActiveState)" != inactive ]; then forget_failures "$unit"; fi
  doing "at the $verb of $unit"
  if ! service_do "$verb" "$unit"; then
    show_journal "$unit"
    fail START_FAILED "$unit did not $verb ($(unit_property "$unit" Result)); $(last_lines_are)"
  fi
  run=$(run_of "$unit")
  doing "watching whether $unit stays up"
  # A main process that is replaced while the unit runs on, as some programs upgrade themselves, is watched as long once more.
  for round in 1 2; do
    main=$(process_identity "$(unit_property "$unit" MainPID)")
    sleep "$settle"
    if [ "$(run_of "$unit")" != "$run" ]; then
      show_journal "$unit"
      fail RESTART_LOOP "$unit ended and was restarted within $settle s; $(last_lines_are)"
    fi
    if [ "$(process_identity "$(unit_property "$unit" MainPID)")" = "$main" ]; then break; fi
  done
  look_at "$unit"
  if [ -n "$trouble" ]; then
    show_journal "$unit"
    if [ $runs_nothing = true ]; then fail NO_PROCESS "$trouble"; fi
    fail NOT_ACTIVE "$settle s after the $verb, $trouble ($(unit_property "$unit" Result)); $(last_lines_are)"
  fi
  start_companions "$unit"
}
