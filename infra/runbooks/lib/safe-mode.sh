# By the unit's own name, whichever alias it is given: what one has entered, the other has to leave.
safe_mode_file() { printf '/etc/systemd/system/%s.d/50-selfheal-safe-mode.conf' "$(unit_property "$1" Id)"; }

# Refuses a host on which the unit's drop-in could not be written, or removed again.
require_safe_mode_file_changeable() {
  local directory
  directory=$(dirname "$(safe_mode_file "$1")")
  if [ ! -d "$directory" ]; then directory=$(dirname "$directory"); fi
  require_changeable "$directory" -d
}

# The drop-in has systemd load the unit's files, which someone else may have changed. That is done before anything is written
# and stopped, so that what is looked at is what the next start runs.
require_startable_from_files() {
  if [ "$(unit_property "$1" NeedDaemonReload)" = yes ]; then systemctl daemon-reload; fi
  require_valid_configuration "$1"
}

write_safe_mode() {
  local file
  file=$(safe_mode_file "$1")
  mkdir -p "$(dirname "$file")"
  write_durably "$file" $'[Service]\nEnvironment=SELFHEAL_SAFE_MODE=1'
  chmod 755 "$(dirname "$file")"
  chmod 644 "$file"
  systemctl daemon-reload
}

remove_safe_mode() {
  local file
  file=$(safe_mode_file "$1")
  rm -f "$file" "$file.new"
  if [ -d "$(dirname "$file")" ]; then rmdir --ignore-fail-on-non-empty "$(dirname "$file")"; fi
  systemctl daemon-reload
}

# Restarts the unit and makes sure that it runs on.
restart_unit() {
  systemctl daemon-reload
  bring_up "$1" restart 1
}

# Whether the unit's process has the variable: the unit's properties say only what the next one will have. A program that has
# written a title over its environment shows none of it; then the unit's properties are all there is, as it was restarted.
runs_in_safe_mode() {
  local pid environment
  pid=$(unit_property "$1" MainPID)
  if [ "$pid" = 0 ]; then pid=$(unit_processes "$1" | head -n 1); fi
  environment=$({ tr '\0' '\n' <"/proc/${pid:-0}/environ"; } 2>/dev/null) || environment=''
  if grep -q = <<<"$environment"; then
    [[ $'\n'$environment$'\n' == *$'\nSELFHEAL_SAFE_MODE=1\n'* ]]
  else
    [[ " $(unit_property "$1" Environment) " == *' SELFHEAL_SAFE_MODE=1 '* ]]
  fi
}
