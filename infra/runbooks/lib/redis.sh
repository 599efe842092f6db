# Redis, found by the directory that it works in. redis-cli connects to where the unit's server listens, with the password
# that its configuration file has.

# Sets `data`, `owner`, and `settings`, the configuration file that the unit names.
open_redis() {
  require_systemd Redis
  open_data_directory
  require_tools redis-cli redis-check-rdb redis-check-aof sha256sum find sed
  owner=$(stat -c %U -- "$data")
  require_owner Redis
  settings=$(unit_property "${parameter[service]}" ExecStart | tr ' ' '\n' | sed -n '/^\/.*[.]conf$/p' | head -n 1)
  redis_find_server
  [ -n "$server$(redis_files)" ] ||
    refuse NOT_A_DATABASE "$data has neither an .rdb nor an .aof file, and no Redis uses it; correct database.dataDirectory"
}

# What Redis keeps its data in.
redis_files() { find "$data" -maxdepth 2 -type f '(' -name '*.rdb' -o -name '*.aof' -o -name '*.manifest' ')' ! -name 'temp-*'; }

# The value of a setting in the configuration file, without its quotes. redis_setting <name> <default>
redis_setting() {
  local value=''
  if [ -n "$settings" ] && [ -f "$settings" ]; then value=$(sed -n "s/^[[:space:]]*$1[[:space:]]\{1,\}//p" "$settings" | tail -n 1 | sed 's/[[:space:]]*$//; s/^"\(.*\)"$/\1/'); fi
  printf '%s' "${value:-$2}"
}

# Sets `server` to the process that works in the data directory, or to nothing.
redis_find_server() {
  local directory pid
  server=
  for directory in /proc/[0-9]*; do
    pid=${directory#/proc/}
    case $(program_of "$pid") in redis-server | redis-check-rdb | valkey-server) ;; *) continue ;; esac
    if [ "$directory/cwd" -ef "$data" ] && [ "$(process_state "$pid")" != ended ] &&
      [ "$(process_stat "$pid" | cut -d ' ' -f 2)" = 1 ]; then server=$pid; fi
  done
}

# Refuses unless the unit's server runs and answers.
redis_require_server() {
  local unit=${parameter[service]} said
  require_unit "$unit"
  redis_find_server
  [ -n "$server" ] || refuse SERVER_DOWN "no Redis uses $data; start $unit first"
  runs_process "$unit" "$server" ||
    refuse WRONG_UNIT "process $server uses $data, and is not the main process of $unit; name the unit that runs it"
  said=$(redis PING 2>&1) || true
  [ "$said" = PONG ] ||
    refuse NOT_CONNECTED "Redis does not answer at $(redis_address): $(clipped "${said%%$'\n'*}" 300); redis-cli needs port or unixsocket, and requirepass, in ${settings:-the configuration file that the unit names}"
}

redis_address() {
  local port
  port=$(redis_setting port 6379)
  if [ "$port" = 0 ]; then redis_setting unixsocket /run/redis/redis-server.sock; else printf '127.0.0.1:%s' "$port"; fi
}

# redis <options or a command>
redis() {
  local address where REDISCLI_AUTH
  address=$(redis_address)
  case $address in
    /*) where=(-s "$address") ;;
    *) where=(-h "${address%:*}" -p "${address##*:}") ;;
  esac
  REDISCLI_AUTH=$(redis_setting requirepass '')
  # An empty one would be sent, and a server without a password refuses it.
  [ -z "$REDISCLI_AUTH" ] || export REDISCLI_AUTH
  timeout --foreground "${redis_seconds:-10}" \
    runuser -u "$owner" -- redis-cli "${where[@]}" --no-auth-warning "$@" 5>&-
}

# redis_info <section> <name>
redis_info() { redis INFO "$1" | tr -d '\r' | sed -n "s/^$2://p"; }
