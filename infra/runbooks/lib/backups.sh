# Backups of a database. Each was read back before it counts.
#   <backupDirectory>/<component>/<name>/           the copy, which belongs to the database's owner
#   <backupDirectory>/<component>/<name>.partial/   one that is being made, or was cut short
#   databases/<component>/backups/<name>            that it is complete: operation, seconds since 1970, engine, kilobytes
# A name is the time in UTC, so that names sort by age.

# Sets `backups`. Needs `data`, `records` and `owner`.
open_backups() {
  local directory=${parameter[backupDirectory]} there=${parameter[backupDirectory]} writer
  require_tools sort du chown chmod sed
  require_unprotected "$directory"
  case $directory/ in
    "$data"/*) refuse PROTECTED_PATH "backups in $directory would be lost with the data in $data; name a directory elsewhere" ;;
  esac
  case $data/ in
    "$directory"/*) refuse PROTECTED_PATH "$directory holds the data themselves; name a directory elsewhere for backups" ;;
  esac
  backups=$directory/${parameter[component]}
  until [ -e "$there" ] || [ -L "$there" ]; do there=$(dirname "$there"); done
  require_plain_path "$there"
  require_writer "$there" "$owner"
  # The database's owner must be able to enter it, and nobody else to read what is in it.
  (umask 022; as_writer mkdir -p -- "$directory")
  require_plain_path "$directory"
  mkdir -p "$records/backups"
  [ -e "$backups" ] || make_private "$backups"
  require_plain_path "$backups"
  as_owner test -w "$backups" ||
    refuse NOT_WRITABLE "$owner may not write in $backups; let that user enter $directory, and give it $backups"
}

forget_partial() {
  local directory
  for directory in "$backups"/*.partial; do
    if [ -e "$directory" ]; then as_owner rm -rf -- "$directory"; fi
  done
}

# The names of complete backups, newest first.
complete_backups() { ls -- "$records/backups" | { grep -v '[.]new$' || true; } | sort -r; }

# record_backup <name> <kilobytes>
record_backup() { write_durably "$records/backups/$1" "${parameter[operationId]} $(date +%s) ${parameter[engine]} $2"; }

# Forgets the oldest beyond the number given.
prune_backups() {
  local name
  for name in $(complete_backups | sed "1,$1d"); do
    rm -f "$records/backups/$name"
    as_owner rm -rf -- "${backups:?}/$name"
  done
}
