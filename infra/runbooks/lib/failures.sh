# How a runbook ends. The last line on stderr says what is wrong, with the value and the remedy; exit codes:
#   1 failed while acting   2 refused before anything was changed   3 an earlier run was cut short, its effect is unknown
fail() { printf 'selfheal: %s: %s\n' "$1" "$2" >&2; exit 1; }
refuse() { printf 'selfheal: %s: %s\n' "$1" "$2" >&2; exit 2; }

# The last line on stdout: one JSON object. succeed <name> <JSON value>...
succeed() {
  local object='' separator=''
  while [ $# -gt 0 ]; do
    object+="$separator\"$1\":$2"
    separator=,
    shift 2
  done
  printf '{%s}\n' "$object"
}

# A JSON string of any text: control characters become blanks.
json_string() {
  local text=$1
  text=${text//[[:cntrl:]]/ }
  text=${text//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

require_tools() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || refuse TOOL_MISSING "$tool is not on this host; install the package that has it"
  done
}
