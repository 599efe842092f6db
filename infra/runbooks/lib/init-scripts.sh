# Services that scripts run, as the LSB has it: nginx.service is /etc/init.d/nginx, its process the one in /run/nginx.pid
# or in the file that a line `# pidfile: <path>` of the script names. Nothing restarts them.

# A daemon inherits what its script has open, and must not keep the verdict's descriptor.
init_script() { "$init_directory/${1%.service}" "$2" </dev/null 5>&-; }

script_property() {
  case $2 in
    Id) printf '%s' "$1" ;;
    LoadState) if [ -x "$init_directory/${1%.service}" ]; then printf loaded; else printf not-found; fi ;;
    ActiveState | Result) script_state "$1" ;;
    MainPID) main_pid "$1" ;;
    # Another process is another run, even under the same number.
    InvocationID) process_identity "$(main_pid "$1")" ;;
    # No script says beforehand whether it can.
    CanStart | CanStop | CanReload) printf yes ;;
    NeedDaemonReload) printf no ;;
  esac
}

# Whether a script has a case for a reload, or passes what it is asked on to what may have one. Some succeed whatever they are
# asked, and print their usage: what stands there, and in comments, doesn't count.
knows_reload() {
  local script
  script=$(sed -e 's/^[[:space:]]*#.*//; s/[Uu][Ss][Aa][Gg][Ee].*//; s/{[^{}]*|[^{}]*}//g' "$1")
  grep -q -E -e "(^|[[:space:]|(;])[\"'*]?reload[\"'*]?[[:space:]]*[|)]|do_reload|exec .*[$][1@*]" <<<"$script" || ! grep -q -w case <<<"$script"
}

# LSB: 0 runs, 1 and 2 are dead and have left a file behind, 3 does not run. Anything else is not known. Many a script
# says 0 whatever runs, so that the process in its file counts, too: if it has ended, so has the service.
script_state() {
  local status=0 file
  timeout 10 "$init_directory/${1%.service}" status </dev/null >/dev/null 2>&1 5>&- || status=$?
  file=$(pid_file "$1")
  case $status in
    0) if [ -e "$file" ] && [ "$(main_pid "$1")" = 0 ]; then printf failed; else printf active; fi ;;
    1 | 2) printf failed ;;
    3) printf inactive ;;
    *) printf unknown ;;
  esac
}

pid_file() {
  local file
  file=$(sed -n -e '/^# *pidfile: */{s///p;q;}' "$init_directory/${1%.service}")
  printf '%s' "${file:-/run/${1%.service}.pid}"
}

# The number of the service's process, 0 if no file names one that runs and is the service's.
main_pid() {
  local file pid=''
  file=$(pid_file "$1")
  if [ -r "$file" ]; then read -r pid _ <"$file" || true; fi
  case $pid in '' | 0* | *[!0-9]*) printf 0; return 0 ;; esac
  if [ "$(process_state "$pid")" != ended ] && is_process_of "$pid" "${1%.service}" "$file"; then printf '%s' "$pid"; else printf 0; fi
}

# Whether a process is a service's, and not another one that has its number by now. The service's was there before the file
# was written, and is what the script starts.
is_process_of() {
  local pid=$1 name=$2 file=$3 started script
  started=$(($(sed -n 's/^btime //p' /proc/stat) + $(process_start "$pid") / 100))
  [ "$started" -le $(($(stat -c %Y -- "$file") + 3)) ] || return 1
  script=$(sed 1d "$init_directory/$name"; cat "/etc/default/$name" 2>/dev/null || true)
  starts "$script" "$name" "$pid"
}
