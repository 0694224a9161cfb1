# compose - the nodes of a demo as containers of compose.demo.yaml, a project named like the folder $home. Sourced by deploy/demo.
# shellcheck shell=bash disable=SC2154
# What each function promises stands in local.sh. The operator's commands run in the node's desk, which has the folders $home and $story too.
# SETTINGS  SINERGI_IMAGE  images that are built already (NAME and NAME-postgres) instead of those of this checkout

project=$(basename "$home" | tr 'A-Z' 'a-z' | tr -c 'a-z0-9\n' -)
compose_client=()
declare -A desks shells answers

# compose ARG...: Compose v2, or v1 where that alone is here; what it says of its progress goes into a file
compose() {
    SINERGI_DEMO=$home SINERGI_STORY=$story "${compose_client[@]}" -p "$project" -f "$here/deploy/compose.demo.yaml" "$@"
}

# container SERVICE: its id, also if it is stopped
container() { docker ps -aq --filter "label=com.docker.compose.project=$project" --filter "label=com.docker.compose.service=$1"; }

place_ready() {
    docker info >/dev/null 2>&1 || { echo "demo: no container engine answers to this user: docker info says why" >&2; exit 2; }
    if docker compose version >/dev/null 2>&1; then compose_client=(docker compose); else compose_client=(docker-compose); fi
    "${compose_client[@]}" version >/dev/null 2>&1 || { echo "demo: neither 'docker compose' nor docker-compose is here" >&2; exit 2; }
    [ -z "${SINERGI_IMAGE:-}" ] || return 0
    local log
    log=$(mktemp)
    compose build 00-desk 00-postgres >"$log" 2>&1 || { tail -40 "$log" >&2; echo "demo: the images cannot be built; all of it: $log" >&2; exit 2; }
    rm -f "$log"
}

# secrets_make: passwords of this demo's databases. The folder is closed; the files are not, for they are mounted into containers of another user.
secrets_make() {
    local role
    chmod 1777 "$home"
    mkdir -m 700 "$home/secrets"
    for role in postgres sinergi registry scheduling reporting relay auditor; do
        head -c 24 /dev/urandom | base64 | tr '+/' '-_' >"$home/secrets/$role"
        chmod 444 "$home/secrets/$role"
    done
}

place_up() {
    local region=$2 log=$home/compose.log end root=no
    [ -d "$home/secrets" ] || secrets_make
    grep -q "^  $region-desk:\$" "$here/deploy/compose.demo.yaml" || { echo "compose.demo.yaml has no node $region" >&2; return 1; }
    [ $# -gt 4 ] || root=yes
    compose up -d --no-build "$region-postgres" "$region-desk" >>"$log" 2>&1 || { tail -20 "$log" >&2; return 1; }
    desks[$region]=$(container "$region-desk")
    # 3: a child, which has no certificate yet
    docker exec -e SINERGI_NAME="$1" -e SINERGI_REGION="$region" -e SINERGI_DRILL="$4" -e SINERGI_ROOT="$root" "${desks[$region]}" \
        sinergi-container init >>"$log" 2>&1 || [ $? -eq 3 ] || { tail -20 "$log" >&2; return 1; }
    desk_open "$region"
    if [ $# -gt 4 ]; then
        desk "$region" cat /var/lib/sinergi/request.json >"$home/request.json" || return 1
        place_run "$5" node certify --endpoint "tcp://$5-relay:7600" "$home/request.json" >"$home/admission.json" || return 1
        place_run "$region" node admit "$home/admission.json" >/dev/null || return 1
    fi
    compose up -d --no-build "$region-relay" "$region-registry" "$region-scheduling" "$region-reporting" >>"$log" 2>&1 || { tail -20 "$log" >&2; return 1; }
    end=$((SECONDS + 60))
    until place_run "$region" status --quiet; do
        [ $SECONDS -lt $end ] || { place_run "$region" status >&2; return 1; }
        sleep 0.1
    done
    place_run "$region" node announce
}

# desk_open REGION: a shell in the node's desk that stays: a process that `docker exec` starts takes longer to come than most commands take
desk_open() {
    local pipe=$home/desk-$1 in out
    rm -f "$pipe".*
    mkfifo "$pipe.in" "$pipe.out"
    docker exec -i "${desks[$1]}" bash <"$pipe.in" >"$pipe.out" 2>/dev/null &
    exec {in}>"$pipe.in" {out}<"$pipe.out"
    shells[$1]=$in answers[$1]=$out
}

# desk REGION COMMAND...: runs it there; its output, errors and exit status are this function's
desk() {
    local base=$home/desk-$1 status
    printf '%s</dev/null >%q 2>%q; echo $?\n' "$(printf '%q ' "${@:2}")" "$base.stdout" "$base.stderr" >&"${shells[$1]}"
    read -r status <&"${answers[$1]}" || { echo "the desk of $1 is gone" >&2; return 1; }
    cat "$base.stdout"
    cat "$base.stderr" >&2
    return "$status"
}

place_run() { desk "$1" sinergi "${@:2}"; }

place_sql() { desk "$1" psql -XAtq -v ON_ERROR_STOP=1 -d 'postgresql://postgres/sinergi?user=sinergi' -c "$2"; }

place_cut() { docker network disconnect "$(link "$1")" "$(container "$1-relay")"; }

place_mend() { docker network connect --alias "$1-relay" "$(link "$1")" "$(container "$1-relay")"; }

# link REGION: the network on which its relay meets its parent's
link() { docker network ls -q --filter "label=com.docker.compose.project=$project" --filter "label=com.docker.compose.network=link-$1"; }

place_down_all() {
    local mine="label=com.docker.compose.project=$project"
    docker ps -aq --filter "$mine" | xargs -r docker rm -fv >/dev/null
    docker network ls -q --filter "$mine" | xargs -r docker network rm >/dev/null
    docker volume ls -q --filter "$mine" | xargs -r docker volume rm >/dev/null
}

place_look() { echo "docker exec -it $(docker inspect -f '{{slice .Name 1}}' "${desks[$1]}") sinergi status"; }
