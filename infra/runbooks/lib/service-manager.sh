# What runs the host's services, behind the names that systemd gives its properties.
#   systemd  units, by systemctl
#   sysv     a script for each service, see init-scripts.sh
init_directory=${SELFHEAL_INIT_DIRECTORY:-/etc/init.d}

require_service_manager() {
  case ${parameter[serviceManager]} in
    systemd)
      [ -d /run/systemd/system ] || refuse UNSUPPORTED_PLATFORM \
        "this host is not run by systemd; set the component's serviceManager to sysv if its services have scripts in $init_directory"
      require_tools systemctl journalctl cut find readlink sed tr
      require_systemd_version ;;
    sysv)
      [ -d "$init_directory" ] || refuse UNSUPPORTED_PLATFORM "there is no $init_directory on this host; serviceManager sysv needs it"
      require_tools timeout sed cut tr readlink ;;
  esac
}

# systemctl has --value since 230, systemd-run --collect since 236.
require_systemd_version() {
  local version
  version=$(systemctl --version)
  version=${version#systemd }
  version=${version%%[!0-9]*}
  [ "${version:-0}" -ge 236 ] || refuse UNSUPPORTED_PLATFORM "systemd ${version:-of an unknown version} is older than 236"
}

has_systemd() { [ "${parameter[serviceManager]}" = systemd ]; }

# For what only systemd can do. require_systemd <what>
require_systemd() {
  has_systemd || refuse UNSUPPORTED_MANAGER \
    "$1 needs systemd, and serviceManager is ${parameter[serviceManager]}; use another action for this component"
}

unit_property() {
  if has_systemd; then systemctl show --property="$2" --value -- "$1"; else script_property "$1" "$2"; fi
}

# The units that properties of a unit list. systemctl quotes a name with a backslash, such as that of a mount with "-" in its path,
# or of the slice of a template with "-" in its name.
units_in() { unit_property "$1" "$2" | sed 's/"//g; s/\\\\/\\/g'; }

is_active() { case $(unit_property "$1" ActiveState) in active | reloading) ;; *) return 1 ;; esac; }

# service_do <start|restart|reload> <unit>
service_do() {
  if has_systemd; then systemctl "$1" -- "$2"; else init_script "$2" "$1"; fi
}

# Asks a service to stop, and does not wait for it.
begin_stop() {
  if has_systemd; then systemctl stop --no-block -- "$1"; else { init_script "$1" stop & } 5>&-; fi
}

kill_service() {
  local pid
  if has_systemd; then
    systemctl kill --signal=SIGKILL -- "$1"
    return 0
  fi
  pid=$(main_pid "$1")
  [ "$pid" != 0 ] || fail STILL_RUNNING "$1 has not stopped, and no file says which process it is; add a line '# pidfile: <path>' to its script"
  kill -KILL "$pid"
}

# Of a transient unit, systemd would forget everything. Of a script's service, what a dead process has left behind: to stop
# what does not run does no harm.
forget_failures() {
  if has_systemd; then
    [ "$(unit_property "$1" Transient)" = yes ] || systemctl reset-failed -- "$1"
  elif [ "$(script_state "$1")" = failed ]; then
    init_script "$1" stop
  fi
}

# The unit's last lines in the journal, which knows no aliases. Init scripts have printed theirs already. If
# they cannot be read, the verdict still has to be given.
show_journal() {
  if has_systemd; then journalctl --unit="$(unit_property "$1" Id)" --lines=20 --output=cat --no-pager --quiet | limit_output || true; fi
}
