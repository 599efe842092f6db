safe_mode_file() { printf '/etc/systemd/system/%s.d/50-selfheal-safe-mode.conf' "$1"; }

# Restarts the unit and makes sure that it runs on.
restart_unit() {
  systemctl daemon-reload
  bring_up "$1" restart 1
}
