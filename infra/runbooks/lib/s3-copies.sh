# A second copy of each backup in S3.

# Refuses unless the CLI is there and may write: before a long copy is made for nothing.
require_s3() {
  local code=0
  wants_s3 || return 0
  open_s3
  s3_options=(--only-show-errors)
  if [ -n "${parameter[kmsKey]}" ]; then s3_options+=(--sse aws:kms --sse-kms-key-id "${parameter[kmsKey]}"); fi
  doing "looking whether $s3_directory can be written"
  put_into_s3 60 write-test --checksum-algorithm SHA256 </dev/null || code=$?
  # Older versions have S3 compare MD5 sums.
  if grep -q -i 'unknown options.*checksum-algorithm' "$entry/s3"; then
    code=0
    put_into_s3 60 write-test </dev/null || code=$?
  else
    s3_options+=(--checksum-algorithm SHA256)
  fi
  [ $code = 0 ] || end_without_s3 refuse $code 'no backup was made'
}

# Sends standard input. put_into_s3 <seconds> <name> [option]...
put_into_s3() { s3 "$1" cp - "$s3_directory/$2" "${s3_options[@]}" "${@:3}"; }

# copy_to_s3 <name of a complete backup> <its kilobytes>
copy_to_s3() {
  local sum codes=0
  wants_s3 || return 0
  time_left
  ((number >= 10)) || end_without_s3 fail 124 "$(stays "$1")"
  doing "sending $1 to $s3_directory"
  mkfifo "$entry/copy"
  sha256sum <"$entry/copy" >"$entry/sum" 5>&- &
  sum=$!
  # The size, a little more than it is, only decides how large the parts are that S3 gets.
  as_owner tar --create --file=- --directory="$backups" -- "$1" | tee "$entry/copy" |
    put_into_s3 $number "$1.tar" --expected-size $((($2 + $2 / 8 + 1024) * 1024)) || codes="${PIPESTATUS[*]}"
  wait $sum
  rm -f "$entry/copy"
  # What ends early because nobody reads it says nothing new.
  case $codes in
    0) ;;
    *' 0') fail NOT_SENT "tar could not read the backup, see below; $(stays "$1")" ;;
    *) end_without_s3 fail "${codes##* }" "$(stays "$1")" ;;
  esac
  codes=0
  sed "s| .*|  $1.tar|" "$entry/sum" | put_into_s3 60 "$1.tar.sha256" || codes=$?
  [ $codes = 0 ] || end_without_s3 fail $codes "$(stays "$1")"
}

stays() { printf 'the backup %s is complete and stays' "$backups/$1"; }

# Says why S3 does not have what it was sent. end_without_s3 <refuse|fail> <exit code> <what is true all the same>
end_without_s3() {
  local said where=$s3_directory
  said=$(grep . "$entry/s3" | tail -n 1) || said='it says nothing'
  cat "$entry/s3"
  case $2,$said in
    124,* | 137,*) $1 NOT_SENT "there was not enough time to write to $where; give this action a longer timeout, or look at the way to S3; $3" ;;
    *AccessDenied* | *'not authorized'* | *Forbidden* | *'(403)'*)
      $1 COPY_DENIED "the credentials on this host may not write to $where: $(clipped "$said" 250); allow s3:PutObject there, and the key if there is one; $3" ;;
    *'locate credentials'* | *InvalidAccessKeyId* | *ExpiredToken* | *'retrieve credentials'*)
      $1 NO_CREDENTIALS "the AWS CLI has no valid credentials on this host: $(clipped "$said" 250); attach an instance profile; $3" ;;
    *NoSuchBucket*) $1 NO_BUCKET "there is no bucket of $where; correct database.s3.bucket; $3" ;;
    *) $1 NOT_SENT "the AWS CLI could not write to $where: $(clipped "$said" 300); $3" ;;
  esac
}
