# What the start of a running unit needs, and may have lost since: units, programs, files, directories, users and groups. Only
# what is certainly missing counts, as a repair is refused for it. Paths are as the unit's process sees them, which may have
# directories of its own, or as the manager does, which sees what this script sees.

# Sets `fault` to something that is not there.
look_for_what_it_needs() {
  local root before
  root=$(unit_property "$1" LoadState)
  if [ "$root" != loaded ]; then fault="the unit file of $1 cannot be used ($root)"; return; fi
  look_for_its_units "$1"
  look_for_its_users "$1"
  if makes_something_first "$1"; then return 0; fi
  look_for_its_conditions "$1"
  look_for_its_streams "$1"
  root=/proc/$(unit_property "$1" MainPID)/root
  # In a root directory of its own, absolute links lead elsewhere.
  if [ -n "$(unit_property "$1" RootDirectory)$(unit_property "$1" RootImage)" ] || has_own_root; then return 0; fi
  before=$fault
  look_for_its_files "$1"
  look_for_its_directories "$1"
  if has_own_root; then fault=$before; fi
}

# Whether a process has changed its root directory itself, as some servers do, or has ended and thus says nothing.
has_own_root() { [ "$(readlink "$root")" != / ]; }

# Whether a start begins others, which run before the unit and may make what it needs.
makes_something_first() {
  local other after
  after=" $(units_in "$1" After) "
  for other in $(units_in "$1" Wants,Requires,BindsTo); do
    if [[ $after == *" $other "* ]] && ! is_active "$other" && [ "$(unit_property "$other" LoadState)" = loaded ]; then return 0; fi
  done
  return 1
}

# Units without which it does not start. A file system may be gone although its unit is there: RequiresMountsFor= adds it.
look_for_its_units() {
  local needed state what
  for needed in $(units_in "$1" Requires,BindsTo); do
    if is_active "$needed"; then continue; fi
    state=$(unit_property "$needed" LoadState)
    case $state in not-found | masked | bad-setting | error) fault="$1 needs $needed, which is $state" ;; esac
    if [[ $needed != *.mount ]]; then continue; fi
    what=$(unit_property "$needed" What)
    # What is below /dev/mapper may be made by another unit, and what begins with "//" is on another host.
    if [[ $what == /[!/]* && $what != /dev/mapper/* ]] && [ ! -e "$what" ]; then fault="$1 needs $needed, which is to mount $what, which is not there"; fi
  done
}

# Paths that must be there, or a start is left out (Condition…=) or fails (Assert…=). Those that must not be there, and those
# of which one is enough, may be the unit's own work, or somebody else's.
look_for_its_conditions() {
  local bus=org.freedesktop.systemd1 object property words=() index path
  command -v busctl >/dev/null || return 0
  object=$(busctl call $bus /org/freedesktop/systemd1 $bus.Manager GetUnit s "$1" 2>/dev/null) || return 0
  object=${object#o \"} object=${object%\"}
  for property in Conditions Asserts; do
    # The type, how many, and for each its kind, whether one is enough, whether it must not be so, its argument, and a result.
    read -r -a words < <(busctl get-property $bus "$object" $bus.Unit $property 2>/dev/null) || true
    # A blank in a path. What is not ASCII has a backslash.
    if [ $((${#words[@]} % 5)) != 2 ]; then continue; fi
    for ((index = 2; index < ${#words[@]}; index += 5)); do
      path=${words[index + 3]//\"/}
      if [[ "${words[index + 1]} ${words[index + 2]} $path" == 'false false /'* && $path != *\\* ]] && ! holds "${words[index]//\"/}" "$path"; then
        fault="$1 starts only if ${words[index]//\"/}=$path holds, and it does not"
      fi
    done
  done
}

# Whether a condition of a path holds; true of any that depends on more. holds <kind> <path>
holds() {
  case $1 in
    *PathExists) [ -e "$2" ] ;;
    *PathIsDirectory) [ -d "$2" ] ;;
    *FileNotEmpty) [ -f "$2" ] && [ -s "$2" ] ;;
    *FileIsExecutable) [ -f "$2" ] && [ -x "$2" ] ;;
  esac
}

# Files that the manager opens before it makes directories and starts a program: each needs its directory. Only the unit's file
# says which they are, by the last line, and it counts as it was loaded.
look_for_its_streams() {
  local stream way path
  if [ "$(unit_property "$1" NeedDaemonReload)" = yes ]; then return 0; fi
  for stream in StandardOutput StandardError; do
    way=$(unit_property "$1" $stream)
    case $way in append | file | truncate) ;; *) continue ;; esac
    path=$(systemctl cat -- "$1" | sed -n -E "s/^[[:space:]]*$stream[[:space:]]*=[[:space:]]*//p" | tail -n 1) || path=
    path=${path#"$way":}
    if [[ $path == /* && $path != *%* ]] && [ ! -d "$(dirname "$path")" ]; then
      fault="$1 is to write to $path ($stream=), whose directory is not there"
    fi
  done
}

look_for_its_users() {
  local user group
  if [ "$(unit_property "$1" DynamicUser)" = yes ]; then return 0; fi
  user=$(unit_property "$1" User)
  if [[ $user == *[!0-9]* ]] && ! id -- "$user" >/dev/null 2>&1; then fault="$1 is to run as $user, who is unknown on this host"; fi
  for group in $(unit_property "$1" Group,SupplementaryGroups); do
    if [[ $group == *[!0-9]* ]] && ! getent group -- "$group" >/dev/null; then fault="$1 is to run with the group $group, which is unknown on this host"; fi
  done
}

look_for_its_files() {
  local line='' path property
  # What comes first may make the programs that follow.
  while read -r line; do
    if [ -n "$line" ]; then break; fi
  done < <(for property in ExecCondition ExecStartPre ExecStart; do unit_property "$1" $property; done)
  path=${line#*path=} path=${path%% ; argv*}
  if [[ $path == /* && $line != *'ignore_errors=yes'* ]] && [ ! -x "$root$path" ]; then fault="$1 is to run $path, which is not there or not executable"; fi
  while read -r line; do
    path=${line% (ignore_errors=*}
    if [[ $path == /* && $line != *'ignore_errors=yes'* ]] && ! compgen -G "$path" >/dev/null; then fault="$1 is to read $path (EnvironmentFile=), which is not there"; fi
  done < <(unit_property "$1" EnvironmentFiles)
}

# What it is to work in, or to see in a file system that it otherwise does not.
look_for_its_directories() {
  local path
  path=$(unit_property "$1" WorkingDirectory)
  if [[ $path == /* ]] && [ ! -d "$root$path" ] && ! makes_itself "$1" "$path"; then fault="$1 is to work in $path, which is not there"; fi
  for path in $(unit_property "$1" ReadWritePaths,ReadOnlyPaths); do
    path=${path#+}
    if [[ $path == /* ]] && ! makes_itself "$1" "$path" && [ ! -e "$path" ] && [ ! -e "$root$path" ]; then fault="$1 is to use $path, which is not there"; fi
  done
}

# Whether a path is one of the directories that a start makes, is in one, or has one. makes_itself <unit> <path>
makes_itself() {
  local place name made
  for place in Runtime:/run State:/var/lib Cache:/var/cache Logs:/var/log Configuration:/etc; do
    for name in $(unit_property "$1" "${place%%:*}Directory"); do
      made=${place#*:}/${name%%:*}
      case $made/ in "$2"/*) return 0 ;; esac
      case $2/ in "$made"/* | "${place#*:}/private/${name%%:*}"/*) return 0 ;; esac
    done
  done
  return 1
}
