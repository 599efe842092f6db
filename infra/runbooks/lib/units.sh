require_unit() {
  local state
  state=$(unit_property "$1" LoadState)
  case $state in
    loaded) ;;
    not-found) refuse UNIT_MISSING "there is no unit $1 on this host; name one that systemctl list-unit-files, or ls $init_directory, shows" ;;
    *) refuse UNIT_UNUSABLE "unit $1 is $state; unmask or repair it" ;;
  esac
}

# Refuses what the unit itself forbids, by RefuseManualStart= or RefuseManualStop=. require_allowed <unit> <start|stop>...
require_allowed() {
  local unit=$1 verb
  shift
  for verb in "$@"; do
    [ "$(unit_property "$unit" "Can${verb^}")" != no ] ||
      refuse UNIT_REFUSES "$unit may not be ${verb/stop/stopp}ed by hand (RefuseManual${verb^}= in its unit file); use an action that does not $verb it"
  done
}

# For what stops a unit: refuses the SSM agent's, whatever its name, and one with which that stops.
require_not_agent() {
  local stopped
  for stopped in "$1" $(if has_systemd; then units_in "$1" ConsistsOf,RequiredBy,BoundBy; fi); do
    [[ $stopped != *.service ]] || ! runs_agent "$stopped" || refuse UNIT_REFUSES \
      "$stopped runs the SSM agent, which carries out this command, and would have to carry out what starts $1 again; name another service"
  done
}

# Whether a unit is the SSM agent's: by its name or program, or as this script runs in it, or was started by it.
runs_agent() {
  local main process=$$
  [[ " ${agent_names[*]} " != *" $(unit_property "$1" Id) "* ]] || return 0
  main=$(unit_property "$1" MainPID)
  if [ "$main" != 0 ] && [ "$(program_of "$main")" = amazon-ssm-agent ]; then return 0; fi
  if has_systemd && unit_has "$1" $$; then return 0; fi
  while [ "${process:-0}" -gt 1 ]; do
    if [ "$process" = "$main" ]; then return 0; fi
    process=$(process_stat "$process" | cut -d ' ' -f 2)
  done
  return 1
}

require_reloadable() {
  if has_systemd; then
    require_not_reloading "$1"
    [ "$(unit_property "$1" CanReload)" = yes ] ||
      refuse NO_RELOAD "$1 cannot reload, as it has no ExecReload=; set apply: restart, or give the unit one"
  else
    knows_reload "$init_directory/${1%.service}" ||
      refuse NO_RELOAD "$1 cannot reload, as $init_directory/${1%.service} has no case for it; set apply: restart, or add one"
  fi
}

is_reloading() { [ "$(unit_property "$1" ActiveState)" = reloading ]; }

# After look_at, for what systemd would only do once a reload is over, which may hang: to start or to reload.
require_not_reloading() {
  ! is_reloading "$1" ||
    refuse STILL_RELOADING "$1 is still reloading after 15 s; wait until it is done, or restart it"
}

# Monotonic time in hundredths of a second.
uptime_centiseconds() {
  local seconds
  read -r seconds _ </proc/uptime
  printf '%s' "$((10#${seconds/./}))"
}

# Tries a command again and again, until it succeeds or the seconds are over. succeeds_within <seconds> <command>
succeeds_within() {
  local deadline=$(($(uptime_centiseconds) + $1 * 100))
  until "${@:2}"; do
    [ "$(uptime_centiseconds)" -lt $deadline ] || return 1
    sleep 0.1
  done
}

# Where a unit's last lines are: Selfheal's records keep none of them.
last_lines_are() {
  if has_systemd; then printf "its last lines are in this command's output"; else printf 'its own log has its last lines'; fi
}

# Sets `trouble` to what is wrong with a unit, or to nothing, and `at_fault` to the unit that has it. Active is not enough: a
# process has to run. `runs_nothing` is true if that alone is wrong, as with a oneshot unit that has done its work.
look_at() {
  local unit=$1 state pid
  trouble='' runs_nothing=false at_fault=$1
  for _ in {1..75}; do
    state=$(unit_property "$unit" ActiveState)
    # A reload may take some seconds.
    if [ "$state" = reloading ]; then sleep 0.2; else break; fi
  done
  if [ "$state" != active ]; then
    trouble="$unit is $state"
    if [ "$state" = inactive ]; then look_at_sockets "$unit"; fi
    return
  fi
  if has_systemd && is_frozen "$(control_group "$unit")"; then
    trouble="$unit is frozen: its processes are suspended; systemctl thaw $unit lets them go on"
    return
  fi
  pid=$(unit_property "$unit" MainPID)
  if [ "$pid" != 0 ]; then
    case $(process_state "$pid") in
      stopped) trouble="the main process of $unit ($pid) was stopped by a signal" ;;
      ended) trouble="the main process of $unit ($pid) has ended" ;;
      *) if is_stranger "$unit" "$pid"; then trouble=$(stranger_is "$unit" "$pid"); fi ;;
    esac
    return
  fi
  runs_nothing=true
  if ! has_systemd; then
    trouble="$unit calls itself running, but $(pid_file "$unit") names no process of it; start it, or correct the line '# pidfile: <path>' of its script"
    return
  fi
  for pid in $(unit_processes "$unit"); do
    case $(process_state "$pid") in
      running) trouble='' runs_nothing=false; return ;;
      stopped) trouble="process $pid of $unit was stopped by a signal" runs_nothing=false ;;
    esac
  done
  if [ -z "$trouble" ]; then look_at_members "$unit"; fi
}

# Sets `was_running` to whether a unit runs, even if in a reload that does not end.
note_running() {
  was_running=true
  look_at "$1"
  if [ -n "$trouble" ] && ! is_reloading "$1"; then was_running=false; fi
}

# A unit that ends when it is idle is started by its socket as soon as someone connects. Only an answer proves it healthy.
look_at_sockets() {
  local socket
  for socket in $(units_in "$1" TriggeredBy); do
    if [[ $socket == *.socket ]] && is_active "$socket"; then
      runs_nothing=true
      trouble="$1 is inactive until someone connects to $socket; give the component a health.hostUrl"
    fi
  done
}

# Whether a unit's main process is another program's: systemd believes a PID file that was left behind, although its number
# belongs to someone else by now. That process is older than the unit's start, outside its control group, and not what it starts.
is_stranger() {
  local unit=$1 pid=$2 start
  has_systemd || return 1
  start=$(process_start "$pid")
  [ "$start" != 0 ] && ! unit_has "$unit" "$pid" &&
    [ $((start * 10000)) -lt "$(unit_property "$unit" InactiveExitTimestampMonotonic)" ] &&
    ! starts "$(unit_property "$unit" ExecStart)" "${unit%.service}" "$pid"
}

stranger_is() {
  printf '%s takes process %s (%s) for its main one, which belongs to something else: its PID file %s is stale' \
    "$1" "$2" "$(program_of "$2")" "$(unit_property "$1" PIDFile)"
}

# systemd kills what it believes to be the main process when the unit stops.
require_own_process() {
  local pid
  pid=$(unit_property "$1" MainPID)
  if [ "$pid" != 0 ] && is_stranger "$1" "$pid"; then
    refuse STALE_PID_FILE "$(stranger_is "$1" "$pid"); to stop $1 would kill that process: remove the file, and stop $1 by hand when the process may end"
  fi
}

# A unit that runs nothing itself may stand for others that are part of it, as postgresql.service does on Debian.
look_at_members() {
  local unit=$1 member members=0
  for member in $(members_of "$unit"); do
    members=$((members + 1))
    look_at "$member"
    if [ -n "$trouble" ]; then
      trouble="$trouble, which is part of $unit"
      return
    fi
  done
  runs_nothing=false at_fault=$unit
  if [ $members = 0 ]; then
    runs_nothing=true
    trouble="$unit is active ($(unit_property "$unit" SubState)) but runs no process; name the unit that runs one, or give the component a health.hostUrl"
  fi
}

# Those that are to run, or do run. A job among them runs no longer than its work takes: it counts only if it has failed.
members_of() {
  local unit=$1 member wanted state
  wanted=" $(units_in "$unit" Wants) $(units_in "$unit" Requires) "
  for member in $(units_in "$unit" ConsistsOf); do
    case $member in *.service) ;; *) continue ;; esac
    state=$(unit_property "$member" ActiveState)
    if [[ $wanted != *" $member "* ]]; then
      if [ "$state" = inactive ] || [ "$(unit_property "$member" Type)" = oneshot ]; then continue; fi
    elif [ "$state" != failed ] && [ "$(unit_property "$member" Type)" = oneshot ]; then continue
    fi
    printf '%s\n' "$member"
  done
}

# Tells one run of a unit, or of those that it stands for, from the next. NRestarts would not: forgetting failures resets it.
run_of() {
  local member
  unit_property "$1" InvocationID
  [ "$(unit_property "$1" MainPID)" = 0 ] || return 0
  for member in $(members_of "$1"); do unit_property "$member" InvocationID; done
}

# Whether a unit still runs as it did when run_of was asked. The next run draws its number only when it really begins: a
# unit that was stopped, and whose start a condition then prevented, keeps the old one. still_runs <unit> <run of then>
still_runs() { is_active "$1" && [ "$(run_of "$1")" = "$2" ]; }

# Starts what a unit cannot start without, as its own start would do, but before the unit is stopped for it.
start_requirements() {
  local unit=$1 needed
  has_systemd || return 0
  for needed in $(units_in "$unit" Requires,Requisite,BindsTo); do
    # What every unit has by default is active, and a socket cannot be started beside its unit.
    case $needed in *.slice | sysinit.target | *.socket) continue ;; esac
    if is_active "$needed" || [[ " $(units_in "$unit" After) " != *" $needed "* ]]; then continue; fi
    doing "starting $needed, which $unit needs"
    systemctl start -- "$needed" || {
      show_journal "$needed"
      fail REQUIREMENT_DOWN "$unit needs $needed, which does not start; $unit was not touched. Repair $needed first: $(last_lines_are)"
    }
  done
}

# Restarts the members of an active unit that do not run, and only these.
restart_members_at_fault() {
  local unit=$1 restarted=' '
  while [ -n "$trouble" ] && [[ $at_fault != "$unit" && $restarted != *" $at_fault "* ]]; do
    restarted+="$at_fault "
    doing "at the restart of $at_fault, which is part of $unit"
    require_own_process "$at_fault"
    forget_failures "$at_fault"
    service_do restart "$at_fault" || {
      show_journal "$at_fault"
      fail START_FAILED "$at_fault, which is part of $unit, did not restart$(result_of "$at_fault"); $(last_lines_are)"
    }
    look_at "$unit"
  done
}

# What a unit's last run ended with, in brackets; nothing if that was no failure.
result_of() {
  local result
  result=$(unit_property "$1" Result)
  [ "$result" = success ] || printf ' (%s)' "$result"
}

# Lets a frozen unit go on: it can neither work nor end before. systemd thaws what it has frozen itself.
thaw() {
  local group
  has_systemd || return 0
  group=$(control_group "$1")
  is_frozen "$group" || return 0
  doing "thawing $1"
  systemctl thaw -- "$1" || echo 0 >"$group/cgroup.freeze"
  sleep 0.2
  if is_frozen "$group"; then fail FROZEN "$1 stays frozen; look for a frozen slice or container above it, in $group"; fi
}

# Restarts or starts a unit, then makes sure that it runs on, in one piece, for some time. A running unit that is only
# to be started is left alone but watched as long. bring_up <unit> <start|restart|reload> <settle seconds>
bring_up() {
  local unit=$1 verb=$2 settle=$3 run main round
  start_sockets "$unit"
  thaw "$unit"
  if [ "$verb" = start ] && is_active "$unit"; then
    look_at "$unit"
    restart_members_at_fault "$unit"
    # systemd would start nothing, as it considers the unit active.
    if [ -n "$trouble" ] && [ "$at_fault" = "$unit" ]; then verb=restart; fi
  fi
  if [ "$verb" = restart ]; then require_own_process "$unit"; fi
  if [ "$verb" = restart ] || ! is_active "$unit"; then start_requirements "$unit"; fi
  # Forgetting failures also forgets recent starts, so that a repair is not refused for the crashes before it.
  if [ "$(unit_property "$unit" ActiveState)" != inactive ]; then forget_failures "$unit"; fi
  doing "at the $verb of $unit"
  if ! service_do "$verb" "$unit"; then
    show_journal "$unit"
    fail START_FAILED "$unit did not $verb$(result_of "$unit"); $(last_lines_are)"
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
    show_journal "$at_fault"
    if [ $runs_nothing = true ]; then fail NO_PROCESS "$trouble"; fi
    fail NOT_ACTIVE "$settle s after the $verb, $trouble$(result_of "$at_fault"); $(last_lines_are)"
  fi
  start_companions "$unit"
}
