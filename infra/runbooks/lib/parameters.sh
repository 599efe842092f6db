# Parameters are the last lines of this script, behind the exit: the shell never parses them, whatever they hold.
# Each line is checked against its pattern once more; one line too many means that a value held a line break.
declare -A parameter=()

read_parameters() {
  local line name longest index=0 part=0
  [ -f "$0" ] || refuse UNSUPPORTED_PLATFORM "the script must be run from a file, not from \"$0\""
  while IFS= read -r line || [ -n "$line" ]; do
    if [ $part = 0 ]; then
      [ "$line" = '#SELFHEAL-PARAMETERS' ] && part=1
      continue
    fi
    if [ "$line" = '#SELFHEAL-END' ] && [ $part = 1 ]; then part=2; continue; fi
    # The last parameter's value may hold this line, too.
    [ $index -lt ${#parameter_names[@]} ] && [ $part = 1 ] || refuse INVALID_PARAMETER "a parameter holds a line break"
    name=${parameter_names[$index]}
    [ "${line%%=*}" = "$name" ] || refuse INVALID_PARAMETER "expected a value for $name; a parameter holds a line break"
    line=${line#*=}
    longest=${parameter_lengths[$index]:-${#line}}
    [ ${#line} -le "$longest" ] || refuse INVALID_PARAMETER "$name has ${#line} characters, must have at most $longest"
    [[ $line =~ ${parameter_patterns[$index]} ]] ||
      refuse INVALID_PARAMETER "$name is $(json_string "$line"), must match ${parameter_patterns[$index]}"
    parameter[$name]=$line
    index=$((index + 1))
  done <"$0"
  [ $index = ${#parameter_names[@]} ] || refuse INVALID_PARAMETER "$index of ${#parameter_names[@]} parameters are there"
}

# Sets `number` to a parameter that is a whole number. Nothing else may come near $((…)), which executes what is in
# a[$(…)], and which on a malformed number goes on with the next line of the script.
integer() {
  case ${parameter[$1]} in
    '' | *[!0-9]*) refuse INVALID_PARAMETER "$1 is $(json_string "${parameter[$1]}"), must be a whole number" ;;
  esac
  number=$((10#${parameter[$1]}))
}
