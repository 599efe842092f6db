# Whether PostgreSQL's data are intact. Of a running server every page is read from the disk and compared with its checksum, and
# amcheck looks at tables and indexes, in the databases that have it. Of one that is stopped, pg_checksums reads the pages.
postgresql_check_integrity() {
  postgresql_find_server
  if [ -n "$server" ]; then check_running; else check_stopped; fi
}

check_running() {
  local checks='' database pages=false
  postgresql_require_server
  if [ "$(sql 'SHOW data_checksums')" = on ]; then
    base_backup --pgdata=- --format=tar --wal-method=none --no-manifest
    pages=true
  fi
  while read -r database; do
    [ -n "$database" ] || continue
    check_structure "$database"
    checks+="${checks:+, }$database"
  done < <(databases_with_amcheck)
  [ $pages = true ] || [ -n "$checks" ] || refuse NO_CHECK \
    "nothing tells good data in $data from bad: enable checksums (pg_checksums --enable, while it is stopped), or CREATE EXTENSION amcheck"
  succeed pages $pages structure "$(json_string "$checks")"
}

databases_with_amcheck() {
  local database
  sql "SELECT datname FROM pg_database WHERE datallowconn" | while read -r database; do
    if [ "$(sql "SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'" "$database")" = 1 ]; then printf '%s\n' "$database"; fi
  done
}

check_structure() {
  local said
  doing "checking the structure of database $1"
  said=$(as_owner "$programs/pg_amcheck" --no-password --host="$socket" --port="$port" --database="$1" 2>&1 | limit_output) || {
    printf '%s\n' "$said"
    fail DATA_DAMAGED "amcheck finds damage in database $1: $(clipped "${said%%$'\n'*}" 300); restore_snapshot replaces the data by a backup"
  }
}

check_stopped() {
  local said
  said=$(as_owner "$programs/pg_checksums" --check --pgdata="$data" 2>&1 | limit_output) || {
    printf '%s\n' "$said"
    case $said in
      *'checksum verification failed'*)
        fail DATA_DAMAGED "pages of $data do not have their checksum: $(clipped "${said%%$'\n'*}" 300); restore_snapshot replaces them by a backup" ;;
    esac
    refuse NO_CHECK "the server of $data is stopped, and pg_checksums does not check it: $(clipped "${said##*$'\n'}" 200); start it, then try again"
  }
  succeed pages true structure '""'
}
