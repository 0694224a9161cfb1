# local - the nodes of a demo as processes of this machine, each in $home/REGION with its private PostgreSQL (deploy/node). Sourced by deploy/demo.
# shellcheck shell=bash disable=SC2154

# place_ready: whatever must be there before the first node
place_ready() {
    local bin=${SINERGI_BIN:-$here/build/release/bin}
    if [ -z "${SINERGI_BIN:-}" ]; then
        "$here/deploy/install" build run
        (cd "$here" && { [ -f build/release/build.ninja ] || cmake --preset release -DSINERGI_TESTS=OFF >/dev/null; } && cmake --build --preset release | tail -1)
    fi
    export SINERGI_BIN=$bin PATH=$bin:$PATH
}

# place_up NAME REGION PORT INSTANT [PARENT]: a drill node, its keys made now; a child is certified by its parent
place_up() {
    local region=$2 dir=$home/$2 root=()
    [ $# -gt 4 ] || root=(--root)
    sinergi node init --dir "$dir" --name "$1" --region "$region" --port "$3" --drill "$4" "${root[@]}" 2>/dev/null || return 1
    if [ $# -gt 4 ]; then
        place_run "$5" node certify "$dir/request.json" >"$dir/admission.json" || return 1
        place_run "$region" node admit "$dir/admission.json" >/dev/null || return 1
    fi
    "$here/deploy/node" up "$dir" >"$dir/log/up.log" 2>&1 || { cat "$dir/log/up.log" >&2; return 1; }
}

# place_run REGION ARG...: `sinergi ARG...` for that node; it gets no standard input; files in $home and in $story are found there by the same path
place_run() { SINERGI_DIR=$home/$1 sinergi "${@:2}" </dev/null; }

# place_sql REGION QUERY: its rows, as the owner of the schemas
place_sql() { psql -XAtq -v ON_ERROR_STOP=1 -d "host=$home/$1/pg/socket dbname=sinergi user=sinergi" -c "$2"; }

# place_cut REGION: its link to its parent goes down, and no other: it looks for its parent where nobody answers
place_cut() { parent_at "$1" --parent tcp://127.0.0.1:1; }

# place_mend REGION: the link comes back
place_mend() { parent_at "$1"; }

# parent_at REGION [--parent ENDPOINT]: the relay alone is ended, and its keeper starts it with the new address
parent_at() {
    local relay=$home/$1/run/relay.pid old end=$((SECONDS + 30))
    place_run "$1" node admit "${@:2}" "$home/$1/admission.json" >/dev/null || return 1
    old=$(cat "$relay")
    kill "$old"
    until [ "$(cat "$relay" 2>/dev/null)" != "$old" ] && place_run "$1" status --quiet; do
        [ $SECONDS -lt $end ] || { echo "the relay of $1 does not come back" >&2; return 1; }
        sleep 0.1
    done
}

# place_down_all: stops whatever runs of this demo or of an earlier one in $home
place_down_all() {
    local dir
    for dir in "$home"/*/; do
        [ ! -f "$dir/node.json" ] || "$here/deploy/node" down "$dir" >/dev/null 2>&1 || :
    done
}

# place_look REGION: the command that looks at the node
place_look() { echo "deploy/node status $home/$1"; }
