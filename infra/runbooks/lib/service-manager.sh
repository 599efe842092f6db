# What runs the host's services, behind the names that systemd gives its properties.
#   systemd  units, by systemctl
#   sysv     a script for each service, as the LSB has it: nginx.service is /etc/init.d/nginx, its process the one in
#            /run/nginx.pid or in the file that a line `# pidfile: <path>` of the script names. Nothing restarts it.
init_directory=${SELFHEAL_INIT_DIRECTORY:-/etc/init.d}

require_service_manager() {
  case ${parameter[serviceManager]} in
    systemd)
      [ -d /run/systemd/system ] || refuse UNSUPPORTED_PLATFORM \
        "this host is not run by systemd; set the component's serviceManager to sysv if its services have scripts in $init_directory"
      require_tools systemctl journalctl ;;
    sysv)
      [ -d "$init_directory" ] || refuse UNSUPPORTED_PLATFORM "there is no $init_directory on this host; serviceManager sysv needs it"
      require_tools timeout sed head cut ;;
  esac
}

# For what only systemd can do. require_systemd <what>
require_systemd() {
  [ "${parameter[serviceManager]}" = systemd ] || refuse UNSUPPORTED_MANAGER \
    "$1 needs systemd, and serviceManager is ${parameter[serviceManager]}; use another action for this component"
}

unit_property() {
  if [ "${parameter[serviceManager]}" = systemd ]; then systemctl show --property="$2" --value -- "$1"; else script_property "$1" "$2"; fi
}

# service_do <start|restart|reload> <unit>
service_do() {
  if [ "${parameter[serviceManager]}" = systemd ]; then systemctl "$1" -- "$2"; else init_script "$2" "$1" >&2; fi
}

# Asks a service to stop, and does not wait for it.
begin_stop() {
  if [ "${parameter[serviceManager]}" = systemd ]; then systemctl stop --no-block -- "$1"; else init_script "$1" stop >&2 & fi
}

kill_service() {
  local pid
  if [ "${parameter[serviceManager]}" = systemd ]; then
    systemctl kill --signal=SIGKILL -- "$1"
    return
  fi
  pid=$(script_property "$1" MainPID)
  [ "$pid" != 0 ] || fail STILL_RUNNING "$1 has not stopped, and no file says which process it is; add a line '# pidfile: <path>' to its script"
  kill -KILL "$pid"
}

# Of a script's service, what a dead process has left behind: to stop what does not run does no harm.
forget_failures() {
  if [ "${parameter[serviceManager]}" = systemd ]; then
    systemctl reset-failed -- "$1"
  elif [ "$(script_state "$1")" = failed ]; then
    init_script "$1" stop >&2
  fi
}

# The unit's last words, for whoever reads the failure. Init scripts have said theirs already.
show_journal() {
  if [ "${parameter[serviceManager]}" = systemd ]; then journalctl --unit="$1" --lines=20 --output=cat --no-pager --quiet >&2; fi
}

init_script() { "$init_directory/${1%.service}" "$2" </dev/null; }

script_property() {
  case $2 in
    LoadState) if [ -x "$init_directory/${1%.service}" ]; then printf loaded; else printf not-found; fi ;;
    ActiveState) script_state "$1" ;;
    Result) script_state "$1" ;;
    MainPID) main_pid "$1" ;;
    # Another process is another run, even under the same number: the start time tells them apart.
    InvocationID) run_of "$(main_pid "$1")" ;;
    NRestarts) printf 0 ;;
  esac
}

# LSB: 0 runs, 1 and 2 are dead and have left a file behind, 3 does not run. Anything else is not known.
script_state() {
  local status=0
  timeout 10 "$init_directory/${1%.service}" status </dev/null >/dev/null 2>&1 || status=$?
  case $status in
    0) printf active ;;
    1 | 2) printf failed ;;
    3) printf inactive ;;
    *) printf unknown ;;
  esac
}

# The number of the service's process, 0 if no file says one that runs.
main_pid() {
  local name=${1%.service} file pid=''
  file=$(sed -n 's/^# *pidfile: *//p' "$init_directory/$name" | head -n 1)
  file=${file:-/run/$name.pid}
  if [ -r "$file" ]; then read -r pid <"$file" || true; fi
  case $pid in
    '' | *[!0-9]*) printf 0 ;;
    *) case $(process_stat "$pid") in '' | Z*) printf 0 ;; *) printf '%s' "$pid" ;; esac ;;
  esac
}

# The fields of /proc/<pid>/stat from the third on: its state (Z has ended), …, its start time as the 20th.
process_stat() {
  local stat=''
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || true
  printf '%s' "${stat##*) }"
}

run_of() { printf '%s-%s' "$1" "$(process_stat "$1" | cut -d ' ' -f 20)"; }
