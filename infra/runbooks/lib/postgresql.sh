# PostgreSQL, found by its data directory: whose owner runs the server, whose version says which programs fit, and whose
# postmaster.pid says where the server listens. Psql connects over the socket, as the owner, with a role of that name.

# Sets `data`, `owner` and `programs` (the directory with the programs of the data's version).
open_postgresql() {
  local version directory
  open_data_directory
  [ -f "$data/PG_VERSION" ] ||
    refuse NOT_A_DATABASE "$data has no PG_VERSION, so PostgreSQL keeps no data there; correct database.dataDirectory"
  owner=$(stat -c %U -- "$data")
  require_owner PostgreSQL
  # What the owner writes is the owner's word: it must neither name a program nor show what only root may read.
  version=$(from_data PG_VERSION | head -n 1)
  [[ $version =~ ^[0-9]{1,3}(\.[0-9]{1,3})?$ ]] ||
    refuse NOT_A_DATABASE "$data/PG_VERSION holds no version of PostgreSQL, such as 16 or 9.6; correct database.dataDirectory, or restore the file"
  programs=
  for directory in "/usr/lib/postgresql/$version/bin" "/usr/pgsql-$version/bin" /usr/bin; do
    if [ -x "$directory/pg_controldata" ] &&
      [[ $(as_owner "$directory/pg_controldata" --version) == *" $version."* ]]; then
      programs=$directory
      break
    fi
  done
  [ -n "$programs" ] || refuse TOOL_MISSING "the programs of PostgreSQL $version, such as pg_controldata, are not on this host; install them"
}

# The beginning of a file of the data, read as the owner: it may be a link to anything, or have no end.
from_data() { as_owner timeout 5 head -c 4096 -- "$data/$1" 2>/dev/null || true; }

# Sets `server` to the process that serves the data directory, or to nothing; and where it listens.
postgresql_find_server() {
  local lines=()
  server='' socket='' port=''
  mapfile -t lines < <(from_data postmaster.pid)
  # A file that was left behind may name a process of something else. The server works in its data directory.
  if [[ ${lines[0]:-} =~ ^[0-9]+$ ]] && [ "/proc/${lines[0]}/cwd" -ef "$data" ]; then
    server=${lines[0]} port=${lines[3]:-} socket=${lines[4]:-}
  fi
}

# Refuses unless the unit's server runs and lets a superuser in.
postgresql_require_server() {
  local unit=${parameter[service]} said
  require_unit "$unit"
  postgresql_find_server
  [ -n "$server" ] || refuse SERVER_DOWN "no PostgreSQL serves $data; start $unit first"
  runs_process "$unit" "$server" ||
    refuse WRONG_UNIT "process $server serves $data, and is not the main process of $unit; name the unit that runs it"
  [ -n "$socket" ] || refuse NOT_CONNECTED "the server of $data listens on no Unix socket; set unix_socket_directories"
  said=$(sql "SELECT rolsuper FROM pg_roles WHERE rolname = current_user" 2>&1) ||
    refuse NOT_CONNECTED "$owner cannot connect to the server of $data: $(clipped "${said%%$'\n'*}" 300); allow it in pg_hba.conf, by peer"
  [ "$said" = t ] || refuse NOT_SUPERUSER "the role $owner is not a superuser on the server of $data; Selfheal needs the role that initdb made"
}

# One statement or several, in the database `postgres` unless another is given. sql <statements> [database]
sql() {
  local database=${2:-postgres} quote=\'
  # Unquoted, a name with "=" in it would say where to connect.
  database=${database//\\/\\\\}
  database=${database//$quote/\\$quote}
  as_owner env PGCONNECT_TIMEOUT=10 PGAPPNAME=selfheal PGOPTIONS='-c statement_timeout=30s -c lock_timeout=10s' \
    "$programs/psql" --no-psqlrc --no-password --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 \
    --host="$socket" --port="$port" --dbname="dbname='$database'" --command="$1"
}
