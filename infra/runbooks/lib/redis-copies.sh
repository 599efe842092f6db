# Copies of Redis's data: an RDB file, as a replica gets it, and its SHA-256.
redis_require_copyable() { :; }

redis_kilobytes() { printf '%s' $(($(redis_info memory used_memory | only_number) / 1024)); }

# Nothing in the data directory is touched. redis_copy <directory that is not there yet>
redis_copy() {
  local said
  as_owner mkdir -m 700 -- "$1"
  said=$(redis_seconds=3600 redis --rdb "$1/dump.rdb" 2>&1 | limit_output) ||
    fail NOT_COPIED "redis-cli could not copy the data of Redis: $(clipped "${said##*$'\n'}" 300)"
  as_owner sh -c 'cd "$1" && sha256sum dump.rdb >sha256 && sync dump.rdb sha256' sh "$1"
}

# Whether a copy is as it was written, and an RDB file. Sets `lasting_keys` to how many keys in it never expire.
redis_is_intact() {
  local said keys expiring
  [ -f "$1/sha256" ] && as_owner sh -c 'cd "$1" && sha256sum --status --check sha256' sh "$1" || return 1
  said=$(as_owner redis-check-rdb "$1/dump.rdb" 2>&1) || { printf '%s\n' "$said" | limit_output; return 1; }
  keys=$(sed -n 's/.* \([0-9]\{1,\}\) keys read.*/\1/p' <<<"$said")
  expiring=$(sed -n 's/.* \([0-9]\{1,\}\) expires.*/\1/p' <<<"$said")
  lasting_keys=$((${keys:-0} - ${expiring:-0}))
}

# Redis does not tell one database from another.
redis_require_same() { :; }

# Brings a copy into the form that the server reads: the RDB file, and the same as the base of an append-only file, which
# alone is read if appendonly is set. Files that are no data, such as nodes.conf or users.acl, go over, too.
redis_carry_settings() {
  local file name directory
  for file in "$1"/*; do
    if [ ! -f "$file" ] || [ -L "$file" ]; then continue; fi
    case $file in *.rdb | *.aof | */temp-*) continue ;; esac
    as_owner cp --preserve=all -- "$file" "$2/" || return 1
  done
  # What is put back after a restore has its own files.
  [ -f "$2/sha256" ] || return 0
  as_owner rm -f -- "$2/sha256" || return 1
  name=$(redis_setting appendfilename appendonly.aof)
  directory=$2/$(redis_setting appenddirname appendonlydir)
  if [ "$(redis_setting appendonly no)" != yes ] && [ -z "$(find "$1" -maxdepth 2 -name '*.aof' -o -maxdepth 2 -name '*.manifest')" ]; then :
  elif [ "$(redis_major)" -ge 7 ]; then
    as_owner mkdir -m 700 -- "$directory" && as_owner ln -- "$2/dump.rdb" "$directory/$name.1.base.rdb" &&
      as_owner tee "$directory/$name.manifest" <<<"file $name.1.base.rdb seq 1 type b" >/dev/null || return 1
  else
    as_owner ln -- "$2/dump.rdb" "$2/$name" || return 1
  fi
  name=$(redis_setting dbfilename dump.rdb)
  [ "$name" = dump.rdb ] || as_owner mv -T -- "$2/dump.rdb" "$2/$name"
}

redis_major() { redis-cli --version | sed -n 's/^[^0-9]*\([0-9]\{1,\}\).*/\1/p'; }

# Whether the server has read its data and answers.
redis_is_ready() {
  redis_find_server && [ -n "$server" ] && [ "$(redis PING 2>/dev/null)" = PONG ] && [ "$(redis_info persistence loading)" = 0 ]
}

# Those keys that never expire have to be there.
redis_require_all() {
  local keys
  keys=$(redis INFO keyspace | tr -d '\r' | sed -n 's/^db[0-9]*:keys=\([0-9]*\),.*/\1/p' | { sum=0; while read -r count; do sum=$((sum + count)); done; printf '%s' $sum; }) || true
  [ "$keys" -ge "$lasting_keys" ] || fail NOT_SERVING \
    "Redis has read $keys keys of at least $lasting_keys that the backup has; look at dbfilename, appendonly and appendfilename in its configuration"
}

# A replica gets its data from its master.
redis_require_primary() {
  local of=''
  if [ -n "$server" ]; then of=$(redis_info replication master_host || true); fi
  of=${of:-$(redis_setting replicaof '')}
  [ -z "$of" ] || refuse STANDBY "the Redis in $data is a replica of $of, which it gets its data from; repair that one"
}
