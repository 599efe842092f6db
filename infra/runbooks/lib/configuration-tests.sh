# Programs that can check their configuration without taking it up.

# Sets `fault` to what the program of a running unit has against its configuration; to nothing if it has nothing against
# it, or can't be asked. Where the configuration is, the running process's own command line says.
test_configuration() {
  local pid program path words=() said
  fault=
  pid=$(unit_property "$1" MainPID)
  if [ "$pid" = 0 ] || [ "$(process_state "$pid")" = ended ]; then return; fi
  # In a root directory of its own, a program reads other files than it would here.
  [ "/proc/$pid/root" -ef / ] || return 0
  program=$(program_of "$pid")
  path=$(readlink "/proc/$pid/exe") || return 0
  path=${path% (deleted)}
  mapfile -t words < <(command_words "$pid")
  case $program in
    nginx) words=("$path" -t -q $(options_among 'c p' "${words[@]}")) ;;
    sshd) words=("$path" -t $(options_among f "${words[@]}")) ;;
    haproxy) words=("$path" -c -q $(options_among 'f C' "${words[@]}")) ;;
    # Debian's configuration needs the variables that its wrapper sets.
    apache2) words=(apache2ctl -t) ;;
    httpd) words=("$path" -t $(options_among 'f d' "${words[@]}")) ;;
    *) return ;;
  esac
  require_tools timeout
  command -v "${words[0]}" >/dev/null || return 0
  said=$(timeout --foreground 20 "${words[@]}" 2>&1 | limit_output) || fault="$program does not accept its configuration: $(clipped "${said%%$'\n'*}" 300)"
  if [ -n "$fault" ]; then printf '%s\n' "$said"; fi
}

# For what is about to stop a unit in order to start it again: it must not, if what is to take its place would not start.
require_valid_configuration() {
  test_configuration "$1"
  [ -z "$fault" ] || refuse CONFIG_INVALID "$fault; $1, which still runs, would not start again: correct the configuration first"
}

# Those of the words that are an option with one of the letters, and what follows each.
options_among() {
  local letters=" $1 " word takes_next=false
  shift
  for word in "$@"; do
    if [ $takes_next = true ]; then
      printf '%s\n' "$word"
      takes_next=false
    elif [[ $word == -? && $letters == *" ${word#-} "* ]]; then
      printf '%s\n' "$word"
      takes_next=true
    fi
  done
}
