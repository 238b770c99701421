#!/bin/bash
# A Slurm of its own on this machine: two nodes (n1, n2) of two CPUs each, real or not, for the tests beside this file.
#
#     tests/cluster/slurm.sh start DIR      everything of it lies in DIR; prints nothing when all is well
#     tests/cluster/slurm.sh node DIR n1    starts the daemon of one node (again)
#     tests/cluster/slurm.sh stop DIR       ends it, its jobs and whatever they left, and nothing else
#
# Root only.  Clients find it through SLURM_CONF=DIR/slurm.conf.  Every node daemon has a host name and an /etc/hosts of
# its own (UTS and mount namespaces), so that Open MPI takes the nodes for different machines.
set -u
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
NODES="n1 n2" CPUS=2

die() { echo "slurm.sh: $*" >&2; exit 1; }

free_ports() { # a first port with three free ones from it on
    local first port
    for first in $(seq 27817 10 28817); do
        for port in $first $((first + 1)) $((first + 2)); do
            ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || continue 2
        done
        echo "$first"
        return
    done
    return 1
}

configure() {
    local port host
    port=$(free_ports) || die "no free ports"
    host=$(hostname -s)
    cat >"$dir/slurm.conf" <<END
ClusterName=engraft
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# a requeued job may start again after cred_expire seconds (120 where nothing is said)
AuthInfo=socket=$dir/munge.socket,cred_expire=5
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool.%n
# the PMIx servers of two nodes on one machine must not share a folder
TmpFS=$dir/tmp.%n
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.%n.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.%n.log
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SlurmdParameters=config_overrides
PropagateResourceLimitsExcept=ALL
MpiDefault=none
ReturnToService=2
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,sched_interval=2,batch_sched_delay=0,sched_min_interval=100000
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
KillWait=8
SlurmdTimeout=10
MinJobAge=3600
MessageTimeout=10
CompleteWait=0
JobRequeue=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=$CPUS RealMemory=2000 State=UNKNOWN
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=$CPUS RealMemory=2000 State=UNKNOWN
PartitionName=main Nodes=n1,n2 Default=YES PriorityTier=10 PreemptMode=OFF MaxTime=INFINITE DefaultTime=10 State=UP
PartitionName=low Nodes=n1,n2 PriorityTier=1 PreemptMode=REQUEUE MaxTime=INFINITE DefaultTime=10 State=UP
PartitionName=high Nodes=n1,n2 PriorityTier=20 PreemptMode=OFF MaxTime=INFINITE DefaultTime=10 State=UP
END
    echo "CgroupAutomount=no" >"$dir/cgroup.conf"
    { echo "127.0.0.1 localhost $host $NODES"; grep -v '^127\.0\.0\.1' /etc/hosts; } >"$dir/hosts"
}

start_munge() {
    (umask 077 && head -c 1024 /dev/urandom >"$dir/munge.key")
    munged --force --num-threads=2 --socket="$dir/munge.socket" --key-file="$dir/munge.key" --pid-file="$dir/munged.pid" \
        --log-file="$dir/munged.log" --seed-file="$dir/munge.seed" </dev/null >"$dir/munged.out" 2>&1 ||
        { cat "$dir/munged.out" >&2; die "munged does not start"; }
}

start_node() {
    mkdir -p "$dir/spool.$1" "$dir/tmp.$1"
    # shellcheck disable=SC2016 # expanded by the inner shell
    unshare --uts --mount sh -c 'hostname "$1" && mount --bind "$2/hosts" /etc/hosts && exec slurmd -f "$2/slurm.conf" -N "$1"' \
        sh "$1" "$dir" </dev/null >"$dir/slurmd.$1.out" 2>&1 || { cat "$dir/slurmd.$1.out" >&2; die "slurmd of $1 does not start"; }
}

wait_idle() {
    local end=$((SECONDS + 60))
    until [ "$(sinfo -h -N -p main -t idle -o %N 2>/dev/null | sort -u | wc -l)" -eq 2 ]; do
        [ $SECONDS -lt $end ] || { sinfo -N -l >&2; tail -n 5 "$dir"/*.log >&2; die "the nodes do not come up"; }
        sleep 0.2
    done
}

start() {
    # the paths of sockets are short, and slurm.conf knows no quotes
    case $dir in *[!A-Za-z0-9_./-]*) die "$dir: letters, digits and _ . / - only" ;; esac
    [ ${#dir} -le 80 ] || die "$dir is too long for the path of a socket"
    mkdir -p "$dir/state" || die "cannot make $dir"
    chmod 755 "$dir"
    configure
    start_munge
    slurmctld -f "$dir/slurm.conf" </dev/null >"$dir/slurmctld.out" 2>&1 || { cat "$dir/slurmctld.out" >&2; die "slurmctld does not start"; }
    local node
    for node in $NODES; do
        start_node "$node"
    done
    wait_idle
}

# --- the end -------------------------------------------------------------------------------------------------------

daemon() { # its process, if the file names one that is ours
    local pid
    pid=$(tr -cd 0-9 <"$1" 2>/dev/null)
    [ -n "$pid" ] && grep -qzF -- "$dir/" "/proc/$pid/cmdline" 2>/dev/null && echo "$pid"
}

end_process() {
    kill -TERM "$1" 2>/dev/null || return 0
    for _ in $(seq 100); do
        [ -e "/proc/$1" ] && [ "$(awk '{ print $3 }' "/proc/$1/stat" 2>/dev/null)" != Z ] || return 0
        sleep 0.1
    done
    kill -KILL "$1" 2>/dev/null
}

# Processes of this cluster's jobs: their environment has its SLURM_CONF and a job's number; and step daemons that hold
# its files open.  The caller has the former, never the latter.
left_over() {
    local proc
    for proc in /proc/[0-9]*; do
        if { grep -qzxF "SLURM_CONF=$dir/slurm.conf" "$proc/environ" && grep -qz '^SLURM_JOB_ID=' "$proc/environ"; } 2>/dev/null; then
            echo "${proc#/proc/}"
        elif [[ $(readlink "$proc/exe" 2>/dev/null) == */slurmstepd* ]] && find "$proc/fd" -lname "$dir/*" 2>/dev/null | grep -q .; then
            echo "${proc#/proc/}"
        fi
    done
}

stop() {
    local pid file
    [ -d "$dir" ] || return 0
    if daemon "$dir/slurmctld.pid" >/dev/null; then
        timeout 10 scancel -Q --state=PENDING -u root
        timeout 10 scancel -Q --signal=KILL --full -u root
        timeout 10 scancel -Q -u root
        sleep 0.5
    fi
    for file in "$dir"/slurmd.*.pid "$dir/slurmctld.pid"; do
        ! pid=$(daemon "$file") || end_process "$pid"
    done
    for pid in $(left_over); do
        kill -KILL "$pid" 2>/dev/null
    done
    ! pid=$(daemon "$dir/munged.pid") || end_process "$pid"
}

if [ $# -lt 2 ] || [ "$(id -u)" -ne 0 ]; then
    die "start DIR, stop DIR or node DIR NAME, as root"
fi
mode=$1
dir=$(realpath -m -- "$2")
export SLURM_CONF=$dir/slurm.conf
case $mode in
start) start ;;
stop) stop ;;
node) start_node "$3" ;;
*) die "start, node or stop" ;;
esac
