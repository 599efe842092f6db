# How a runbook ends: with a verdict, the one line that Selfheal reads. Run Command keeps the first 2,500 bytes of stdout and
# stderr together, so the verdict comes first; below it, in lines that start with "| ", stands an excerpt of what tools and
# services printed. Exit codes:
#   0 done; the verdict is a JSON object on stdout, and stderr is empty
#   1 failed while acting   2 refused before anything was changed   3 an earlier run was cut short, its effect is unknown
# For 1 to 3 the verdict is on stderr, as "selfheal: <CODE>: <what is wrong, with value and remedy>", and stdout is empty.
# Descriptor 5 takes the verdict, one line, and then whatever else has to be added to that line.
maximum_reason_bytes=600
maximum_verdict_bytes=900
maximum_excerpt_bytes=1200
maximum_excerpt_line_bytes=300

fail() { say_failure "$1" "$2"; exit 1; }
refuse() { say_failure "$1" "$2"; exit 2; }
say_failure() { printf 'selfheal: %s: %s\n' "$1" "$(clipped "$2" $maximum_reason_bytes)${remark:+$'\n'$remark}" >&5; }

# What every verdict is to say besides, if anything.
remark=

# What is true besides the failure. The line that `fail` or `refuse` has printed is continued.
add_to_verdict() { printf '%s\n' "$1" >&5; }

# succeed <name> <JSON value>...
succeed() {
  local object='' separator=''
  while [ $# -gt 0 ]; do
    object+="$separator\"$1\":$2"
    separator=,
    shift 2
  done
  if [ -n "$remark" ]; then object+="$separator\"remark\":$(json_string "$(clipped "$remark" $maximum_reason_bytes)")"; fi
  printf '{%s}\n' "$object" >&5
}

# A JSON string of any text: control characters become blanks.
json_string() {
  local text=$1
  text=${text//[[:cntrl:]]/ }
  text=${text//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

# A single line of limited length that ends with a whole UTF-8 character. clipped <text> <bytes>
clipped() {
  local text=${1:0:$2}
  text=${text//[[:cntrl:]]/ }
  if [ ${#1} -gt "$2" ]; then
    while [[ $text == *[$'\x80'-$'\xbf'] ]]; do text=${text%?}; done
    text="${text%[$'\xc0'-$'\xff']}..."
  fi
  printf '%s' "$text"
}

# The verdict on one line, from the lines that descriptor 5 has taken, for an exit code other than 0.
verdict_line() {
  local lines=$1
  [[ $lines == 'selfheal: '* ]] ||
    lines="selfheal: UNEXPECTED: a command of $runbook_name failed with exit code $2; see the lines below"$'\n'$lines
  lines=${lines%$'\n'}
  clipped "${lines//$'\n'/; }" $maximum_verdict_bytes
}

# The last lines of a file, as many as fit.
excerpt() {
  local lines=() line text='' index
  mapfile -t lines < <(tail -c 65536 -- "$1" | tail -n 20)
  for ((index = ${#lines[@]} - 1; index >= 0; index--)); do
    line=$(clipped "${lines[index]}" $maximum_excerpt_line_bytes)
    [ $((${#text} + ${#line} + 3)) -le $maximum_excerpt_bytes ] || break
    text="| $line"$'\n'"$text"
  done
  printf '%s' "${text%$'\n'}"
}

# Passes so much of a tool's output on, and swallows the rest: what is printed without end must fill no disk.
limit_output() { head -c 65536; cat >/dev/null; }

require_tools() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || refuse TOOL_MISSING "$tool is not on this host; install the package that has it"
  done
}
