# Whether the files that Redis keeps its data in are intact: the checksum of the RDB file, and every command in the
# append-only file. What a running server has in memory is not looked at.
redis_check_integrity() {
  local file checked=0
  while read -r file; do
    case $file in
      *.base.rdb | *.incr.aof | *.base.aof) continue ;;
      *.rdb) doing "checking $file"; check_rdb "$file" ;;
      *) doing "checking $file"; check_aof "$file" ;;
    esac
    checked=$((checked + 1))
  done < <(redis_files)
  [ $checked -gt 0 ] || refuse NO_CHECK "Redis has not written anything in $data yet; have it save, by BGSAVE or appendonly"
  succeed files $checked
}

check_rdb() {
  local said
  said=$(as_owner redis-check-rdb "$1" 2>&1 | limit_output) || data_damaged "$1" "$said"
}

# A running server appends to the file while it is being read: an end that is not complete yet is looked at again.
check_aof() {
  local said attempt
  for attempt in 1 2 3; do
    if said=$(as_owner redis-check-aof "$1" 2>&1 </dev/null | limit_output); then return 0; fi
    if [ -z "$server" ]; then break; fi
    sleep 1
  done
  data_damaged "$1" "$said"
}

data_damaged() {
  printf '%s\n' "$2"
  fail DATA_DAMAGED "$1 is damaged: $(clipped "$(sed '/^$/d' <<<"$2" | tail -n 1)" 300); restore_snapshot replaces the data by a backup"
}
