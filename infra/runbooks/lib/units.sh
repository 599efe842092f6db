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

# Where `show_journal` has put a unit's last lines: Selfheal's records keep none of them.
last_lines_are() {
  if [ "${parameter[serviceManager]}" = systemd ]; then printf "its last lines are in this command's output"
  else printf 'its own log has its last lines'; fi
}

# Restarts or starts a unit, then makes sure that it runs on, in one piece, for some time. An active unit that is only
# to be started is left alone but watched as long. bring_up <unit> <start|restart> <settle seconds>
bring_up() {
  local unit=$1 verb=$2 settle=$3 invocation restarts state
  # Forgetting failures also forgets recent starts, so that a repair is not refused for the crashes before it.
  if [ "$(unit_property "$unit" ActiveState)" != inactive ]; then forget_failures "$unit"; fi
  if ! service_do "$verb" "$unit"; then
    show_journal "$unit"
    fail START_FAILED "$unit did not $verb ($(unit_property "$unit" Result)); $(last_lines_are)"
  fi
  invocation=$(unit_property "$unit" InvocationID)
  restarts=$(unit_property "$unit" NRestarts)
  sleep "$settle"
  state=$(unit_property "$unit" ActiveState)
  if [ "$(unit_property "$unit" NRestarts)" != "$restarts" ] || [ "$(unit_property "$unit" InvocationID)" != "$invocation" ]; then
    show_journal "$unit"
    fail RESTART_LOOP "$unit ended and was restarted within $settle s; $(last_lines_are)"
  fi
  [ "$state" = active ] || {
    show_journal "$unit"
    fail NOT_ACTIVE "$unit is $state $settle s after $verb ($(unit_property "$unit" Result)); $(last_lines_are)"
  }
}
