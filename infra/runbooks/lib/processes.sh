# The processes themselves: what a unit's properties or a file say of them may be old.

# The fields of /proc/<pid>/stat from the third on: its state, …, its start time as the 20th. Nothing if there is no such process.
process_stat() {
  local stat=''
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || true
  printf '%s' "${stat##*) }"
}

# Prints "running", "stopped" (by a signal) or "ended", which a zombie has, too, unless only its first thread has ended.
process_state() {
  local threads
  case $(process_stat "$1") in
    '') printf ended ;;
    [ZXx]*)
      threads=("/proc/$1/task/"*)
      if [ ${#threads[@]} -gt 1 ]; then printf running; else printf ended; fi ;;
    [Tt]*) printf stopped ;;
    *) printf running ;;
  esac
}

# When a process started, in hundredths of a second since the boot. A process may end at any moment: then 0.
process_start() {
  local start
  start=$(process_stat "$1" | cut -d ' ' -f 20)
  printf '%s' "${start:-0}"
}

# Tells a process from a later one of the same number, by its start time.
process_identity() { printf '%s-%s' "$1" "$(process_start "$1")"; }

# The words of a process's command line, one a line. Some programs write a title over it, with blanks between the words.
command_words() { { tr '\0 ' '\n\n' <"/proc/$1/cmdline"; } 2>/dev/null || true; }

# The name of the program that a process runs, even if its file was replaced since.
program_of() {
  local path
  path=$(readlink "/proc/$1/exe") || return 0
  path=${path% (deleted)}
  printf '%s' "${path##*/}"
}

# Whether a process is what a text, such as an init script, starts for a service: it names the service or its program, or
# one of its arguments if the program runs many things. starts <text> <service> <pid>
starts() {
  local text=$1 name=$2 pid=$3 program words word
  program=$(program_of "$pid")
  mapfile -t words < <(command_words "$pid")
  # A process without a command line is none that a text has started.
  [ ${#words[@]} -gt 0 ] || return 1
  if [[ "${words[*]}" == *"$name"* || $text == *"${words[*]}"* ]]; then return 0; fi
  case $program in
    '' | *sh | sleep | env | python* | perl* | ruby* | node | java | php*)
      for word in "${words[@]:1}"; do
        if [[ ${#word} -ge 4 && $word != -* && $text == *"$word"* ]]; then return 0; fi
      done
      return 1 ;;
    *) [[ $text == *"$program"* ]] ;;
  esac
}

# The directory of a unit's control group, nothing if it has none.
control_group() {
  local group root
  group=$(unit_property "$1" ControlGroup)
  [ -n "$group" ] || return 0
  for root in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
    if [ -e "$root$group/cgroup.procs" ]; then
      printf '%s' "$root$group"
      return 0
    fi
  done
}

# The numbers of all processes in a unit's control group, and below it.
unit_processes() { group_processes "$(control_group "$1")"; }

# Whether a process is in a unit's control group. unit_has <unit> <process>
unit_has() { [[ $'\n'$(unit_processes "$1")$'\n' == *$'\n'"$2"$'\n'* ]]; }

# The same of a control group.
group_processes() {
  if [ -n "$1" ]; then find "$1" -name cgroup.procs -exec cat '{}' + 2>/dev/null || true; fi
}

# Whether the processes of a control group are suspended, as after systemctl freeze. /proc shows them as sleeping.
is_frozen() {
  [ -e "$1/cgroup.events" ] && [[ $'\n'$(cat "$1/cgroup.events" 2>/dev/null || true)$'\n' == *$'\nfrozen 1\n'* ]]
}

# Runs a command as another user, who must not be able to give the verdict, which descriptor 5 takes. Where the runbook is not
# root's, that user is its own. as_user <user> <command>
as_user() { if [ $EUID = 0 ]; then set runuser -u "$1" -- "${@:2}"; else shift; fi; "$@" 5>&-; }
