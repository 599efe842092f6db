# The collector of a component: what install_collector puts on the host, read_profile reads and remove_collector removes.
#   collector/collect.sh               the program, shared by the components of the host
#   collector/<component>/             its configuration and its ring, see collect.sh
#   /etc/systemd/system/selfheal-collector-<component>.{service,timer}
collector_home=$state_directory/collector
collector_units=${SELFHEAL_UNIT_DIRECTORY:-/etc/systemd/system}

# Sets what belongs to the component. name_collector
name_collector() {
  require_systemd 'the collector'
  # What is removed has to be below Selfheal's directory, even if the name was checked before.
  [[ ${parameter[component]} =~ ^[a-z][a-z0-9-]*$ ]] ||
    refuse INVALID_PARAMETER "component is $(json_string "${parameter[component]}"), must be a name of small letters, digits and -"
  collector=$collector_home/${parameter[component]}
  collector_unit=selfheal-collector-${parameter[component]}
}

wanted_configuration() {
  printf 'unit %s\nurl %s\ncustom %s\n' "${parameter[service]}" "${parameter[endpoint]}" "${parameter[custom]}"
  printf 'page_bytes %s\nticks_per_second %s\n' "$(getconf PAGESIZE || printf 4096)" "$(getconf CLK_TCK || printf 100)"
}

# It may read what /proc says of every process, and write its own directory.
wanted_service() {
  cat <<EOF_SERVICE
[Unit]
Description=Selfheal: profile of ${parameter[component]}
StartLimitIntervalSec=0
[Service]
Type=oneshot
ExecStart=/bin/bash $collector_home/collect.sh $collector
TimeoutStartSec=10
Nice=10
IOSchedulingClass=idle
MemoryMax=64M
TasksMax=16
LogLevelMax=notice
NoNewPrivileges=yes
CapabilityBoundingSet=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH
ProtectSystem=strict
ReadWritePaths=$collector
UMask=0077
EOF_SERVICE
}

wanted_timer() {
  local second=00
  integer intervalSeconds
  if [ "$number" -lt 60 ]; then second=0/$number; fi
  printf '[Unit]\nDescription=Selfheal: clock of the profile of %s\n' "${parameter[component]}"
  printf '[Timer]\nOnCalendar=*:*:%s\nAccuracySec=1s\n[Install]\nWantedBy=timers.target\n' "$second"
}

# Whether what is installed is what this version would install for these parameters.
is_installed() {
  print_collect | cmp -s - "$collector_home/collect.sh" &&
    wanted_configuration | cmp -s - "$collector/conf" &&
    wanted_service | cmp -s - "$collector_units/$collector_unit.service" &&
    wanted_timer | cmp -s - "$collector_units/$collector_unit.timer"
}

# Stops it, and removes all that it has written, except what other components' collectors need.
remove_collector() {
  local file
  systemctl disable --now --quiet -- "$collector_unit.timer" 2>/dev/null || true
  systemctl stop -- "$collector_unit.service" 2>/dev/null || true
  rm -f -- "$collector_units/$collector_unit.service" "$collector_units/$collector_unit.timer"
  systemctl daemon-reload
  systemctl reset-failed -- "$collector_unit.service" "$collector_unit.timer" 2>/dev/null || true
  rm -rf --one-file-system -- "$collector"
  for file in "$collector_home"/*/; do
    if [ -e "$file" ]; then return 0; fi
  done
  rm -rf --one-file-system -- "$collector_home"
  # Only if nothing else of Selfheal is in it.
  rmdir -- "$state_directory" 2>/dev/null || true
}
