# Who besides root can put something else in the place of a file or directory. What root does below a directory that somebody
# else can change, that user may have turned on any other file of the host by then.

# Prints the users who can, one a line: the owners and writers of the path and of every directory above it. Where the sticky bit
# is set, only the owner of a file can replace it, even if others may write there. The path has no symbolic link in it.
writers_of() {
  local path=$1 user group number mode
  while :; do
    read -r user group number mode < <(stat -c '%U %G %g %a' -- "$path") || { printf 'someone who moves %s\n' "$path"; return; }
    mode=$((8#$mode))
    if [ "$user" != root ]; then printf '%s\n' "$user"; fi
    if [ $((mode & 8#1000)) = 0 ]; then
      if [ $((mode & 8#0002)) != 0 ]; then printf 'everyone\n'; fi
      if [ $((mode & 8#0020)) != 0 ]; then
        members_of_group "$group" "$number"
        # The bits of the group are the most that an access list gives to anyone.
        if [[ $(ls -ld -- "$path") == ??????????+* ]]; then printf 'an access list of %s\n' "$path"; fi
      fi
    fi
    [ "$path" != / ] || return 0
    path=$(dirname -- "$path")
  done | sort -u
}

# members_of_group <name> <number>
members_of_group() {
  local name number _
  if [ "$1" = UNKNOWN ]; then printf 'group %s\n' "$2"; fi
  {
    getent group "$2" | cut -d : -f 4 | tr ',' '\n'
    getent passwd | while IFS=: read -r name _ _ number _; do
      if [ "$number" = "$2" ]; then printf '%s\n' "$name"; fi
    done
  } | sed -e '/^$/d' -e '/^root$/d'
}

# Sets `writer` to the user who is to change what is in a directory: root if nobody else can, or else the user given, if that
# one alone can. require_writer <directory> <user>
require_writer() {
  local others
  require_tools getent sort cut tr sed
  others=$(writers_of "$1")
  case $others in
    '') writer=root ;;
    "$2") writer=$2 ;;
    *) refuse UNSAFE_DIRECTORY \
      "what is in $1 can be replaced by others than root and $2 (${others//$'\n'/, }); take that right away from them on it and the directories above it, or name another directory" ;;
  esac
}

as_writer() { if [ "$writer" = root ]; then "$@"; else as_user "$writer" "$@"; fi; }
