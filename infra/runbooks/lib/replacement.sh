# Puts the files of a version in place: all of them, or none. What can be known is looked at first; each file is complete,
# beside its place, before the first one is replaced; and until all is done, the file that was replaced keeps another name.
# A file that the version does not have is removed. The directory may belong to a user of the service, who may put a link in the
# place of any name at any moment: what is made is new, and is given away by its descriptor.
#   <directory>/.selfheal-new-<hash of the path>   the new file, empty if it is to be removed. Hidden, as a directory may be
#                                                  included as a whole
#   <directory>/.selfheal-old-<hash of the path>   the file that it replaces
#   <directory>/.selfheal-back-<hash of the path>  that file, while it is made again
#   config/<component>/replacing                   while a replacement may have to be finished: what is under way ("replacing",
#                                                  or "applying" once all are in place), the version that is `replaced`, and one
#                                                  line a file: "new" or "changed", then as in the manifest of the version
new_name() { beside new "$1"; }
old_name() { beside old "$1"; }
beside() {
  local hash
  hash=$(printf '%s' "$2" | sha256sum)
  printf '%s/.selfheal-%s-%s' "$(dirname "$2")" "$1" "${hash:0:12}"
}

# Refuses a file that could not be replaced, or not by a file that is all that it was.
require_replaceable() {
  local path=$1 mountpoint _
  while read -r _ _ _ _ mountpoint _; do
    [ "$mountpoint" != "$path" ] ||
      refuse MOUNT_POINT "$path is a mount of its own, and cannot be replaced in one step; name the file that is mounted there"
  done </proc/self/mountinfo
  require_changeable "$(dirname "$path")" -d
  if [ ! -e "$path" ]; then return; fi
  require_changeable "$path"
  [ "$(stat -c %h -- "$path")" = 1 ] ||
    refuse HARD_LINK "$path has $(($(stat -c %h -- "$path") - 1)) more names, which would keep the old content; give it a single one"
}

# require_changeable <path> [option of lsattr]. Root may write anything that is not immutable and not on a read-only mount.
require_changeable() {
  local flags
  if [ "$(id -u)" = 0 ] || [ "${2:-}" = -d ]; then
    [ -w "$1" ] || refuse NOT_WRITABLE "$1 cannot be changed: it is immutable (lsattr), or its file system is mounted read-only"
  fi
  flags=$(inode_flags "$@")
  case $flags in *[ia]*) refuse NOT_WRITABLE "$1 is immutable or append-only ($flags); remove that by chattr" ;; esac
}

# Sets `changes` to the lines of a version's manifest that differ from the files as `describe_current` has found them.
compare_with_version() {
  local line path
  changes=
  while read -r line; do
    path=${line#* * * * }
    case $'\n'$manifest in
      *$'\n'"$line"$'\n'*) ;;
      *$'\n'"absent - - - $path"$'\n'*) changes+="new $line"$'\n' ;;
      *) changes+="changed $line"$'\n' ;;
    esac
  done <"$versions_directory/versions/$1/manifest"
}

# Whether all that has to be written can be.
require_changes() {
  local hash mode owner group path needed=0 _
  while read -r _ hash mode owner group path; do
    require_replaceable "$path"
    if [ "$hash" = absent ]; then continue; fi
    [ -f "$versions_directory/objects/${hash%+*}" ] && [ "$(sha256sum <"$versions_directory/objects/${hash%+*}")" = "${hash%+*}  -" ] ||
      refuse VERSION_DAMAGED "the kept content of $path ($hash) is missing or damaged; restore it by hand"
    [[ $hash != *+* ]] || [ -f "$versions_directory/attributes/${hash#*+}" ] ||
      refuse VERSION_DAMAGED "the kept attributes of $path (${hash#*+}) are missing; restore it by hand"
    needed=$((needed + $(stat -c %s "$versions_directory/objects/${hash%+*}") / 1024 + 64))
    require_space "$(dirname "$path")" $needed
  done <<<"${changes%$'\n'}"
}

# Notes what is under way, for the next run if this one is cut short. note_replacement <replacing|applying>
note_replacement() { write_durably "$versions_directory/replacing" "$1 $replaced"$'\n'"${changes%$'\n'}"; }

# Sets up the changed files beside their places. Nothing that is there is touched.
stage_changes() {
  local hash mode owner group path _
  while read -r _ hash mode owner group path; do
    if [ "$hash" = absent ]; then cp --remove-destination -- /dev/null "$(new_name "$path")"; continue; fi
    stage_file "$hash" "$mode" "$owner" "$group" "$(new_name "$path")" ||
      refuse NOT_STAGED "$path could not be made as it was, with its mode, owner, attributes and flags, in $(dirname "$path"); see below"
  done <<<"${changes%$'\n'}"
}

# stage_file <hash> <mode> <owner> <group> <new>
stage_file() {
  # An access list that the directory gives to new files goes with --preserve=mode.
  cp --remove-destination --no-dereference --preserve=mode -- "$versions_directory/objects/${1%+*}" "$5" &&
    finish_staged "$@" 4<"$5" && [ "$(describe_file "$5")" = "$1 $2 $3 $4" ] && sync "$5"
}

# Gives descriptor 4, if it is the file that was staged, its mode, owner and attributes. As stage_file.
finish_staged() {
  local hash=$1 mode=${2%+*} flags=${2#"${2%+*}"} owner=$3:$4 file=/proc/self/fd/4
  [ -f $file ] && [ "$(stat -L -c %d:%i $file)" = "$(stat -c %d:%i -- "$5")" ] && [ "$(sha256sum <$file)" = "${hash%+*}  -" ] &&
    { [[ $hash != *+* ]] || cp --attributes-only --preserve=all -- "$versions_directory/attributes/${hash#*+}" $file; } &&
    { [ "$(stat -L -c %u:%g $file)" = "$owner" ] || chown "$owner" $file; } &&
    { [ "$(stat -L -c %a $file)" = "$mode" ] || chmod "$mode" $file; } && touch $file && set_flags "$5" "${flags#+}"
}

# set_flags <file> <flags, and no others of those that are kept>. chattr follows no link.
set_flags() {
  local has more less
  has=$(kept_flags "$1")
  [ "$has" != "$2" ] || return 0
  more=${2//[${has:-.}]/} less=${has//[${2:-.}]/}
  in_its_directory "$1" chattr ${more:++$more} ${less:+-$less}
}

remove_file() { in_its_directory "$1" rm -f --; }

# in_its_directory <file> <command>. Runs it on the file, unless a directory above that is another by now.
in_its_directory() (
  cd -- "$(dirname "$1")" && [ "$(readlink /proc/self/cwd)" = "$(dirname "$1")" ] && "${@:2}" "./$(basename "$1")"
)

# Replaces the files by those that `stage_changes` has set up. The caller has noted the replacement and set `undo`.
replace_files() {
  local hash mode owner group path _
  guard_replacement finish_interrupted_replacement
  while read -r _ hash mode owner group path; do
    if [ -e "$path" ]; then ln -f -T -- "$path" "$(old_name "$path")" || cp --archive --remove-destination -- "$path" "$(old_name "$path")"; fi
  done <<<"${changes%$'\n'}"
  while read -r _ hash mode owner group path; do
    require_same_file "$path" "$(old_name "$path")"
    if [ "$hash" = absent ]; then rm -f -- "$(new_name "$path")"; remove_file "$path"
    else mv -f -T -- "$(new_name "$path")" "$path"
    fi
    sync "$(dirname "$path")"
    require_unchanged "$path" "$(old_name "$path")"
  done <<<"${changes%$'\n'}"
}

# Someone else may have put another file in a file's place since it was described, or made one where none was.
require_same_file() {
  if [ -e "$2" ]; then
    if [ "$1" -ef "$2" ] || [ "$(describe_file "$1")" = "$(describe_file "$2")" ]; then return; fi
  elif [ ! -e "$1" ] && [ ! -L "$1" ]; then return
  fi
  fail CHANGED_MEANWHILE "something else has replaced $1; wait until it is done, then try again"
}

# Someone else may have written into a file until it lost its place.
require_unchanged() {
  [ -e "$2" ] || return 0
  case $'\n'$manifest in
    *$'\n'"$(describe_file "$2") $1"$'\n'*) ;;
    *) fail CHANGED_MEANWHILE "something else is writing $1; wait until it is done, then try again" ;;
  esac
}

# For a service that would read the old files, too, under whatever name: from here on, put_back makes them again.
drop_old_names() {
  local path _
  while read -r _ _ _ _ _ path; do rm -f -- "$(old_name "$path")"; done <<<"${changes%$'\n'}"
}

# Whether a file is as in a line of a manifest. is_as <hash> <mode> <owner> <group> <path>
is_as() {
  if [ "$1" = absent ]; then [ ! -e "$5" ] && [ ! -L "$5" ]
  else [ -e "$5" ] && [ "$(describe_file "$5")" = "$1 $2 $3 $4" ]
  fi
}

# Makes a file as it was in the version that is `replaced`. What runs in a trap returns explicitly: without a number, bash
# would return the status from before the trap.
restore_kept() {
  local hash mode owner group path back
  back=$(beside back "$1")
  while read -r hash mode owner group path; do
    [ "$path" = "$1" ] || continue
    if stage_file "$hash" "$mode" "$owner" "$group" "$back" && mv -f -T -- "$back" "$path"; then return 0; fi
    rm -f -- "$back"
    return 1
  done <"$versions_directory/versions/$replaced/manifest"
  return 1
}

# Puts back what was replaced. A file that no longer is the version's was changed by someone else, and stays. `stuck` has
# the files that cannot be put back; they stay noted, with what they were, for the next attempt.
put_back() {
  local change hash mode owner group path new old _
  stuck=
  read -r _ replaced <"$versions_directory/replacing"
  while read -r change hash mode owner group path; do
    [ -n "$path" ] || continue
    new=$(new_name "$path") old=$(old_name "$path")
    if [ -e "$new" ]; then
      rm -f -- "$new" || stuck+="${stuck:+, }$new"
    elif is_as "$hash" "$mode" "$owner" "$group" "$path"; then
      if [ -e "$old" ]; then
        mv -f -T -- "$old" "$path" || { stuck+="${stuck:+, }$path (was $old)"; continue; }
      elif [ "$change" = new ]; then
        remove_file "$path" || stuck+="${stuck:+, }$path (was missing)"
      else
        restore_kept "$path" || stuck+="${stuck:+, }$path (was as in $versions_directory/versions/$replaced/manifest)"
      fi
    fi
    rm -f -- "$old" || stuck+="${stuck:+, }$old"
    sync "$(dirname "$path")"
  done <"$versions_directory/replacing"
  [ -n "$stuck" ] || rm -f "$versions_directory/replacing"
}

forget_replaced() {
  local hash mode owner group path _
  while read -r _ hash mode owner group path; do
    if [ -n "$path" ]; then rm -f -- "$(old_name "$path")"; fi
  done <"$versions_directory/replacing"
  rm -f "$versions_directory/replacing"
}

# Puts back what a run that was killed has left half-done. Once all files are in place, the service may have taken them up:
# then they stay.
finish_interrupted_replacement() {
  local phase _
  [ -e "$versions_directory/replacing" ] || return 0
  read -r phase _ <"$versions_directory/replacing"
  if [ "$phase" = applying ]; then
    forget_replaced
  else
    put_back
    [ -z "$stuck" ] || refuse HALF_REPLACED "an earlier rollback was cut short, and cannot be undone: $stuck; make that possible, see below"
  fi
}

# Finishes at once what this script leaves half-done when it is killed: a process group of its own, which nobody kills together
# with it, waits for its end. guard_replacement <command>
guard_replacement() {
  set -m
  (
    trap - ERR EXIT
    set +eE
    exec 5>&- >/dev/null 2>&1
    exec 9>>"$entry/lock"
    flock 9
    exec 8>>"$state_directory/fence/${parameter[component]}.lock"
    flock 8
    "$1"
  ) &
  set +m
}
