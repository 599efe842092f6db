# Splits a comma-separated parameter into the array `paths`, and refuses what is no plain absolute path.
# Splitting changes nothing in a path: no globbing, no word splitting, no ".." and no link on the way.
split_paths() {
  local rest=$1, path
  paths=()
  while [ -n "$rest" ]; do
    path=${rest%%,*}
    rest=${rest#*,}
    [ -n "$path" ] || refuse INVALID_PATH "there is an empty path in $(json_string "$1"); remove the extra comma"
    case $path/ in
      //* | *//* | */./* | */../*) refuse INVALID_PATH "$path has an empty, . or .. part; write it plainly" ;;
      /*) ;;
      *) refuse INVALID_PATH "$path is not absolute; start it with /" ;;
    esac
    paths+=("$path")
  done
}

# A path that is there, with no symbolic link anywhere in it.
require_plain_path() {
  local real
  [ -e "$1" ] || [ -L "$1" ] || refuse PATH_MISSING "$1 is not there; create it or correct the configuration"
  real=$(realpath -e -- "$1") || refuse PATH_MISSING "$1 cannot be resolved; correct the configuration"
  [ "$real" = "$1" ] || refuse SYMBOLIC_LINK "$1 leads to $real by a symbolic link; name $real if that is meant"
}

# Refuses a directory that is the system's, a person's home, or shared by many services.
require_unprotected() {
  local directory remedy="name a directory of the service's own"
  for directory in "$state_directory" "${protected_trees[@]}"; do
    case $1/ in
      "$directory"/*) refuse PROTECTED_PATH "$1 belongs to $directory; $remedy" ;;
    esac
  done
  for directory in "${protected_directories[@]}"; do
    [ "$1" != "$directory" ] ||
      refuse PROTECTED_PATH "$1 belongs to many services; $remedy below it"
  done
  case $1/ in
    /home/*/*/*) ;;
    /home/*) refuse PROTECTED_PATH "$1 is a person's home; $remedy below it" ;;
    /*/*/*) ;;
    *) refuse PROTECTED_PATH "$1 is not at least two levels deep; $remedy" ;;
  esac
}

# Refuses a file that is the system's rather than the service's: of the system's own directories, only /etc has files of
# services. require_own_file <path> <what it is>
require_own_file() {
  local tree
  for tree in "$state_directory" "${protected_trees[@]}"; do
    case $1 in
      /etc/*) ;;
      "$tree"/*) refuse PROTECTED_PATH "$1 belongs to $tree; keep $2 in a directory of the service's own" ;;
    esac
  done
}

# Refuses unless the file system of a directory has room: for root, or for everyone. require_space <directory> <KB> [%a]
require_space() {
  local free
  free=$(stat -f -c "${3:-%f} * %S / 1024" -- "$1")
  [ $((free)) -ge "$2" ] || refuse DISK_FULL "$1 has $((free)) KB free, $2 are needed; free some space"
}

# Prints the letters of inode flags, as lsattr has them: none if the file system has no flags, or nothing here reads them.
# inode_flags <path> [option of lsattr]
inode_flags() {
  local flags
  command -v lsattr >/dev/null || return 0
  flags=$(lsattr ${2:-} -- "$1" 2>/dev/null) || return 0
  flags=${flags%% *}
  printf '%s' "${flags//-/}"
}
