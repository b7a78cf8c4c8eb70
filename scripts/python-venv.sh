# Sourced by .ci/run, from the project's root.

# Makes .venv-test with what test/python/requirements.txt pins, unless it is there already; prints its interpreter.
venv() {
  local folder=.venv-test requirements=test/python/requirements.txt
  # The copy is written last, so that a venv that was interrupted or has other pins is made again.
  if ! cmp --silent "$requirements" "$folder/requirements.txt"; then
    python3 -m venv --clear "$folder" >&2 &&
      "$folder/bin/python" -m pip install --quiet --requirement "$requirements" >&2 &&
      cp "$requirements" "$folder/requirements.txt" || return
  fi
  echo "$PWD/$folder/bin/python"
}
