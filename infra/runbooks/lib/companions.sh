# Units that stop with a unit, or would start it again while it is to stay stopped. graceful_stop notes which of them were
# active; whatever brings the unit up again brings them up, too.
#   stopped/<unit>/triggers     sockets, paths and timers: stopped before the unit. Sockets have to be started before it,
#                               as their unit takes them over; paths and timers come after it
#   stopped/<unit>/dependants   units that need it, and stop with it: started after it
companions_of() { printf '%s/stopped/%s' "$state_directory" "$(unit_property "$1" Id)"; }

active_units() {
  local candidate
  for candidate in "$@"; do
    if is_active "$candidate"; then printf '%s\n' "$candidate"; fi
  done
}

# The active units that stop when the unit stops, those that need these included. Targets are left out: to start one is to
# start whatever it wants.
active_dependants() {
  local found=" $1 " queue=("$1") needed next way
  while [ ${#queue[@]} -gt 0 ]; do
    needed=${queue[0]}
    queue=("${queue[@]:1}")
    for next in $(for way in RequiredBy RequisiteOf BoundBy ConsistsOf PropagatesStopTo; do units_in "$needed" $way; done); do
      if [[ $found == *" $next "* || $next == *.target ]]; then continue; fi
      found+="$next "
      queue+=("$next")
      active_units "$next"
    done
  done
}

# Refuses a unit that cannot stay stopped, as systemd starts it again while another one runs. What runs may be needed, and is
# not stopped for it.
require_not_upheld() {
  local upholder
  has_systemd || return 0
  for upholder in $(active_units $(units_in "$1" UpheldBy)); do
    refuse UNIT_REFUSES "$upholder upholds $1 (Upholds= in its unit file), which is started again as soon as it stops; stop $upholder first"
  done
}

# Notes and stops what would start the unit again; notes what will stop with it.
stop_triggers() {
  has_systemd || return 0
  local unit=$1 directory triggers dependants
  directory=$(companions_of "$unit")
  triggers=$(active_units $(units_in "$unit" TriggeredBy))
  dependants=$(active_dependants "$unit")
  [ -n "$triggers$dependants" ] || return 0
  mkdir -p "$directory"
  add_line_by_line "$directory/triggers" "$triggers"
  add_line_by_line "$directory/dependants" "$dependants"
  # A name is one word.
  if [ -n "$triggers" ]; then systemctl stop -- $triggers; fi
}

# Adds what a file does not have yet: a second stop before the next start must not forget what the first one found.
add_line_by_line() {
  local known=''
  if [ -e "$1" ]; then known=$(cat "$1"); fi
  write_durably "$1" "$(printf '%s\n' "$known" "$2" | sort -u | sed '/^$/d')"
}

# After a stop that has failed. What cannot be started beside the running unit stays noted.
restore_triggers() {
  local list
  has_systemd || return 0
  list=$(companions_of "$1")/triggers
  if [ -s "$list" ]; then systemctl start -- $(cat "$list"); fi
}

start_sockets() {
  local list
  has_systemd || return 0
  list=$(companions_of "$1")/triggers
  if [ -s "$list" ]; then systemctl start -- $(grep '[.]socket$' "$list") || true; fi
}

start_companions() {
  local directory companion
  has_systemd || return 0
  directory=$(companions_of "$1")
  [ -d "$directory" ] || return 0
  for companion in $(cat "$directory/triggers" "$directory/dependants"); do
    if is_active "$companion"; then continue; fi
    doing "at the start of $companion, which had stopped with $1"
    systemctl start -- "$companion" || fail COMPANION_STOPPED "$companion, which stopped with $1, does not start again; look at its journal"
  done
  rm -rf "${directory:?}"
}
