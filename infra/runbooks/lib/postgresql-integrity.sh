# Whether PostgreSQL's data are intact. Of a running server every page is read from the disk and compared with its checksum, and
# amcheck looks at tables and indexes, in the databases that have it. Of one that is stopped, pg_checksums reads the pages.
postgresql_check_integrity() {
  postgresql_find_server
  if [ -n "$server" ]; then check_running; else check_stopped; fi
}

check_running() {
  local checks='' number database pages=false
  postgresql_require_server
  require_written_pages
  if [ "$(sql 'SHOW data_checksums')" = on ]; then
    base_backup --pgdata=- --format=tar --wal-method=none --no-manifest
    pages=true
  fi
  for number in $(connectable_databases); do
    database=$(sql "SELECT datname FROM pg_database WHERE oid = $number")
    if [ -n "$database" ] && has_amcheck "$database"; then
      check_structure "$database"
      checks+="${checks:+, }$database"
    fi
  done
  [ $pages = true ] || [ -n "$checks" ] || refuse NO_CHECK \
    "nothing tells good data in $data from bad: enable checksums (pg_checksums --enable, while it is stopped), or CREATE EXTENSION amcheck"
  succeed pages $pages structure "$(json_string "$checks")"
}

has_amcheck() { [ "$(sql "SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'" "$1")" = 1 ]; }

check_structure() {
  local said status=0 quote=\"
  doing "checking the structure of database $1"
  # pg_amcheck takes a pattern, as psql does: in double quotes it stands for itself.
  said=$(as_owner "$programs/pg_amcheck" --no-password --host="$socket" --port="$port" --database="$quote${1//$quote/$quote$quote}$quote" 2>&1 | limit_output) || status=$?
  case $status in
    0) return ;;
    2) ;;
    *) printf '%s\n' "$said"
      refuse NO_CHECK "pg_amcheck could not check database $1 (exit code $status): $(clipped "${said%%$'\n'*}" 300); make that possible, then try again" ;;
  esac
  printf '%s\n' "$said"
  fail DATA_DAMAGED "amcheck finds damage in database $1: $(clipped "${said%%$'\n'*}" 300); restore_snapshot replaces the data by a backup"
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
