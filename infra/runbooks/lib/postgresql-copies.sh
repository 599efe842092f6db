# Copies of PostgreSQL's data: a base backup, whose manifest has the checksum of each file.
postgresql_require_copyable() {
  [ "$(sql "SELECT count(*) FROM pg_tablespace WHERE spcname NOT LIKE 'pg\_%'")" = 0 ] ||
    refuse TABLESPACES "the server of $data has tablespaces of its own, outside that directory; back it up by another tool"
}

postgresql_kilobytes() { sql "SELECT (sum(pg_database_size(oid)) + (SELECT coalesce(sum(size), 0) FROM pg_ls_waldir()))::bigint / 1024 FROM pg_database" | only_number; }

# postgresql_copy <directory that is not there yet>
postgresql_copy() {
  require_written_pages
  base_backup --pgdata="$1" --format=plain --wal-method=stream --manifest-checksums=SHA256
}

# Fails if a page on the disk is not the server's: its place in the WAL, with which a page begins, is one that the WAL has not got
# to yet, or that a standby has received. A base backup takes such a page for one that has just been written, and does not look
# at its checksum. It needs no locks: tables that somebody has locked, or waits to lock, against all others are left to it.
require_written_pages() {
  local number database found
  for number in $(connectable_databases); do
    database=$(sql "SELECT datname FROM pg_database WHERE oid = $number")
    [ -n "$database" ] || continue
    # A page is read before the WAL's place is asked for.
    found=$(sql "SET statement_timeout = 0;
      WITH files AS (
        SELECT pg_relation_filepath(c.oid) || suffix AS path, pg_relation_size(c.oid, fork) / size AS blocks, size, segment
        FROM pg_class c, (VALUES ('main', ''), ('vm', '_vm')) AS forks (fork, suffix),
          (SELECT current_setting('block_size')::bigint AS size, setting::bigint AS segment FROM pg_settings WHERE name = 'segment_size') AS sizes
        WHERE relpersistence = 'p' AND relkind IN ('r', 'i', 'm', 't', 'S')
          AND NOT EXISTS (SELECT FROM pg_locks WHERE relation = c.oid AND database IN (0, $number) AND mode = 'AccessExclusiveLock')
      )
      SELECT 'block ' || block || ' of ' || path FROM (
        SELECT path, block, pg_read_binary_file(
          path || CASE WHEN block < segment THEN '' ELSE '.' || block / segment END, block % segment * size, 8, true) AS place
        FROM files, generate_series(0, blocks - 1) AS block OFFSET 0
      ) AS pages
      WHERE length(place) = 8 AND pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery()
          THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) ELSE pg_current_wal_insert_lsn() END, '0/0') <
        (get_byte(place, 3) * 16777216::numeric + get_byte(place, 2) * 65536 + get_byte(place, 1) * 256 + get_byte(place, 0)) * 4294967296
        + get_byte(place, 7) * 16777216::numeric + get_byte(place, 6) * 65536 + get_byte(place, 5) * 256 + get_byte(place, 4)
      LIMIT 1" "$database") || refuse NO_CHECK \
      "the server of $data does not let its pages be read in database $(clipped "$database" 100), see below; make that possible, then try again"
    [ -z "$found" ] || fail DATA_DAMAGED \
      "$(clipped "$found" 200) in $data is not what PostgreSQL has written there; restore_snapshot replaces the data by a backup"
  done
}

# By number, as a name may hold anything.
connectable_databases() { sql "SELECT oid FROM pg_database WHERE datallowconn ORDER BY datname"; }

# The server verifies every page that has a checksum while it sends it. base_backup <options>
base_backup() {
  local said
  said=$(as_owner "$programs/pg_basebackup" --no-password --host="$socket" --port="$port" --checkpoint=fast --label=selfheal \
    "$@" 2>&1 >/dev/null | limit_output) || {
    printf '%s\n' "$said"
    case $said in
      *'checksum verification failed'*)
        said=${said#*WARNING:  }
        fail DATA_DAMAGED "pages of $data do not have their checksum: $(clipped "${said%%$'\n'*}" 300); restore_snapshot replaces them by a backup" ;;
    esac
    fail NOT_COPIED "pg_basebackup could not copy $data: $(clipped "${said##*$'\n'}" 300); the server needs wal_level=replica, max_wal_senders of 2 or more, and a line for replication in pg_hba.conf"
  }
}

# Whether a copy is complete, and as it was written.
postgresql_is_intact() { as_owner "$programs/pg_verifybackup" --quiet -- "$1"; }

# Refuses a copy of some other server's data. postgresql_require_same <copy>
postgresql_require_same() {
  local here there
  here=$(system_identifier "$data")
  there=$(system_identifier "$1")
  [ -z "$here" ] || [ "$here" = "$there" ] ||
    refuse OTHER_DATABASE "the backup is of the database system ${there:-without an identifier}, and $data of $here; it was set up again since: remove old backups, and make a new one"
}

system_identifier() {
  { as_owner "$programs/pg_controldata" -- "$1" 2>/dev/null || true; } | sed -n 's/^Database system identifier: *//p'
}

# Settings are no data: those in the one directory go to the other, too. postgresql_carry_settings <from> <to>
postgresql_carry_settings() {
  local file
  for file in postgresql.conf postgresql.auto.conf pg_hba.conf pg_ident.conf; do
    [ -f "$1/$file" ] && [ ! -L "$1/$file" ] || continue
    as_owner cp --preserve=all -- "$1/$file" "$2/$file.selfheal-new" && as_owner mv -T -- "$2/$file.selfheal-new" "$2/$file" || return 1
  done
}

# Whether the server runs on the data directory, answers, and accepts writes again.
postgresql_is_ready() { postgresql_find_server && [ -n "$socket" ] && [ "$(sql "SELECT pg_is_in_recovery()")" = f ]; }

# PostgreSQL does not start without all of its data.
postgresql_require_all() { :; }

# A standby gets its data from the primary.
postgresql_require_primary() {
  [ ! -e "$data/standby.signal" ] ||
    refuse STANDBY "the server of $data is a standby, which gets its data from the primary; set the standby up again"
}
