# Shared by .ci/run and .ci/full: steps are counted, the last line sums them up.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.."
passed=0
failed=0
skipped=0

# step NAME COMMAND...: runs a command; exit code 3 means that something it needs is not on this machine.
step() {
  local name=$1 code=0
  shift
  printf '\n== %s\n' "$name"
  "$@" || code=$?
  case $code in
    0) passed=$((passed + 1)) ;;
    3) skipped=$((skipped + 1)) && printf 'SKIPPED: %s\n' "$name" ;;
    *) failed=$((failed + 1)) && printf 'FAILED: %s (exit %s)\n' "$name" "$code" ;;
  esac
}

# tests NAME VITEST_ARGUMENTS...: as step, but every test counts.
tests() {
  local name=$1 report code=0
  shift
  report=$(mktemp)
  printf '\n== %s\n' "$name"
  npx vitest run "$@" --reporter=default --reporter=json --outputFile.json="$report" || code=$?
  local counts
  counts=$(node -e '
    const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0 } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8") || "{}");
    console.log(numPassedTests, numFailedTests, numPendingTests);
  ' "$report" 2>/dev/null || echo "0 1 0")
  rm -f "$report"
  read -r p f s <<<"$counts"
  [ "$code" -ne 0 ] && [ "$f" -eq 0 ] && f=1
  passed=$((passed + p))
  failed=$((failed + f))
  skipped=$((skipped + s))
}

finish() {
  printf '\n%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ]
}
