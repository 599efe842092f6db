# A WAL of PostgreSQL that is on another disk: pg_wal in the data directory is a symbolic link. What is restored gets a directory of
# its own beside that one, and a link to it, so that the data that are replaced keep theirs, and can be put back as they are.
#   <directory>.selfheal-wal-<operation>-<step>   the WAL of what is restored; it stays where that is
#   databases/<component>/incoming-wal            until what is restored has been accepted: who may remove it, and its path
# A function in parentheses, which runs in a process of its own, sets `writer` for itself alone: for the disk of the WAL.
has_wal_elsewhere() { [ "$engine" = postgresql ] && [ -L "$data/pg_wal" ]; }

# Sets `wal` to the directory that pg_wal leads to, and `writer` for the one that it is in. Refuses where another cannot be beside it.
find_wal() {
  local mountpoint _
  wal=$(realpath -e -- "$data/pg_wal") || refuse SYMBOLIC_LINK "$data/pg_wal leads to nothing that is there; restore by hand"
  while read -r _ _ _ _ mountpoint _; do
    [ "$mountpoint" != "$wal" ] ||
      refuse MOUNT_POINT "$data/pg_wal leads to $wal, which is a mount of its own, and has no place for a second WAL beside it; keep the WAL in a directory below it"
  done </proc/self/mountinfo
  require_unprotected "$wal"
  [ "$(stat -c %U -- "$wal")" = "$owner" ] || refuse WRONG_OWNER "$data/pg_wal leads to $wal, which is not $owner's; restore by hand"
  require_changeable "$(dirname "$wal")" -d
  require_writer "$(dirname "$wal")" "$owner"
}

require_movable_wal() (
  if has_wal_elsewhere; then find_wal; fi
)

# Moves the WAL of a copy that is to come in to the disk that has the WAL of the data. move_wal_of <copy>
move_wal_of() (
  has_wal_elsewhere || return 0
  find_wal
  new=${wal%.selfheal-wal-*}.selfheal-wal-${parameter[operationId]}-${parameter[stepId]}
  require_space "$(dirname "$wal")" $(($(du -sk -- "$1/pg_wal" | cut -f 1) + 32768)) %a
  write_durably "$records/incoming-wal" "$writer $new"
  make_private "$new"
  as_owner cp --archive -- "$1/pg_wal/." "$new/"
  as_owner rm -rf -- "$1/pg_wal"
  as_owner ln -s -- "$new" "$1/pg_wal"
  relabel "$new"
  as_owner sync -f -- "$new"
)

# Removes the WAL of a copy that has not come in; one that the data have is kept.
forget_incoming_wal() (
  [ -e "$records/incoming-wal" ] || return 0
  read -r writer new <"$records/incoming-wal"
  if [ ! "$data/pg_wal" -ef "$new" ]; then as_writer rm -rf --one-file-system -- "$new" || return 1; fi
  rm -f "$records/incoming-wal"
)
