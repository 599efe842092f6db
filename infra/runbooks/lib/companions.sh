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

active_triggers() { active_units $(units_in "$1" TriggeredBy); }

# For what stops a unit and starts it later: refuses if that could not be done again by hand, to the unit or to what stops with it.
require_lasting() {
  local unit=$1 triggers dependants stopped along=''
  has_systemd || return 0
  triggers=$(active_triggers "$unit")
  dependants=$(active_dependants "$unit")
  for stopped in $triggers; do require_allowed "$stopped" stop; done
  for stopped in "$unit" $triggers $dependants; do
    require_allowed "$stopped" start
    has_file "$stopped" || refuse UNIT_UNUSABLE \
      "$stopped has no unit file, as if made by systemd-run: once stopped$along, it could not be started again; give it a unit file"
    along=" with $unit"
  done
}

# systemd forgets a unit without a file as soon as it has stopped.
has_file() {
  local file
  file=$(unit_property "$1" FragmentPath)
  case $file in '' | /run/systemd/transient/*) return 1 ;; *) [ -e "$file" ] ;; esac
}

# Notes and stops what would start the unit again; notes what will stop with it.
stop_triggers() {
  has_systemd || return 0
  local unit=$1 directory triggers dependants
  directory=$(companions_of "$unit")
  triggers=$(active_triggers "$unit")
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
restore_companions() {
  local directory
  has_systemd || return 0
  directory=$(companions_of "$1")
  if ! is_active "$1"; then
    # To start one that needs the unit would start the unit.
    start_all $(noted_in "$directory/triggers") || true
  elif start_all $(noted_in "$directory/triggers") $(noted_in "$directory/dependants"); then
    rm -rf "${directory:?}"
  fi
  return 0
}

start_sockets() {
  has_systemd || return 0
  start_all $(noted_in "$(companions_of "$1")/triggers" | sed -n '/[.]socket$/p') || true
}

noted_in() { if [ -e "$1" ]; then cat "$1"; fi; }

# Starts those that do not run, whatever becomes of the others. Sets `down` to what does not start. One that somebody has
# removed or masked since is not to run.
start_all() {
  local each
  down=
  for each in "$@"; do
    if is_active "$each" || [ "$(unit_property "$each" LoadState)" != loaded ]; then continue; fi
    doing "starting $each"
    systemctl start -- "$each" || down+="${down:+, }$each"
  done
  [ -z "$down" ]
}

start_companions() {
  local directory
  has_systemd || return 0
  directory=$(companions_of "$1")
  if [ -d "$directory" ]; then
    start_all $(noted_in "$directory/triggers") $(noted_in "$directory/dependants") ||
      fail COMPANION_STOPPED "$down, which stopped with $1, does not start again; look at its journal"
    rm -rf "${directory:?}"
  fi
  # A runbook for units that may have crashed includes crashes.sh.
  if declare -F start_stopped_by_crash >/dev/null; then start_stopped_by_crash "$1"; fi
}
