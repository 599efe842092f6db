# What databases have in common, whatever their engine: a directory, its owner, and a unit that runs the server.

# Sets `data`, and `records`, where there is what is known of them.
open_data_directory() {
  data=${parameter[dataDirectory]} records=$state_directory/databases/${parameter[component]}
  require_tools realpath cut sleep readlink head timeout grep
  [ $EUID != 0 ] || require_tools runuser
  require_unprotected "$data"
  require_plain_path "$data"
  # The owner need not be able to enter the directory that the agent runs in.
  cd /
}

# require_owner <the name of the engine>
require_owner() {
  case $owner in
    root | UNKNOWN) refuse WRONG_OWNER "$data belongs to $owner, and $1 does not run as that user; chown it to the server's user" ;;
  esac
  [ $EUID = 0 ] || [ "$owner" = "$(id -un)" ] ||
    refuse WRONG_OWNER "$data belongs to $owner, and only root may run programs as that user; run the runbook as root"
}

as_owner() { as_user "$owner" "$@"; }

# Makes a directory for the owner alone, in one for which `writer` is set. make_private <path>
make_private() {
  as_writer mkdir -m 700 -- "$1"
  if [ "$writer" = root ]; then chown --no-dereference "$owner:" -- "$1"; fi
}

# Passes a number on that a server has said, and nothing else: what comes near $((…)) may be executed, see `integer`.
only_number() { head -c 4096 | grep -E -x -m 1 '0|[1-9][0-9]{0,17}'; }

# Whether a process is the main one of a unit, or of one that the unit stands for, as postgresql.service does on Debian.
runs_process() {
  local member
  [ "$(unit_property "$1" MainPID)" != "$2" ] || return 0
  for member in $(members_of "$1"); do
    if [ "$(unit_property "$member" MainPID)" = "$2" ]; then return 0; fi
  done
  return 1
}
