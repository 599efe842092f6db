# A backup of this host from S3, for when none on the host is intact. It goes to where a copy of one on the host would go.

# Sets `backup` to the newest that is intact; or `too_old`, or adds to `damaged`, as stage_backup does.
stage_from_s3() {
  local name size seconds first copy code=0
  open_s3
  doing "listing $s3_directory"
  # It fails and prints nothing where there is nothing.
  s3 60 ls "$s3_directory/" >"$entry/list" || code=$?
  case $code,$(cat "$entry/s3") in 0,* | 1,) ;; *) end_without_copy ;; esac
  # Later ones were made with the fault in them.
  first=$(sed -nE 's/.* at=(.*) boot=.*/\1/p' "${entry%/*}"/*/started | tr -d :- | sort | head -n 1)
  mkfifo "$entry/copy"
  for copy in $(sed -nE 's/.* ([0-9]{1,15}) ([0-9]{8}T[0-9]{6}Z)[.]tar$/\2:\1/p' "$entry/list" | sort -r); do
    name=${copy%:*} size=${copy#*:} copy=$s3_directory/$name.tar
    [[ $name < $first ]] && grep -q " $name.tar.sha256$" "$entry/list" &&
      seconds=$(date -ud "${name:0:8} ${name:9:2}:${name:11:2}:${name:13}" +%s) || continue
    if is_too_old "$copy" "$seconds"; then return; fi
    make_incoming $((10#$size / 1024)) "fetching $copy"
    s3 60 cp "$copy.sha256" - | head -c 200 >"$entry/sum" || end_without_copy
    time_left
    ((number >= 10)) || end_without_copy
    sha256sum <"$entry/copy" >"$entry/fetched" 5>&- &
    code=0
    # The rest is for the checks and the swap. The checksum is of all that arrives, even if it is no archive.
    s3 $((number * 3 / 4)) cp "$copy" - | tee "$entry/copy" | {
      as_owner tar -xpf - --strip-components=1 -C "$incoming" || code=$?
      cat >/dev/null
      exit $code
    } || code="${PIPESTATUS[*]}"
    wait $!
    [[ $code = 0* ]] || end_without_copy
    damaged+=" $copy"
    [ "$(sed "s| .*|  $name.tar|" "$entry/fetched")" = "$(cat "$entry/sum")" ] || continue
    [ "${code##* }" = 0 ] || refuse NOT_FETCHED "tar could not unpack $copy, see below"
    if stands_checks; then
      accept "$copy" "$seconds"
      return
    fi
  done
}

# A copy that cannot be read is there, and may not be mistaken for one that is not.
end_without_copy() {
  local said code=NOT_FETCHED
  said=$(grep . "$entry/s3" | tail -n 1) || said='not in time'
  case $said in *AccessDenied* | *'not authorized'* | *Forbidden*) code=COPY_DENIED ;; esac
  refuse $code "the AWS CLI could not read $s3_directory: $(clipped "$said" 250); the role of this host needs s3:ListBucket, s3:GetObject and, with a key, kms:Decrypt"
}
