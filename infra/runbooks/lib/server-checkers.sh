# How servers check their configuration, for find_checker: sets `checker`, or `unchecked`, from `path`, the program, and `words`,
# the command line of a process.
checker_of_nginx() { checker=("$path" -t -q); with_options 'c p'; }
checker_of_sshd() { checker=("$path" -t); with_options f; }
checker_of_haproxy() { checker=("$path" -c -q); with_options 'f C'; }
checker_of_httpd() { checker=("$path" -t); with_options 'f d'; }
# Debian's configuration needs the variables that its wrapper sets.
checker_of_apache2() { checker=("$(command -v apache2ctl || true)" -t); }

# Has `checker` read what the process has read. with_options <the letters of options that lead to files>
with_options() {
  mapfile -t words < <(options_among "$1" "${words[@]}")
  make_absolute
  # Older shells take an empty list for an unset one.
  if [ ${#checker[@]} -gt 0 ]; then checker+=(${words[@]+"${words[@]}"}); fi
}

# Makes the paths among the options in `words` absolute, which may be below the directory that another option names: what this
# script's own directory has is something else.
make_absolute() {
  local index base=''
  for ((index = 1; index < ${#words[@]}; index += 2)); do
    case ${words[index - 1]} in -p | -C | -d) base=${words[index]} ;; esac
  done
  for ((index = 1; index < ${#words[@]}; index += 2)); do
    case ${words[index]} in /*) continue ;; esac
    if [[ $base != /* ]]; then checker=() unchecked="its path ${words[index]} is not absolute"; return; fi
    words[index]=${base%/}/${words[index]}
  done
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

# promtool checks what the command line names; without a name, the default, which depends on who has built Prometheus.
checker_of_prometheus() {
  local configuration promtool=${path%/*}/promtool features command
  configuration=$(option_of config.file '' "${words[@]}")
  if [ -z "$configuration" ]; then configuration=$(said_by "$1" "$path" --help | sed -n 's/.*--config\.file="\([^"]*\)".*/\1/p'); fi
  [ -x "$promtool" ] || promtool=$(command -v promtool) || { unchecked='promtool is not on this host'; return 0; }
  if [ -z "$configuration" ]; then unchecked='Prometheus does not say which file it reads'; return; fi
  if [ "$(version_of "$1" "$promtool")" != "$(version_of "$1" "$path")" ]; then
    unchecked="$promtool is not of the same version as Prometheus"
    return
  fi
  if [[ $configuration != /* ]]; then configuration=$(readlink "/proc/$1/cwd")/$configuration; fi
  # Some expressions in rules are valid with a feature only.
  mapfile -t features < <(values_of enable-feature "${words[@]}")
  command=("$promtool" ${features[@]+"${features[@]/#/--enable-feature=}"} check config "$configuration")
  case $(said_by "$1" "${command[@]}") in
    *'error checking '*) unchecked='promtool looks no further than to a file with credentials, without which Prometheus starts' ;;
    *'unknown long flag'*) unchecked='promtool does not know the features that Prometheus has' ;;
    *) checker=("${command[@]}") ;;
  esac
}

# The version that Prometheus or promtool says it has. version_of <pid> <program>
version_of() { said_by "$1" "$2" --version | sed -n 's/.*, version \([^ ]*\).*/\1/p'; }

# The value of a long option; of the last one if it is there several times. option_of <name> <default> <words of a command line>
option_of() {
  local value
  value=$(values_of "$1" "${@:3}" | tail -n 1)
  printf '%s' "${value:-$2}"
}

# The values of a long option, with one dash or two, each in a line. values_of <name> <words of a command line>
values_of() {
  local name=$1 word takes_next=false
  shift
  for word in "$@"; do
    if [ $takes_next = true ]; then
      printf '%s\n' "$word"
      takes_next=false
      continue
    fi
    case $word in
      --"$name"=* | -"$name"=*) printf '%s\n' "${word#*=}" ;;
      --"$name" | -"$name") takes_next=true ;;
    esac
  done
}

# What a program prints, asked with the rights of a process; nothing if it must not run so. said_by <pid> <command>
said_by() (
  checker=("${@:2}")
  confine_checker "$1"
  [ ${#checker[@]} = 0 ] || timeout --foreground 20 "${checker[@]}" 2>&1 5>&- || true
)
