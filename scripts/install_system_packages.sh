#!/usr/bin/env bash
# Installs the programs that pip cannot: poppler (second attempt at pages that pdfium cannot draw), Tesseract with Swedish
# (one of the two OCR engines) and PostgreSQL (the tests of stores start a server of their own). Where that is not
# possible it says what is missing and goes on: fakta works without them, and the tests that need them are skipped with
# a reason.
set -euo pipefail

missing=()
command -v pdftoppm >/dev/null || missing+=(poppler-utils)
command -v tesseract >/dev/null || missing+=(tesseract-ocr)
# grep reads to the end: tesseract would otherwise be killed by the closed pipe.
tesseract --list-langs 2>/dev/null | grep -x swe >/dev/null || missing+=(tesseract-ocr-swe)
# Debian keeps its programs out of the PATH.
command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    as_root=(sudo --non-interactive)
fi
log=$(mktemp)
# Debian's postgresql makes and starts a server for the whole system, unless told otherwise when it is installed.
no_server=/etc/postgresql-common/createcluster.d/fakta-setup.conf
trap 'rm -f "$log"; "${as_root[@]}" rm -f "$no_server" 2>/dev/null || true' EXIT
if command -v apt-get >/dev/null; then
    echo "installing ${missing[*]}" >&2
    if [[ " ${missing[*]} " == *" postgresql "* ]]; then
        echo 'create_main_cluster = false' |
            "${as_root[@]}" install -D --mode=644 /dev/stdin "$no_server" 2>/dev/null || true
    fi
    # An old package list is refreshed only where it does not serve: that takes longer than the installation.
    install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}")
    if "${install[@]}" >"$log" 2>&1 || { "${as_root[@]}" apt-get update >"$log" 2>&1 && "${install[@]}" >>"$log" 2>&1; }; then
        exit 0
    fi
    tail -n 3 "$log" >&2
fi
echo "not installed: ${missing[*]}; on Debian and Ubuntu: sudo apt-get install ${missing[*]}" >&2
