# The processes themselves: what a unit's properties or a file say of them may be old.

# The fields of /proc/<pid>/stat from the third on: its state, …, its start time as the 20th. Nothing if there is no such process.
process_stat() {
  local stat=''
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || true
  printf '%s' "${stat##*) }"
}

# Prints "running", "stopped" (by a signal) or "ended", which a zombie has, too.
process_state() {
  case $(process_stat "$1") in
    '' | [ZXx]*) printf ended ;;
    [Tt]*) printf stopped ;;
    *) printf running ;;
  esac
}

# Tells a process from a later one of the same number, by its start time.
process_identity() { printf '%s-%s' "$1" "$(process_stat "$1" | cut -d ' ' -f 20)"; }

# The words of a process's command line, one a line. Some programs write a title over it, with blanks between the words.
command_words() { { tr '\0 ' '\n\n' <"/proc/$1/cmdline"; } 2>/dev/null || true; }

# The name of the program that a process runs, even if its file was replaced since.
program_of() {
  local path
  path=$(readlink "/proc/$1/exe") || return 0
  path=${path% (deleted)}
  printf '%s' "${path##*/}"
}

# The directory of a unit's control group, nothing if it has none.
control_group() {
  local group root
  group=$(unit_property "$1" ControlGroup)
  [ -n "$group" ] || return 0
  for root in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
    if [ -e "$root$group/cgroup.procs" ]; then
      printf '%s' "$root$group"
      return
    fi
  done
}

# The numbers of all processes in a control group, and below it.
group_processes() {
  if [ -n "$1" ]; then find "$1" -name cgroup.procs -exec cat '{}' + 2>/dev/null || true; fi
}
