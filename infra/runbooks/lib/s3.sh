# The AWS CLI on a host and S3, with the credentials that it finds there: its instance's role.
#   s3://<bucket>/<prefix>/<component>/<instance>/<name>.tar          a backup of that host
#   s3://<bucket>/<prefix>/<component>/<instance>/<name>.tar.sha256   its checksum, as sha256sum --check takes it; without it, a
#                                                                     copy is incomplete and does not count
#   s3://<bucket>/<prefix>/<component>/<instance>/write-test          empty, and written again before each backup
# Nothing there is deleted.
wants_s3() { [ -n "${parameter[s3Directory]}" ]; }

# Sets `s3_directory`, and what `s3` needs. The SSM agent tells what it runs which instance it is on.
open_s3() {
  require_tools tar
  aws=$(command -v aws || command -v /snap/bin/aws) ||
    refuse TOOL_MISSING "the AWS CLI is not on this host; install it, or remove database.s3"
  [ -n "${AWS_SSM_INSTANCE_ID:-}" ] || refuse TOOL_MISSING "AWS_SSM_INSTANCE_ID is not set; update the SSM agent"
  s3_directory=${parameter[s3Directory]}/${parameter[component]}/$AWS_SSM_INSTANCE_ID
}

# Sets `number` to the seconds that are left for a transfer before the agent ends this script.
time_left() {
  integer executionTimeout
  number=$((number - number / 30 - 10 - SECONDS))
}

# Runs a command of the CLI, and keeps what it complains about in a file. s3 <seconds> <command> [word]...
s3() { timeout -k 10 "$1" "$aws" s3 "${@:2}" ${parameter[s3Region]:+--region "${parameter[s3Region]}"} 2>"$entry/s3" 5>&-; }
